"""``Prefer`` selects the reply, and a setting adds metadata; every reply conforms to the contract."""

import json
from time import perf_counter

import pytest

from migma_contract_tests.suites.mock_suite import ask
from migma_contract_tests.suites.test_mock.mocks import APP, BEARER, CAMPAIGN, KNOWN, PLAIN, STATIC, UNKNOWN_ID, path
from migma_mock import create_app


def test_preferred_code_gets_a_reply_with_that_status() -> None:
    statuses = {file["reply"]["status"] for file in STATIC if "reply" in file} | {403, 404, 405}
    for status in sorted(statuses):
        response = ask(APP, path(CAMPAIGN), Authorization=BEARER, Prefer=f"code={status}")
        assert (response.status_code, response.headers["preference-applied"]) == (status, [f"code={status}"])
        KNOWN.check_format(response)


@pytest.mark.parametrize("prefer", [f"example={CAMPAIGN}", "dynamic=false", "dynamic=true", "wait=0.05", "unknown=1"])
def test_other_preference_gets_stats(prefer: str) -> None:
    target, started = path(UNKNOWN_ID if prefer.startswith("example") else CAMPAIGN), perf_counter()
    response = ask(APP, target, Authorization=BEARER, Prefer=prefer)
    assert perf_counter() - started >= (0.05 if prefer.startswith("wait") else 0)
    assert response.headers.get("preference-applied") == (None if prefer.startswith("unknown") else [prefer])
    KNOWN.check(response, "campaign")
    is_fixture = response.content == ask(APP, path(CAMPAIGN), Authorization=BEARER).content
    assert is_fixture is (prefer != "dynamic=true")


@pytest.mark.parametrize("prefer", ["code=299", "code=x", "example=nothing", "dynamic=maybe", "wait=-1", "wait=nan"])
def test_impossible_preference_is_400_and_names_the_possible_ones(prefer: str) -> None:
    response = ask(APP, path(CAMPAIGN), Authorization=BEARER, Prefer=prefer)
    body = KNOWN.check_format(response)
    assert (response.status_code, body["code"]) == (400, "INVALID_PREFERENCE")
    assert prefer.partition("=")[0] in body["error"]


def test_the_setting_for_metadata_adds_nothing_else() -> None:
    """The vendor's introduction shows metadata; the contract does not declare it."""
    app = create_app(**{**PLAIN, "metadata": True})
    for campaign_id in (CAMPAIGN, UNKNOWN_ID):
        plain, response = (
            ask(APP, path(campaign_id), Authorization=BEARER),
            ask(app, path(campaign_id), Authorization=BEARER),
        )
        body = KNOWN.check_format(response)
        metadata = body.pop("metadata")
        assert (response.status_code, body) == (plain.status_code, json.loads(plain.content))
        assert metadata["requestId"].startswith("req_")
        assert metadata["timestamp"].endswith("Z")
