"""Who may use the control API: this machine, or whoever has the token; nobody if it is off."""

import re
from contextlib import contextmanager

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
    ("GET", "/__mock__"),
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
    """On loopback, without a token."""
    with control() as api:
        yield api


@pytest.fixture(scope="module")
def locked(control):
    """With a token; nothing is sent by itself."""
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
def test_this_machine_s_own_names_will_do(open_api, host):
    assert accounts(open_api, Host=host).status_code == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_name_that_somebody_points_at_this_machine_gets_nothing(open_api, host):
    """DNS rebinding: the browser takes the page and the mock for one origin, and only Host tells."""
    assert "localhost" in assert_refused(accounts(open_api, Host=host), 403)


@pytest.mark.parametrize("origin", LOCAL_ORIGINS)
def test_pages_of_this_machine_may_use_it(open_api, origin):
    assert accounts(open_api, Origin=origin).status_code == 200


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_pages_from_elsewhere_change_nothing(open_api, origin, method, path):
    """Cross-site requests: whatever the route, the method and the body, the refusal comes first."""
    before = accounts(open_api).json()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        headers = {"Origin": origin, "Content-Type": kind}
        url = f"{open_api.mock.base_url}{path}"
        response = open_api.client.request(method, url, headers=headers, content=b'{"name":')
        assert "access-control-allow-origin" not in response.headers
        assert_refused(response, 403)
    assert accounts(open_api).json() == before


def test_a_page_elsewhere_is_not_told_that_it_might(open_api):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    response = open_api.client.request("OPTIONS", "/accounts/built-in/journal", headers=headers)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_with_a_token_nothing_goes_without_it(locked, method, path):
    response = locked.client.request(method, f"{locked.mock.base_url}{path}")
    assert "X-Mock-Token" in assert_refused(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


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
def test_nothing_but_the_token_will_do(locked, headers):
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert_refused(locked.client.get("/accounts", headers=raw), 401)


@pytest.mark.parametrize("headers", [{"X-Mock-Token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}])
@pytest.mark.parametrize("host", ["mock", "mock.internal:4010", "evil.example"])
def test_with_the_token_any_name_will_do(locked, headers, host):
    """In a network of containers the mock has the name of its service."""
    assert accounts(locked, Host=host, Origin="https://ci.example", **headers).status_code == 200


@pytest.mark.parametrize("page", ["/health", "/docs", "/openapi.json"])
def test_health_and_the_pages_about_the_control_api_are_for_everyone(locked, open_api, page):
    for api in (locked, open_api):
        assert api.client.get(page, headers={"Host": "mock", "Origin": "https://evil.example"}).status_code == 200


def test_the_vendor_s_path_asks_for_no_token_and_names_are_free(locked, newsletter):
    url, headers = locked.mock.stats_url(newsletter), locked.mock.headers
    assert httpx.get(url, headers={**headers, "Host": "api.migma.ai"}).status_code == 200


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/__mock__/docs"), ("GET", "/__mock__/openapi.json")])
def test_a_control_api_that_is_off_is_not_there(control, method, path, newsletter):
    with control(control=False) as api:
        response = api.client.request(method, f"{api.mock.base_url}{path}", headers={"Host": "evil.example"})
        assert "--no-control" in assert_refused(response, 404)
        assert api.client.get("/health").status_code == 200
        assert api.client.get(api.mock.stats_url(newsletter), headers=api.mock.headers).status_code == 200


@pytest.fixture
def off_loopback(serving, tmp_path):
    """The command on all addresses: a context that gives its URL, and a function for standard error so far."""

    @contextmanager
    def serve(*arguments):
        path = tmp_path / "err"
        with path.open("w") as err, serving("--port", "0", "--host", "0.0.0.0", *arguments, stderr=err) as (_, url):
            assert "others on the network can reach this mock" in path.read_text()
            yield url, path.read_text

    return serve


def test_off_loopback_a_token_is_made_up_and_shown_once(off_loopback):
    """The banner tells whoever started the mock; nobody else knows it, and no line of the log has it."""
    with off_loopback() as (url, err):
        token = TOKEN_SHOWN.search(err())[1]
        assert len(token) >= 24
        accounts = f"{url}/__mock__/accounts"
        assert httpx.get(accounts).status_code == 401
        assert httpx.get(accounts, headers={"X-Mock-Token": token, "Host": "mock"}).status_code == 200
        assert httpx.get(f"{url}/v1/x?token={token}", headers={"X-Mock-Token": token}).status_code == 404
    assert err().count(" /__mock__/accounts ") == 2
    assert err().count(token) == 1


def test_two_starts_have_two_tokens(off_loopback):
    tokens = set()
    for _ in range(2):
        with off_loopback() as (_, err):
            tokens.add(TOKEN_SHOWN.search(err())[1])
    assert len(tokens) == 2


@pytest.mark.parametrize("arguments", [("--control-token", TOKEN), ("--no-control",)])
def test_a_token_that_was_given_or_is_of_no_use_is_not_shown(off_loopback, arguments):
    with off_loopback(*arguments) as (url, err):
        httpx.get(f"{url}/__mock__/accounts", headers={"X-Mock-Token": TOKEN})
    assert " /__mock__/accounts " in err()
    assert TOKEN not in err()
    assert "X-Mock-Token" not in err()


def test_on_loopback_there_is_no_token(open_api):
    assert open_api.mock.app.control_access.token is None


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
def test_what_is_reached_from_this_machine_only(host, loopback):
    assert is_loopback(host) is loopback
