"""Invalid keys and unknown paths are rejected as documented; a valid key is accepted in every form."""

import json
from urllib.parse import quote

import pytest

from migma_contract.exchange import Purpose
from migma_contract.ids_of_nobody import UNUSUAL_ID
from migma_contract.resources import fixtures_path
from migma_contract_tests.suites.mock_suite import MockSuite, ask
from migma_contract_tests.suites.test_mock.mocks import (
    APP,
    BEARER,
    CAMPAIGN,
    CONTRACT,
    GENERATED,
    KEY,
    KNOWN,
    UNKNOWN_ID,
    path,
)

KEYS = json.loads((fixtures_path() / "keys.json").read_bytes())["keys"]
REVOKED = next(f"Bearer {key['key']}" for key in KEYS if key.get("revoked"))
FORBIDDEN = next(f"Bearer {key['key']}" for key in KEYS if "email:read" not in key["permissions"])

REJECTED: dict[str, tuple[str, dict[str, str], Purpose, int, str, str | None]] = {
    "no key": (CAMPAIGN, {}, "missing-key", 401, "UNAUTHORIZED", "Bearer"),
    "no key, unknown id": (UNKNOWN_ID, {}, "unknown-id-missing-key", 401, "UNAUTHORIZED", "Bearer"),
    "unknown key": (CAMPAIGN, {"Authorization": f"{BEARER}x"}, "invalid-key", 401, "UNAUTHORIZED", "invalid_token"),
    "unknown key, unknown id": (
        UNKNOWN_ID,
        {"Authorization": "Bearer 0"},
        "invalid-key",
        401,
        "UNAUTHORIZED",
        "Bearer",
    ),
    "unknown X-API-Key": (CAMPAIGN, {"X_API_Key": "0"}, "invalid-key", 401, "UNAUTHORIZED", "invalid_token"),
    "unknown scheme": (
        CAMPAIGN,
        {"Authorization": f"Basic {KEY}"},
        "invalid-key",
        401,
        "UNAUTHORIZED",
        "Bearer",
    ),
    "key without a scheme": (CAMPAIGN, {"Authorization": KEY}, "invalid-key", 401, "UNAUTHORIZED", "Bearer"),
    "revoked key": (CAMPAIGN, {"Authorization": REVOKED}, "invalid-key", 401, "UNAUTHORIZED", "invalid_token"),
    "key without the permission": (CAMPAIGN, {"Authorization": FORBIDDEN}, "campaign", 403, "FORBIDDEN", None),
    "unknown id": (UNKNOWN_ID, {"Authorization": BEARER}, "unknown-id", 404, "NOT_FOUND", None),
    "unusual id": (quote(UNUSUAL_ID, safe=""), {"Authorization": BEARER}, "unusual-id", 404, "NOT_FOUND", None),
    "id that is not text": ("%FF%00", {"Authorization": BEARER}, "unusual-id", 404, "NOT_FOUND", None),
}


@pytest.mark.parametrize("case", REJECTED)
@pytest.mark.parametrize("suite", [KNOWN, GENERATED], ids=["fixtures", "generating"])
def test_rejection_is_as_documented(suite: MockSuite, case: str) -> None:
    campaign_id, headers, purpose, status, code, challenge = REJECTED[case]
    response = ask(suite.app, path(campaign_id), **headers)
    assert response.status_code == status
    assert suite.check_format(response)["code"] == code
    assert (challenge or "") in response.headers.get("www-authenticate", [""])[0]
    assert ("www-authenticate" in response.headers) == (status == 401)
    suite.check(response, purpose)


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"ApiKey {KEY}"}, {"X_API_Key": KEY}, {"Authorization": f"bearer {KEY}"}]
)
def test_key_in_another_form_of_the_vendor_gets_the_same_response(headers: dict[str, str]) -> None:
    documented, other = ask(APP, path(CAMPAIGN), Authorization=BEARER), ask(APP, path(CAMPAIGN), **headers)
    assert (other.status_code, other.headers, other.content) == (200, documented.headers, documented.content)


ALMOST_CORRECT_PATHS = {
    f"/campaigns/{CAMPAIGN}/stats": "ends in /v1",
    f"/v1/v1/campaigns/{CAMPAIGN}/stats": "without /v1",
    f"//v1/campaigns/{CAMPAIGN}/stats": "two slashes in a row",
    f"{path(CAMPAIGN)}/": "Remove the slash at the end",
    f"/v1/campaigns/{CAMPAIGN}": "end in /stats",
    f"/v1/campaigns/{CAMPAIGN}/x/stats": CONTRACT.operation.path,
    "/v1/campaigns//stats": CONTRACT.operation.path,
    "/v1/contacts": CONTRACT.operation.path,
}


@pytest.mark.parametrize(("target", "hint"), ALMOST_CORRECT_PATHS.items())
def test_path_that_the_contract_does_not_have_is_404_with_a_hint(target: str, hint: str) -> None:
    response = ask(APP, target, Authorization=BEARER)
    body = KNOWN.check_format(response)
    assert (response.status_code, body["code"]) == (404, "NOT_FOUND")
    assert hint in body["error"]
