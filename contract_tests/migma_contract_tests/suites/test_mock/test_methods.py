"""GET, HEAD and OPTIONS are accepted, also from pages on this machine; other methods are rejected."""

import pytest

from migma_contract_tests.suites.mock_suite import ask
from migma_contract_tests.suites.test_mock.mocks import APP, BEARER, CAMPAIGN, KNOWN, STATIC, UNKNOWN_ID, path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND"])
@pytest.mark.parametrize("headers", [{"Authorization": BEARER}, {}], ids=["key", "no key"])
def test_method_that_the_contract_does_not_have_is_405_with_allow(method: str, headers: dict[str, str]) -> None:
    response = ask(APP, path(CAMPAIGN), method=method, **headers)
    assert response.status_code == 405
    assert response.headers["allow"] == ["GET, HEAD, OPTIONS"]
    assert KNOWN.check_format(response)["code"] == "METHOD_NOT_ALLOWED"


def test_options_is_204_with_allow_and_without_a_body() -> None:
    response = ask(APP, path(CAMPAIGN), method="OPTIONS")
    assert (response.status_code, response.headers, response.content) == (204, {"allow": ["GET, HEAD, OPTIONS"]}, b"")


def test_preflight_of_a_page_on_this_machine_allows_the_key() -> None:
    asked = {"Origin": "http://localhost:3000", "Access_Control_Request_Method": "GET"}
    response = ask(APP, path(CAMPAIGN), method="OPTIONS", **asked)
    assert response.headers["access-control-allow-origin"] == ["http://localhost:3000"]
    assert "GET" in response.headers["access-control-allow-methods"][0]
    assert "Authorization" in response.headers["access-control-allow-headers"][0]


@pytest.mark.parametrize(("origin", "allowed"), [("http://localhost:3000", True), ("https://example.com", False)])
def test_response_to_a_page_differs_only_in_its_cors_headers(origin: str, allowed: bool) -> None:
    plain, response = (
        ask(APP, path(CAMPAIGN), Authorization=BEARER),
        ask(APP, path(CAMPAIGN), Authorization=BEARER, Origin=origin),
    )
    assert response.content == plain.content
    assert response.headers["vary"] == ["Origin"]
    assert (response.headers.get("access-control-allow-origin") == [origin]) is allowed
    KNOWN.check(response, "campaign")


@pytest.mark.parametrize("campaign_id", [file["id"] for file in STATIC] + [UNKNOWN_ID])
@pytest.mark.parametrize("headers", [{"Authorization": BEARER}, {}], ids=["key", "no key"])
def test_head_is_get_without_its_body(campaign_id: str, headers: dict[str, str]) -> None:
    get = ask(APP, path(campaign_id), **headers)
    head = ask(APP, path(campaign_id), method="HEAD", **headers)
    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")
