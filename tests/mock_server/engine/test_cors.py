"""CORS: pages on this machine and of named origins may read responses, refusals included; other pages may not."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_mock import MockServer, create_app
from migma_mock.cors_origins import is_origin, parse_cors_origin

UNKNOWN = "mgma_sk_test_nobody_has_this_one_0000"
LOCAL = "http://localhost:3000"
FOREIGN = "https://example.com"
NAMED = "https://app.example.com:8443"
PREFLIGHT = {"access_control_request_method": "GET", "access_control_request_headers": "authorization"}
ELSEWHERE = ["/campaigns/a/stats", "/v1/v1/campaigns/a/stats", "/v1/campaigns/a/stats/", "/v1/campaigns//stats", "/x"]


@pytest.fixture(scope="module")
def own_app():
    """A mock in process for the tests of this module alone; it takes a tenth of a second to make one for each."""
    return create_app(reload=False)


@pytest.fixture
def noted():
    """Creates a mock with such settings in process; returns it and the list of what its log gets."""

    def create(**options):
        app, notes = create_app(reload=False, **options), []
        app.state.mock.log = SimpleNamespace(note=lambda text, **_: notes.append(text), request=lambda *_, **__: None)
        return app, notes

    return create


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


@pytest.mark.parametrize(("origin", "is_allowed"), [(LOCAL, True), (NAMED, True), (FOREIGN, False)])
def test_an_allowed_page_of_a_public_network_may_reach_into_this_machine(ask, path, origin, is_allowed):
    asked = PREFLIGHT | {"access_control_request_private_network": "true"}
    answer = ask(create_app(reload=False, cors_origin=[NAMED]), path, "OPTIONS", origin=origin, **asked)
    assert answer.headers.get("access-control-allow-private-network") == ("true" if is_allowed else None)


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


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_page_can_read_why_a_path_is_wrong(app, ask, target):
    """The browser would show no more than "CORS error" if the preflight got a 404."""
    preflight = ask(app, target, "OPTIONS", origin=LOCAL, **PREFLIGHT)
    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == LOCAL
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    answer = ask(app, target, origin=LOCAL)
    assert answer.headers["access-control-allow-origin"] == LOCAL
    assert "No such path" in json.loads(answer.body)["error"]


def test_a_page_can_read_that_a_method_is_wrong(app, ask, path):
    asked = PREFLIGHT | {"access_control_request_method": "DELETE"}
    assert "DELETE" in ask(app, path, "OPTIONS", origin=LOCAL, **asked).headers["access-control-allow-methods"]
    asked["access_control_request_method"] = "GET, x"
    answer = ask(app, path, "OPTIONS", origin=LOCAL, **asked)
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_options_without_the_question_of_a_browser_is_a_request_like_any_other(app, ask, target):
    assert ask(app, target, "OPTIONS", origin=LOCAL).status == 404
    assert ask(app, target, "OPTIONS", access_control_request_method="GET").status == 404


@pytest.mark.parametrize("target", [*ELSEWHERE, "/v1/campaigns/a/stats"])
@pytest.mark.parametrize("origin", [LOCAL, FOREIGN, "null"])
def test_a_preflight_is_no_unexpected_request(own_app, ask, target, origin):
    """No client sends it. It has no key, so it comes to the journal in which everything else is unexpected."""
    accounts = own_app.state.mock.accounts
    accounts.clear_unknown_key_requests()
    before = len(accounts.unknown_key_requests.unexpected_requests)
    ask(own_app, target, "OPTIONS", origin=origin, **PREFLIGHT)
    journal = accounts.unknown_key_requests
    (entry,) = journal.entries
    assert (entry.status, entry.matched_by, entry.is_unexpected) == (204, "CORS preflight", False)
    assert len(journal.unexpected_requests) == before
    ask(own_app, target, "OPTIONS", origin=origin)
    assert len(journal.unexpected_requests) == before + 1


def test_preflights_count_only_in_a_verification_of_options(ask):
    """A contract with the key in the query lets them come with a key."""
    app = create_app(reload=False, port=0)
    mock = app.state.mock
    authorization = f"Bearer {mock.example_key}"
    for method, more in (("OPTIONS", PREFLIGHT), ("GET", {}), ("OPTIONS", {})):
        ask(app, "/v1/campaigns/a/stats", method, origin=LOCAL, authorization=authorization, **more)
    account = MockServer(mock=mock)
    account.assert_requested("a", times=2)
    account.assert_requested("a", method="options", times=2)
    account.assert_requested_in_order([{"method": "OPTIONS"}, {"method": "GET"}])
    account.stop()


def test_a_named_origin_gets_through_with_credentials(ask, path):
    app = create_app(reload=False, cors_origin=[NAMED, "https://other.example"])
    for answer in (ask(app, path, "OPTIONS", origin=NAMED, **PREFLIGHT), ask(app, path, origin=NAMED)):
        assert answer.headers["access-control-allow-origin"] == NAMED
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["vary"] == "Origin"
    for other in ("https://app.example.com", "http://app.example.com:8443", f"{NAMED}.evil.example", FOREIGN):
        assert "access-control-allow-origin" not in ask(app, path, origin=other).headers
    assert ask(app, path, origin=LOCAL).headers["access-control-allow-origin"] == LOCAL


def test_any_origin_gets_no_credentials(ask, path):
    app = create_app(reload=False, cors_origin=["*", NAMED])
    for origin in (FOREIGN, "null"):
        for answer in (ask(app, path, "OPTIONS", origin=origin, **PREFLIGHT), ask(app, path, origin=origin)):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
    assert ask(app, path, origin=NAMED).headers["access-control-allow-credentials"] == "true"


@pytest.mark.attack("other-origins")
def test_any_origin_is_refused_on_an_address_that_other_machines_reach():
    with pytest.raises(SettingsError, match=r"--cors-origin: expected the origins of your pages by name.*got '\*'"):
        MockServer(reload=False, host="0.0.0.0", cors_origin=["*"])
    MockServer(reload=False, host="0.0.0.0", cors_origin=[NAMED]).stop()
    MockServer(reload=False, host="localhost", cors_origin=["*"]).stop()


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("options", [{}, {"cors_origin": [FOREIGN, "*"]}])
def test_the_control_api_is_for_no_page_of_another_site(ask, options):
    app = create_app(reload=False, **options)
    for method in ("GET", "OPTIONS"):
        answer = ask(app, "/__mock__/accounts", method, host="localhost", origin=FOREIGN, **PREFLIGHT)
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_page_may_read_every_header_of_the_reply(ask):
    headers = {"ETag": '"1"', "X-RateLimit-Remaining": "3", "Vary": "Accept", "Last-Modified": "yesterday"}
    document = {"reply": {"status": 503, "headers": headers, "body": {"success": False, "error": "no", "code": "NO"}}}
    app = create_app(reload=False, port=0)
    with MockServer(mock=app.state.mock) as mock:
        mock.add_campaign({"id": "a", "title": "A", "description": "", "undocumented": True, **document})
        answer = ask(app, "/v1/campaigns/a/stats", origin=LOCAL, authorization=f"Bearer {mock.api_key}")
    exposed = [name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")]
    readable = {"content-length", "content-type", "last-modified", "vary"}
    assert {name for name in answer.headers if not name.startswith("access-control")} <= {*exposed, *readable}
    assert {"retry-after", "etag", "date", "x-mock-undocumented", "x-mock-fixtures"} <= set(exposed)
    assert len(exposed) == len(set(exposed))
    assert answer.headers["vary"] == "Accept, Origin"


def test_a_refused_origin_is_logged_once_with_the_option_to_use(noted, ask, path):
    app, notes = noted()
    for _ in range(3):
        ask(app, path, "OPTIONS", origin=NAMED, **PREFLIGHT)
        ask(app, path, origin=NAMED)
        ask(app, path, origin=LOCAL)
        ask(app, path, origin="null")
    assert notes[0] == f"a page of {NAMED} may not read responses (CORS); to allow it: --cors-origin {NAMED}"
    assert "localhost" in notes[1]
    assert len(notes) == 2
    allowed = create_app(reload=False, cors_origin=notes[0].split("--cors-origin ")[1])
    assert ask(allowed, path, origin=NAMED).headers["access-control-allow-origin"] == NAMED


@pytest.mark.attack("memory")
def test_the_log_has_at_most_a_hundred_refused_origins(noted, ask, path):
    app, notes = noted()
    for number in [*range(150), *range(150)]:
        ask(app, path, origin=f"https://{number}.example.com")
    assert len(notes) == len(app.state.mock.engine.cors._refused) == 100


@pytest.mark.attack("control-characters")
@pytest.mark.parametrize("origin", ["https://a\x1b[31m.example", "https://a b", "x" * 400, "https://a/$(id)", "*"])
def test_what_is_no_origin_is_not_logged(noted, ask, path, origin):
    app, notes = noted()
    assert "access-control-allow-origin" not in ask(app, path, origin=origin).headers
    assert notes == []


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://App.Example.com/", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("http://app.example.com:80", "http://app.example.com"),
        ("http://app.example.com:443", "http://app.example.com:443"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("chrome-extension://abcdefgh", "chrome-extension://abcdefgh"),
        ("http://[2001:DB8::1]:3000", "http://[2001:db8::1]:3000"),
    ],
)
def test_an_origin_is_read_as_browsers_send_it(given, origin):
    assert parse_cors_origin(given) == origin
    assert is_origin(origin)


@given(st.text(max_size=40) | st.from_regex(r"[a-zA-Z+]+://[a-zA-Z0-9.:\[\]/-]*"))
def test_whatever_is_given_is_refused_or_read_once_and_for_all(text):
    try:
        origin = parse_cors_origin(text)
    except ValueError:
        return
    assert origin == "*" or is_origin(origin)
    assert parse_cors_origin(origin) == origin
