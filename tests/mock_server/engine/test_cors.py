"""CORS: pages on this machine may read responses, refusals included; other pages may not."""

import pytest

from migma_mock import create_app

UNKNOWN = "mgma_sk_test_nobody_has_this_one_0000"
LOCAL = "http://localhost:3000"
FOREIGN = "https://example.com"


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        LOCAL,
        "https://localhost:8443",
        "http://127.0.0.1:5173",
        "http://127.1.2.3",
        "http://[::1]:80",
        "http://app.localhost:3000",
        "http://a.b-c.localhost",
    ],
)
def test_pages_of_this_machine_get_through(app, ask, path, bearer, origin):
    asked = {"access_control_request_method": "GET", "access_control_request_headers": "authorization,content-type"}
    preflight = ask(app, path, "OPTIONS", origin=origin, **asked)
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    answer = ask(app, path, origin=origin, authorization=bearer)
    assert answer.headers["access-control-allow-origin"] == origin
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        "",
        "http://localhost.example.com",
        "http://evil-localhost",
        "http://127.0.0.1.example.com",
        "http://localhost:3000, https://example.com",
        "file://localhost",
        "http://localhost:999999",
        "http://[::2]",
        "http://localhost/",
        "http://user@localhost",
        "http://localhost\n",
        "http://" + "a." * 30000 + "example",
    ],
)
def test_other_pages_do_not(app, ask, path, bearer, origin):
    preflight = ask(app, path, "OPTIONS", origin=origin, access_control_request_method="GET")
    answer = ask(app, path, origin=origin, authorization=bearer)
    assert (preflight.status, answer.status) == (204, 200)
    assert not [name for name in (*preflight.headers, *answer.headers) if name.startswith("access-control")]
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("headers", [{}, {"authorization": f"Bearer {UNKNOWN}"}, {"prefer": "code=999"}])
def test_pages_can_read_refusals_too(app, ask, path, headers):
    answer = ask(app, path, origin=LOCAL, **headers)
    assert answer.headers["access-control-allow-origin"] == LOCAL
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"WWW-Authenticate", "Retry-After", "X-Mock-Undocumented"} <= set(exposed)


@pytest.mark.parametrize("wanted", ["", "x\r\ny: z", "é", "a" * 2000])
def test_a_preflight_with_unfit_wishes_gets_the_headers_that_the_api_knows(app, ask, path, wanted):
    answer = ask(
        app, path, "OPTIONS", origin=LOCAL, access_control_request_method="GET", access_control_request_headers=wanted
    )
    assert "Authorization" in answer.headers["access-control-allow-headers"]


def test_a_public_page_on_this_machine_may_reach_into_it(app, ask, path):
    asked = {"access_control_request_method": "GET", "access_control_request_private_network": "true"}
    assert ask(app, path, "OPTIONS", origin=LOCAL, **asked).headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_an_endless_origin_is_not_granted_and_not_kept_with_the_reply(ask, method):
    """It would stay in the journal and in the cache of heads: 60 KB for each of a thousand requests."""
    app = create_app(reload=False)
    origin = f"http://{'a.' * 30_000}localhost"
    answer = ask(app, "/v1/campaigns/a/stats", method, origin=origin, access_control_request_method="GET")
    assert "access-control-allow-origin" not in answer.headers
    (entry,) = app.state.mock.accounts.unknown_key_requests.entries
    assert sum(len(name) + len(value) for name, value in entry.response_headers) < 1000
    assert sum(len(name) + len(value) for name, value in entry.header_pairs) < 1000
