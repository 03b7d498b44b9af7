"""Requests follow the contract: keys in their place, parameters, ids, paths; and records show no key."""

import html
import json

import httpx
import pytest
from contract_changes.change import require
from contract_changes.places import served_at
from contract_changes.requests import id_form, keyed, needing
from contract_changes.responses import documented, own_bodies

from migma_contract.errors import ContractError
from migma_contract.openapi import parse_contract
from migma_mock import MigmaMock, MockServer
from migma_mock.contract_parts import changes_for_clients
from migma_mock.control.routes.previews import reply_preview
from migma_mock.web.docs import render_docs

WRONG = "mgma_sk_test_0123456789abcdef0123456789abcdef"


PLACES = {
    "header": ({"type": "apiKey", "in": "header", "name": "X-Migma-Key"}, lambda key: ("", {"X-Migma-Key": key})),
    "query": ({"type": "apiKey", "in": "query", "name": "api key"}, lambda key: (f"?api%20key={key}", {})),
    "cookie": ({"type": "apiKey", "in": "cookie", "name": "sid"}, lambda key: ("", {"Cookie": f"a=b; sid={key}"})),
    "bearer": ({"type": "http", "scheme": "bearer"}, lambda key: ("", {"Authorization": f"Bearer {key}"})),
    "basic": (
        {"type": "http", "scheme": "basic"},
        lambda key: ("", {"Authorization": httpx.BasicAuth(key, "")._auth_header}),
    ),
}


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_taken_from_its_place_alone_and_no_record_shows_it(mock_of, get, place):
    """A wrong key is refused, a key elsewhere is no key, and the journal has neither."""
    definition, at = PLACES[place]
    account = mock_of(keyed(**definition))
    base = account.stats_url(account.example_id).partition("?")[0]
    for key, status in ((account.api_key, 200), (WRONG, 401), (account.revoked_key, 401), (account.forbidden_key, 403)):
        query, headers = at(key)
        assert get(account, base + query, **headers).status_code == status
    assert get(account, base).status_code == 401
    elsewhere = get(account, base, **PLACES["cookie" if place != "cookie" else "bearer"][1](account.api_key)[1])
    assert elsewhere.status_code == 401
    assert get(account, account.stats_url(account.example_id), **account.auth_headers).status_code == 200
    shown = json.dumps([request.as_dict() for request in account.requests])
    secrets = (account.api_key, httpx.BasicAuth(account.api_key, "")._auth_header.split()[1])
    assert len(account.requests) >= 2
    assert not any(secret in shown for secret in secrets)


def test_without_security_a_key_still_selects_an_account(mock_of, get):
    account = mock_of(lambda document: document.pop("security"))
    account.campaign("mine", totalDelivered=100)
    url = account.stats_url("mine")
    assert get(account, url).status_code == 404
    assert get(account, url, **account.auth_headers).status_code == 200
    built_in = MigmaMock(account._mock)
    assert get(account, built_in.stats_url(built_in.example_id)).status_code == 200


@pytest.mark.parametrize(("status", "expected"), [("400", 400), ("422", 422), ("4XX", 400)])
def test_a_missing_or_invalid_parameter_gets_the_documented_status(mock_of, get, status, expected):
    account = mock_of(needing("X-Workspace", "header", {"type": "string", "minLength": 3}, status, example="acme"))
    url, key = account.stats_url(account.example_id), account.auth_headers
    assert key.pop("X-Workspace") == "acme"
    missing = get(account, url, **key)
    assert (missing.status_code, missing.json()["error"]) == (expected, "The header 'X-Workspace' is missing.")
    invalid = get(account, url, **key, X_Workspace="ab")
    assert invalid.status_code == expected
    assert "expected minLength 3" in invalid.json()["error"]
    assert get(account, url, **key, X_Workspace="abc").status_code == 200
    assert get(account, url, X_Workspace="abc").status_code == 401


def test_a_query_parameter_is_read_as_the_type_that_it_has(mock_of, get):
    account = mock_of(needing("days", "query", {"type": "integer", "minimum": 1, "maximum": 90}, "400"))
    base, key = account.stats_url(account.example_id).partition("?")[0], account.auth_headers
    found = {days: get(account, f"{base}?days={days}", **key).status_code for days in ("7", "0", "91", "x", "7.5")}
    assert found == {"7": 200, "0": 400, "91": 400, "x": 400, "7.5": 400}


def test_an_id_of_another_form_gets_the_documented_status(mock_of, get):
    account = mock_of(id_form("400", type="string", pattern="^[0-9a-f]{24}$"))
    refused = get(account, account.stats_url("spring-sale"), **account.auth_headers)
    assert (refused.status_code, "The id 'spring-sale' is invalid" in refused.json()["error"]) == (400, True)
    assert get(account, account.stats_url("0" * 24), **account.auth_headers).status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_pages_and_commands_show_the_request_that_works(mock_of, get, place):
    """The docs page, the banner and the dashboard have the path of the server and the key in its place."""
    definition, at = PLACES[place]

    def edit(document):
        keyed(**definition)(document)
        served_at({"url": "https://api.migma.ai/v1"})(document)

    account = MigmaMock(mock_of(edit)._mock)
    mock, campaign_id = account._mock, account.example_id
    query, headers = at(account.api_key)
    url = f"http://mock/v1/campaigns/{campaign_id}/stats{query}"
    command = mock.example_command("http://mock")
    header = next(iter(headers.items()), ("", ""))
    assert url in command
    assert header[0] in command
    assert html.escape(mock.example_command("http://mock", " \\\n  "), quote=False) in html.unescape(
        render_docs(mock, "http://mock")
    )
    request = reply_preview(
        mock.accounts.built_in.state.campaign(campaign_id.encode()), account._backend.account, mock
    ).request
    assert f"http://mock{request.path}" == url
    shown = {**dict(request.headers), **({request.header: request.value} if request.header else {})}
    assert get(account, f"http://mock{request.path}", **shown).status_code == 200


@pytest.mark.parametrize("place", ["query", "cookie"])
def test_a_handle_of_a_mock_elsewhere_sends_the_same_requests(mock_of, place):
    with MockServer(mock=mock_of(keyed(**PLACES[place][0]))._mock) as here:
        elsewhere = MigmaMock.connect(here.base_url)
        for each in (
            lambda mock: mock.stats_url("a/b c"),
            lambda mock: mock.auth_headers,
            lambda mock: mock.sdk_base_url,
        ):
            assert each(elsewhere) == each(here)


def test_hints_and_urls_agree_with_the_path_of_the_server(mock_of, get):
    """A request without /v1 gets the hint, with a server that has the path as with a path that has it."""
    account = mock_of(served_at({"url": "https://api.migma.ai/v1"}))
    assert account.stats_url("a").endswith("/v1/campaigns/a/stats")
    assert account.sdk_base_url == f"{account.base_url}/v1"
    hint = get(account, f"{account.base_url}/campaigns/a/stats", **account.auth_headers)
    assert "use the base URL that ends in /v1" in hint.json()["error"]
    twice = get(account, f"{account.base_url}/v1/v1/campaigns/a/stats", **account.auth_headers)
    assert "/v1 occurs twice" in twice.json()["error"]


def test_a_path_without_a_version_has_a_hint_too(mock_of, get):
    account = mock_of(served_at({"url": "https://api.migma.ai"}))
    assert account.sdk_base_url == account.base_url
    hint = get(account, f"{account.base_url}/v1/campaigns/a/stats", **account.auth_headers)
    assert "Its path has no /v1: use the base URL without it." in hint.json()["error"]


def test_faults_and_rate_limits_send_the_bodies_that_the_contract_gives_their_status(mock_of, get):
    """A contract with a 429 and a 503 of its own was answered with an internal error."""
    account = mock_of(own_bodies)
    url, key = account.stats_url(account.example_id), account.auth_headers
    account.fail(503, times=1, retry_after=2)
    down = get(account, url, **key)
    assert (down.status_code, sorted(down.json())) == (503, ["message", "retryAfter"])
    account.rate_limit("1/min")
    limited = [get(account, url, **key) for _ in range(2)][-1]
    assert (limited.status_code, limited.json()["retryAfter"] > 0) == (429, True)
    assert "Too many requests" in limited.json()["message"]


def test_a_fault_gets_the_vendors_body_where_the_contract_has_it(mock_of, get):
    account = mock_of(documented("503"))
    account.fail(503)
    down = get(account, account.stats_url(account.example_id), **account.auth_headers)
    assert down.json() == {"success": False, "error": "Service Unavailable.", "code": "SERVICE_UNAVAILABLE"}
    assert "x-mock-undocumented" not in down.headers


def test_an_unusable_example_of_a_required_header_is_refused(document):
    needing("X-Workspace", "header", {"type": "string"}, example="ä\n")(document)
    with pytest.raises(ContractError, match="a header with an example of printable ASCII"):
        parse_contract(json.dumps(document).encode(), source="new.json")


def test_the_command_shows_what_is_made_from_the_schema(command, document, write_contract):
    require(document, "spamReports", {"type": "integer"})
    shown = command("contract", write_contract(document)).out
    assert "note  The contract has stats that this release does not know; made from their schema: spamReports." in shown


def test_a_refusal_says_how_to_build_the_value_of_http_basic(mock_of, get):
    account = mock_of(keyed(type="http", scheme="basic"))
    error = get(account, account.stats_url("x")).json()["error"]
    assert "Send the header 'Authorization: Basic BASE64(YOUR_API_KEY:)'." in error


@pytest.mark.parametrize(
    ("server", "repeated", "asked"),
    [
        ("https://api.migma.ai/v1", "/v1", "/v1/campaigns/x/stats"),
        ("https://api.migma.ai/api/v1", "/v1", "/api/v1/campaigns/x/stats"),
        ("https://api.migma.ai/v1/campaigns", "/v1/campaigns", "/v1/campaigns/x/stats"),
    ],
)
def test_a_path_in_the_server_and_in_the_path_is_noted(mock_of, get, server, repeated, asked):
    """A 404 for the path with it once says so too, and not that the version is missing."""
    account = mock_of(lambda document: document.update(servers=[{"url": server}]))
    operation = account._mock.contract.operation
    noted = f"ends in {repeated}, and the path {operation.template} begins with it too: the full path is "
    assert any(f"{noted}{operation.path}." in note for note in account._mock.notices)
    error = get(account, f"http://mock{asked}", **account.auth_headers).json()["error"]
    assert f"has {repeated} in its server URL and in its path too, so that paths begin with " in error
    assert "missing" not in error


@pytest.mark.parametrize("url", ["https://api.migma.ai", "https://api.migma.ai/v", "https://api.migma.ai/v1/other"])
def test_other_servers_are_not_noted(mock_of, url):
    account = mock_of(lambda document: document.update(servers=[{"url": url}]))
    assert not any("begins with it too" in note for note in account._mock.notices)


def test_what_clients_have_to_follow_is_said(mock_of):
    """Of two contracts; the same one twice is no change."""
    old = mock_of(lambda document: document["info"].update(version="1"))._mock.contract
    keys = keyed(type="apiKey", **{"in": "header", "name": "X-Key"})
    new = mock_of(lambda document: (keys(document), document["info"].update(version="2")))._mock.contract
    assert list(changes_for_clients(old, old)) == []
    place, version = changes_for_clients(old, new)
    assert place.startswith("The place of the API key is now the header 'X-Key: YOUR_API_KEY'; it was the header 'Auth")
    assert version == "The version is now 2; it was 1."
