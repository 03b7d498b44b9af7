"""Access to the control API: for this machine only, or with the token; not at all if it is off."""

import re
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from migma_contract.loopback import is_loopback

TOKEN = "a_token_that_only_tests_know"
ROUTES = [
    ("GET", "/__mock__/accounts"),
    ("POST", "/__mock__/accounts"),
    ("DELETE", "/__mock__/accounts/built-in/journal"),
    ("PUT", "/__mock__/accounts/built-in/campaigns/x"),
    ("PATCH", "/__mock__/accounts/built-in/clock"),
    ("GET", "/__mock__/unknown-key-requests"),
    ("OPTIONS", "/__mock__/accounts"),
    ("TRACE", "/__mock__/accounts"),
    ("GET", "/__mock__/nowhere"),
    ("GET", "/__mock__/health/"),
    ("GET", "/__mock__//accounts"),
]
TOKEN_SHOWN = re.compile(r"X-Mock-Token: (\S+)'")
LOCAL_HOSTS = ["localhost", "localhost:4010", "127.0.0.1", "127.0.0.1:80", "127.9.8.7:1", "[::1]:4010", "my.localhost"]
FOREIGN_HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1:4010",
    "",
    "0.0.0.0:4010",
]
LOCAL_ORIGINS = ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:5173"]
FOREIGN_ORIGINS = ["null", "https://evil.example", "http://localhost.evil.example", "file://", "http://10.0.0.1", ""]


@pytest.fixture(scope="module")
def open_api(control):
    """The control API on loopback, without a token."""
    with control() as api:
        yield api


@pytest.fixture(scope="module")
def locked(control):
    """A control API with a token; its client does not send it by default."""
    with control(control_token=TOKEN) as api:
        yield api


def accounts(api, **headers):
    return api.client.get("/accounts", headers=headers)


def assert_refused(response, status):
    assert response.status_code == status
    envelope = response.json()
    assert envelope["success"] is False
    return envelope["error"]


@pytest.mark.parametrize("host", LOCAL_HOSTS)
def test_names_of_this_machine_are_accepted(open_api, host):
    assert accounts(open_api, Host=host).status_code == 200


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_foreign_names_for_this_machine_are_refused(open_api, host):
    """DNS rebinding: for the browser, the page and the mock have the same origin; only Host shows the difference."""
    assert "localhost" in assert_refused(accounts(open_api, Host=host), 403)


@pytest.mark.parametrize("origin", LOCAL_ORIGINS)
def test_pages_of_this_machine_are_accepted(open_api, origin):
    assert accounts(open_api, Origin=origin).status_code == 200


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_pages_of_other_origins_are_refused_and_change_nothing(open_api, origin, method, path):
    """Cross-site requests are refused before route, method and body are looked at."""
    before = accounts(open_api).json()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        headers = {"Origin": origin, "Content-Type": kind}
        url = f"{open_api.mock.base_url}{path}"
        response = open_api.client.request(method, url, headers=headers, content=b'{"name":')
        assert "access-control-allow-origin" not in response.headers
        assert_refused(response, 403)
    assert accounts(open_api).json() == before


@pytest.mark.attack("other-origins")
def test_a_preflight_of_another_origin_gets_no_cors_headers(open_api):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    response = open_api.client.request("OPTIONS", "/accounts/built-in/journal", headers=headers)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.attack("guessed-tokens")
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_requests_without_the_token_are_refused(locked, method, path):
    response = locked.client.request(method, f"{locked.mock.base_url}{path}")
    assert "X-Mock-Token" in assert_refused(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.attack("guessed-tokens")
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Mock-Token": "wrong"},
        {"X-Mock-Token": ""},
        {"X-Mock-Token": TOKEN[:-1]},
        {"X-Mock-Token": "\xff"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"X-API-Key": TOKEN},
        {"Cookie": TOKEN},
    ],
)
def test_a_wrong_token_is_refused(locked, headers):
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert_refused(locked.client.get("/accounts", headers=raw), 401)


def test_a_wrong_token_and_a_missing_one_are_told_apart(locked):
    wrong = assert_refused(locked.client.get("/accounts", headers={"X-Mock-Token": "wrong"}), 401)
    assert wrong.startswith("The control token is wrong. The control API needs its token in the header")
    assert assert_refused(locked.client.get("/accounts"), 401).startswith("The control API needs its token")


@pytest.mark.parametrize("headers", [{"X-Mock-Token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}])
@pytest.mark.parametrize("host", ["mock", "mock.internal:4010", "evil.example"])
def test_with_the_token_any_name_is_accepted(locked, headers, host):
    """In a container network, the mock has the name of its service."""
    assert accounts(locked, Host=host, Origin="https://ci.example", **headers).status_code == 200


def test_the_contract_s_path_needs_no_token_and_accepts_any_name(locked, newsletter):
    url, headers = locked.mock.stats_url(newsletter), locked.mock.auth_headers
    assert httpx.get(url, headers={**headers, "Host": "api.migma.ai"}).status_code == 200


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/__mock__/docs"), ("GET", "/__mock__/openapi.json")])
def test_a_control_api_that_is_off_answers_404(control, method, path, newsletter):
    with control(control=False) as api:
        response = api.client.request(method, f"{api.mock.base_url}{path}", headers={"Host": "evil.example"})
        assert "--no-control" in assert_refused(response, 404)
        assert api.client.get("/health").status_code == 200
        assert api.client.get(api.mock.stats_url(newsletter), headers=api.mock.auth_headers).status_code == 200


@pytest.fixture
def off_loopback(serve):
    """Starts the command on all addresses and returns the process when it has printed its banner."""

    def start(*arguments):
        server = serve("--host", "0.0.0.0", *arguments)
        server.err_with("other machines on the network can reach it")
        return server

    return start


def test_off_loopback_each_start_generates_a_token_and_shows_it_once(off_loopback):
    """Only the banner has it, and no line of the log."""
    server = off_loopback()
    token = TOKEN_SHOWN.search(server.err_with("X-Mock-Token"))[1]
    assert len(token) >= 24
    accounts = f"{server.url}/__mock__/accounts"
    assert httpx.get(accounts).status_code == 401
    assert httpx.get(accounts, headers={"X-Mock-Token": token, "Host": "mock"}).status_code == 200
    assert httpx.get(f"{server.url}/v1/x?token={token}", headers={"X-Mock-Token": token}).status_code == 404
    _, _, _, err = server.end()
    assert err.count(" /__mock__/accounts ") == 2
    assert err.count(token) == 1
    assert TOKEN_SHOWN.search(off_loopback().err_with("X-Mock-Token"))[1] != token


def test_without_the_control_api_the_token_that_is_shown_opens_the_docs(off_loopback):
    server = off_loopback("--no-control")
    token = re.search(r"^  Token +(\S+) ", server.err_with("password of the API docs"), re.MULTILINE)[1]
    assert httpx.get(f"{server.url}/docs").status_code == 401
    assert httpx.get(f"{server.url}/docs", auth=("anyone", token)).status_code == 200
    assert httpx.get(f"{server.url}/__mock__/accounts", headers={"X-Mock-Token": token}).status_code == 404
    _, _, _, err = server.end()
    assert err.count(token) == 1
    assert "X-Mock-Token" not in err


def test_a_token_that_was_given_is_not_shown(off_loopback):
    server = off_loopback("--control-token", TOKEN)
    httpx.get(f"{server.url}/__mock__/accounts", headers={"X-Mock-Token": TOKEN})
    _, _, _, err = server.end()
    assert " /__mock__/accounts " in err
    assert TOKEN not in err
    assert "X-Mock-Token" not in err


def test_on_loopback_no_token_is_needed(open_api):
    assert open_api.mock.mock.control_access.token is None


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("mock.localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("mock", False),
        ("localhost.example", False),
    ],
)
def test_loopback_hosts_are_recognized(host, loopback):
    assert is_loopback(host) is loopback


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-Fetch-Site", "cross-site ")],
        [("Sec-Fetch-Site", "Cross-Site\t")],
        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-origin")],
        [("Sec-Fetch-Site", "same-origin, cross-site")],
        [("Origin", "http://localhost"), ("Origin", "https://evil.example")],
        [("Origin", "https://evil.example"), ("Origin", "http://localhost")],
        [("Origin", "http://localhost, https://evil.example")],
    ],
)
def test_blanks_capitals_and_repetition_let_no_page_of_another_site_in(open_api, headers):
    assert raw_status(f"{open_api.mock.base_url}/__mock__/accounts", ("Host", "localhost"), *headers) == 403


@pytest.mark.attack("framing")
@pytest.mark.parametrize("blanks", [" ", "\t", " \t  "])
def test_blanks_after_a_value_are_no_part_of_it(open_api, locked, blanks):
    """RFC 9110, 5.5."""
    here = ("Host", f"localhost{blanks}")
    open_accounts, locked_accounts = (f"{api.mock.base_url}/__mock__/accounts" for api in (open_api, locked))
    assert raw_status(open_accounts, here, ("Origin", f"http://localhost{blanks}")) == 200
    assert raw_status(locked_accounts, here, ("X-Mock-Token", f"{TOKEN}{blanks}")) == 200
    assert raw_status(locked_accounts, here, ("Authorization", f"Bearer {TOKEN}{blanks}")) == 200
    mock = open_api.mock
    key = mock.auth_headers["Authorization"]
    assert raw_status(mock.stats_url(mock.example_id), here, ("Authorization", f"{key}{blanks}")) == 200


def raw_status(url, *headers):
    """Send headers as they are; httpx refuses blanks at their ends."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    with closing(connection):
        connection.putrequest("GET", parts.path, skip_host=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
