"""The endpoint: the order of its checks, the forms of an API key, and its methods."""

import json

import pytest

from migma_mock import create_app
from migma_mock.engine.static_replies import ALLOW

NO_PERMISSION = "mgma_sk_test_local_without_email_read"
REVOKED = "mgma_sk_test_local_revoked"
UNKNOWN = "mgma_sk_test_nobody_has_this_one_0000"
LOCAL = "http://localhost:3000"
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND")


# --- the order of refusals: path, method, key, permission, id


@pytest.mark.parametrize(
    ("target", "method", "credential", "status"),
    [
        ("/v1/elsewhere", "POST", None, 404),
        ("/v1/campaigns/nobody/stats", "POST", None, 405),
        ("/v1/campaigns/nobody/stats", "POST", UNKNOWN, 405),
        ("/v1/campaigns/nobody/stats", "GET", None, 401),
        ("/v1/campaigns/nobody/stats", "GET", UNKNOWN, 401),
        ("/v1/campaigns/nobody/stats", "GET", REVOKED, 401),
        ("/v1/campaigns/nobody/stats", "GET", NO_PERMISSION, 403),
        ("/v1/campaigns/nobody/stats", "GET", "", 404),
    ],
)
def test_each_refusal_hides_those_behind_it(app, ask, key, assert_sound, *, target, method, credential, status):
    headers = {} if credential is None else {"authorization": f"Bearer {credential or key}"}
    answer = ask(app, target, method, **headers)
    assert answer.status == status
    assert assert_sound(answer)["error"]


@pytest.mark.parametrize("credential", [{}, {"authorization": f"Bearer {UNKNOWN}"}, {"x_api_key": REVOKED}])
def test_without_a_good_key_a_campaign_that_exists_and_one_that_does_not_look_the_same(
    app, ask, path, stats_path, credential
):
    assert ask(app, path, **credential) == ask(app, stats_path("nobody"), **credential)


def test_a_missing_and_a_wrong_key_are_told_apart_for_those_who_debug(app, ask, path):
    missing, wrong, revoked = (ask(app, path, **h) for h in ({}, {"x_api_key": UNKNOWN}, {"x_api_key": REVOKED}))
    assert missing.headers["www-authenticate"] == 'Bearer realm="migma"'
    assert wrong.headers["www-authenticate"] == revoked.headers["www-authenticate"]
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
    assert len({json.loads(answer.body)["error"] for answer in (missing, wrong, revoked)}) == 3
    assert UNKNOWN.encode() not in wrong.body


def test_a_key_without_the_permission_is_told_which_one(app, ask, path, assert_sound):
    answer = ask(app, path, authorization=f"Bearer {NO_PERMISSION}")
    assert (answer.status, answer.headers["x-mock-undocumented"]) == (403, "403")
    assert "email:read" in assert_sound(answer)["error"]


# --- forms of a key


@pytest.mark.parametrize(
    "form",
    ["Bearer {}", "bearer {}", "BEARER {}", "bEaReR   {}", "Bearer {}  ", "  Bearer {}", "ApiKey {}", "apikey {}"],
)
def test_authorization_takes_the_schemes_of_the_vendor_in_any_case(app, ask, path, key, form):
    assert ask(app, path, authorization=form.format(key)).status == 200


@pytest.mark.parametrize("form", ["{}", " {} "])
def test_x_api_key_takes_the_bare_key(app, ask, path, key, form):
    assert ask(app, path, x_api_key=form.format(key)).status == 200


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "{}",
        "Basic {}",
        "Bearer{}",
        "Bearer\t{}",
        "Bearer Bearer {}",
        "Token {}",
        "Bearer {}x",
        "Bearer {}, Bearer {}",
        "Bearer é{}",
        "Bearer \x00",
        'Bearer "{}"',
        "Digest username={}",
        "Bearer " + "k" * 60000,
    ],
)
def test_a_malformed_authorization_gets_401(app, ask, path, key, assert_sound, *, value):
    answer = ask(app, path, authorization=value.replace("{}", key))
    assert answer.status == 401
    assert "www-authenticate" in answer.headers
    assert_sound(answer)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("value", ["", " ", "Bearer {}", "{}x", "\xff"])
def test_a_malformed_x_api_key_gets_401(app, ask, path, key, value):
    assert ask(app, path, x_api_key=value.replace("{}", key)).status == 401


def test_a_key_of_the_settings_works_beside_those_of_the_fixtures(ask, stats_path):
    mock = create_app(reload=False, api_key=["mine_0123456789"])
    assert ask(mock, stats_path(mock.state.mock.example_id), x_api_key="mine_0123456789").status == 200
    assert ask(mock, stats_path(mock.state.mock.example_id), x_api_key=mock.state.mock.example_key).status == 200


def test_a_key_in_the_query_opens_nothing(app, ask, path, key):
    assert ask(app, f"{path}?api_key={key}&access_token={key}").status == 401


# --- methods


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("credential", [{}, {"x_api_key": UNKNOWN}])
def test_other_methods_get_405_with_or_without_a_key(app, ask, path, assert_sound, *, method, credential):
    answer = ask(app, path, method, **credential)
    assert (answer.status, answer.headers["allow"]) == (405, ALLOW.decode())
    assert assert_sound(answer)["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (None, {}),
        (None, {"authorization": f"Bearer {UNKNOWN}"}),
        (None, {"authorization": f"Bearer {NO_PERMISSION}"}),
        ("/v1/campaigns/nobody/stats", {}),
        ("/nowhere", {}),
        (None, {"prefer": "code=503"}),
        (None, {"prefer": "code=999"}),
        (None, {"origin": LOCAL}),
    ],
)
def test_head_has_the_status_and_headers_of_get_and_no_body(app, ask, path, bearer, *, target, headers):
    headers = {"authorization": bearer} | headers
    get, head = (ask(app, target or path, method, **headers) for method in ("GET", "HEAD"))
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
    assert get.body


@pytest.mark.parametrize("target", ["/docs", "/openapi.json", "/"])
def test_head_works_on_the_mocks_own_pages(app, ask, target):
    get, head = (ask(app, target, method, host="127.0.0.1") for method in ("GET", "HEAD"))
    assert (head.status, head.headers) == (get.status, get.headers)


def test_options_needs_no_key(app, ask, path):
    answer = ask(app, path, "OPTIONS")
    assert (answer.status, answer.headers, answer.body) == (204, {"allow": ALLOW.decode()}, b"")
