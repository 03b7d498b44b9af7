"""Code of a page reads stats, refusals and headers of the mock, in a real browser."""

from types import SimpleNamespace

import pytest

from migma_mock import MockServer

NAMED = "app.example"
FETCH = """
async ([url, options]) => {
  try {
    const response = await fetch(url, options);
    return { status: response.status, body: await response.json(), headers: Object.fromEntries(response.headers) };
  } catch (error) {
    return { error: error.name };
  }
}
"""


@pytest.fixture(scope="module")
def run(page_server):
    """Starts a mock that allows such origins, ``{}`` being the named one; all tests of a module share each."""
    servers = {}

    def start(*origins):
        if origins not in servers:
            named = page_server(host=NAMED).rstrip("/")
            servers[origins] = MockServer(reload=False, cors_origin=[each.format(named) for each in origins])
            servers[origins].start()
        return servers[origins]

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture
def fetch(visit, page_server):
    """Fetches a URL from a page of a host; returns its status, body and readable headers, or the name of the error."""

    def ask(host, url, **options):
        return SimpleNamespace(**visit(page_server(host=host)).evaluate(FETCH, [url, options]))

    return ask


@pytest.mark.parametrize(("host", "origins"), [("127.0.0.1", ()), (NAMED, ("{}",)), ("evil.example", ("*",))])
def test_a_page_reads_stats_and_the_headers_of_the_reply(fetch, run, host, origins):
    mock = run(*origins)
    stats = fetch(host, mock.stats_url(mock.example_id), headers=mock.auth_headers)
    assert (stats.status, stats.body["success"]) == (200, True)
    limited = fetch(host, mock.stats_url("66b2f0a1c4e5d60012a40429"), headers=mock.auth_headers)
    assert limited.status == 429
    assert int(limited.headers["retry-after"]) > 0
    assert limited.headers["x-mock-undocumented"] == "429"
    assert "date" in limited.headers


def test_a_page_reads_the_hint_about_a_missing_version(fetch, run):
    """With the header of the key, the browser asks first, and showed no more than "Failed to fetch"."""
    mock = run()
    url = mock.stats_url(mock.example_id).replace("/v1/", "/")
    answer = fetch("127.0.0.1", url, headers=mock.auth_headers)
    assert answer.status == 404
    assert "The version is missing: use the base URL that ends in /v1." in answer.body["error"]
    answer = fetch("127.0.0.1", mock.stats_url(mock.example_id), method="DELETE", headers=mock.auth_headers)
    assert (answer.status, answer.body["error"]) == (405, "Use GET here.")


@pytest.mark.parametrize(
    ("host", "origins", "is_allowed"),
    [("127.0.0.1", (), True), (NAMED, ("{}",), True), (NAMED, ("{}", "*"), True), ("evil.example", ("*",), False)],
)
def test_a_page_of_a_known_origin_may_send_credentials(fetch, run, host, origins, is_allowed):
    mock = run(*origins)
    answer = fetch(host, mock.stats_url(mock.example_id), headers=mock.auth_headers, credentials="include")
    assert vars(answer).get("status") == (200 if is_allowed else None)


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("host", [NAMED, "evil.example"])
def test_a_page_of_another_origin_reads_nothing(fetch, run, host):
    mock = run() if host == NAMED else run("{}")
    url = mock.stats_url(mock.example_id)
    assert fetch(host, url, headers=mock.auth_headers).error == "TypeError"
    assert fetch(host, url).error == "TypeError"


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("origins", [("{}",), ("*",)])
def test_an_allowed_page_does_not_reach_the_control_api(fetch, run, origins):
    mock = run(*origins)
    for path in ("accounts", "health"):
        assert fetch(NAMED, f"{mock.base_url}/__mock__/{path}").error == "TypeError"


def test_a_page_leaves_no_unexpected_requests(fetch, run):
    mock = run()
    with mock.new_account() as account:
        before = len(mock.unknown_key_requests)
        earlier = list(mock.mock.accounts.unknown_key_requests.unexpected_requests)
        answer = fetch("127.0.0.1", account.stats_url(account.example_id), headers=account.auth_headers)
        assert answer.status == 200
        preflights = mock.unknown_key_requests[before:]
        assert [(entry.method, entry.status, entry.is_preflight) for entry in preflights] == [("OPTIONS", 204, True)]
        assert list(mock.mock.accounts.unknown_key_requests.unexpected_requests) == earlier
        account.assert_requested(times=1)
