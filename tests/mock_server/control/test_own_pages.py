"""This machine, or whoever has the token, sees the mock's own pages; a browser may do little with them."""

import base64

import httpx
import pytest

from migma_contract.resources import openapi_path
from migma_mock import MockServer, create_app

TOKEN = "a_token_that_only_tests_know"
STATIC = ["/", "/favicon.ico", "/__mock__", "/__mock__/", "/__mock__/docs", "/__mock__/openapi.json"]
WITH_DATA = ["/docs", "/openapi.json"]
CONTROL = ["/__mock__/accounts", "/__mock__/events", "/__mock__/unknown-key-requests/events", "/__mock__/nowhere"]
HEALTH = "/__mock__/health"
STRANGERS = {
    "a name that is not this machine's": {"Host": "mock"},
    "DNS rebinding": {"Host": "evil.example:4010"},
    "a page of another machine": {"Origin": "https://evil.example"},
    "an image or script of another site": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a frame of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
    },
    "fetch of another site": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OPEN_HEALTH = {"name", "status", "version", "instance"}


@pytest.fixture(scope="module")
def contract_file(tmp_path_factory):
    """A contract that is not the public one."""
    path = tmp_path_factory.mktemp("contract") / "mine.json"
    path.write_text(openapi_path().read_text("utf-8").replace("Migma.ai API", "Internal API"), "utf-8")
    return path


@pytest.fixture(scope="module")
def open_mock(contract_file):
    """A mock of another contract on loopback, without a token."""
    with MockServer(reload=False, contract=contract_file) as mock:
        yield mock


@pytest.fixture(scope="module")
def locked(contract_file):
    """The same with a token."""
    with MockServer(reload=False, contract=contract_file, control_token=TOKEN) as mock:
        yield mock


def get(mock, path, method="GET", **headers):
    return httpx.request(method, f"{mock.base_url}{path}", headers=headers.pop("headers", headers))


def basic(password, user="any"):
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("path", [*STATIC, *WITH_DATA, *CONTROL])
def test_without_a_token_strangers_see_no_page(open_mock, who, path):
    response = get(open_mock, path, headers=STRANGERS[who])
    assert response.status_code == 403
    assert response.json()["success"] is False
    assert "Internal" not in response.text


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("headers", [*STRANGERS.values(), LINK])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_a_link_of_another_site_opens_pages_and_nothing_else(open_mock, headers, method):
    """In a tab of its own, which the other page cannot read; the control API is no page."""
    is_link = headers is LINK and method in ("GET", "HEAD")
    for path in (*STATIC, *WITH_DATA):
        assert (get(open_mock, path, method, headers=headers).status_code == 403) is not is_link, path
    for path in CONTROL:
        assert get(open_mock, path, method, headers=headers).status_code == 403, path


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
def test_pages_of_this_machine_and_addresses_typed_by_a_person_are_accepted(open_mock, site):
    for path in (*STATIC, *WITH_DATA, "/__mock__/accounts"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert get(open_mock, path, headers=headers).status_code in (200, 307), path


@pytest.mark.parametrize("path", STATIC)
def test_with_a_token_pages_without_data_are_open_so_that_they_can_ask_for_it(locked, path):
    response = get(locked, path, headers={"Host": "mock"})
    assert response.status_code in (200, 307)
    assert "Internal" not in response.text


@pytest.mark.attack("guessed-tokens")
@pytest.mark.parametrize("path", WITH_DATA)
def test_pages_with_data_need_the_token(locked, path):
    refused = get(locked, path)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic"), "a browser asks for it"
    assert "Internal" not in refused.text
    for headers in (basic("wrong"), {"Authorization": "Basic !"}, {"X-Mock-Token": "wrong"}):
        assert get(locked, path, headers=headers).status_code == 401
    for headers in (basic(TOKEN), basic(TOKEN, ""), {"X-Mock-Token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}):
        assert "Internal" in get(locked, path, headers={"Host": "mock", **headers}).text


@pytest.mark.attack("other-origins")
def test_a_password_that_a_browser_remembers_is_of_no_use_to_pages_of_other_sites(locked):
    """A browser sends it with every request below a path, whoever makes it."""
    fetched = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    for path in WITH_DATA:
        assert get(locked, path, headers=basic(TOKEN) | fetched).status_code == 401
        assert get(locked, path, "POST", headers=basic(TOKEN)).status_code == 401
        assert get(locked, path, headers=basic(TOKEN) | LINK).status_code == 200
    for path in CONTROL:
        refused = get(locked, path, headers=basic(TOKEN))
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer"), "no browser asks a person here"


def test_the_public_contract_is_open_to_all(control):
    for options in ({}, {"control_token": TOKEN}):
        with control(**options) as api:
            response = get(api.mock, "/openapi.json", headers={"Host": "mock", "Sec-Fetch-Site": "cross-site"})
            assert response.content == openapi_path().read_bytes()


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("headers", [*STRANGERS.values(), LINK, {}])
def test_health_tells_everyone_status_version_and_instance_only(open_mock, locked, headers):
    for mock in (open_mock, locked) if headers else (locked,):
        response = get(mock, HEALTH, headers=headers)
        assert response.status_code == 200
        assert response.json().keys() == OPEN_HEALTH
        assert "access-control-allow-origin" not in response.headers


def test_health_tells_details_to_who_may_use_the_control_api(open_mock, locked):
    for response in (get(open_mock, HEALTH), get(locked, HEALTH, headers={"Host": "mock", "X-Mock-Token": TOKEN})):
        assert response.json()["contract"].startswith("Internal API")


@pytest.mark.attack("guessed-tokens")
def test_health_does_not_help_to_guess_the_token(locked):
    """An API key, which a client sends with every request, is no guess; a wrong token is refused as everywhere."""
    for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}, locked.auth_headers):
        assert get(locked, HEALTH, headers=headers).json().keys() == OPEN_HEALTH
    assert get(locked, HEALTH, headers={"X-Mock-Token": "wrong"}).status_code == 401


def test_without_the_control_api_health_and_docs_follow_the_same_rule(control):
    with control(control=False) as api:
        assert get(api.mock, "/docs").status_code == 200
        assert get(api.mock, "/docs", headers={"Host": "mock"}).status_code == 403
        assert get(api.mock, HEALTH, headers={"Host": "mock"}).json().keys() == OPEN_HEALTH
        assert "contract" in get(api.mock, HEALTH).json()


@pytest.mark.parametrize("path", [*STATIC, *WITH_DATA, HEALTH, "/__mock__/accounts", "/__mock__/nowhere", "/docs/x"])
def test_a_browser_neither_guesses_the_type_of_a_page_nor_frames_nor_embeds_it(open_mock, locked, path):
    for mock in (open_mock, locked):
        headers = get(mock, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        if headers.get("content-type", "").startswith("text/html"):
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_api_that_is_mocked_has_no_such_headers(open_mock):
    """They would not be the live API's."""
    for headers in (open_mock.auth_headers, {}):
        answer = httpx.get(open_mock.stats_url(open_mock.example_id), headers=headers)
        assert not answer.headers.keys() & {"x-content-type-options", "x-frame-options", "cross-origin-resource-policy"}


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.5", "2001:db8::1", "::ffff:10.0.0.1", "0.0.0.0"])
def test_another_server_that_other_machines_reach_needs_a_token(ask, address):
    """Nobody told create_app where that server listens; each connection shows it."""
    assert _asked_at(ask, address, create_app(reload=False), host="localhost") == 403
    locked = create_app(reload=False, control_token=TOKEN)
    assert _asked_at(ask, address, locked, host="localhost", x_mock_token=TOKEN) == 200


@pytest.mark.parametrize("server", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "testserver", "/run/app.sock", None])
def test_another_server_on_this_machine_needs_none(ask, server):
    assert _asked_at(ask, server, create_app(reload=False), host="localhost") == 200


def _asked_at(ask, server, app, **headers):
    async def at(scope, receive, send):
        await app({**scope, "server": server and (server, 80)}, receive, send)

    return ask(at, "/__mock__/accounts", **headers).status
