"""Each campaign gets the response that its file or its generator defines, and it satisfies every rule."""

from typing import Any

import pytest
import schemathesis

from migma_contract.exchange import Purpose
from migma_contract_tests.suites.mock_suite import MockSuite, ask
from migma_contract_tests.suites.test_mock.mocks import (
    APP,
    BEARER,
    FIXTURES,
    KNOWN,
    PLAIN,
    STATIC,
    generating,
    path,
    suite_of,
)
from migma_mock import create_app


def check_against_file(suite: MockSuite, file: dict[str, Any], response: schemathesis.Response) -> None:
    """Compare a response with a fixture file, or with a step of its script."""
    reply = file.get("reply") or {"status": 200, "body": {"success": True, "data": file["stats"]}}
    assert response.status_code == reply["status"]
    assert suite.check_format(response) == reply["body"]
    for name, value in reply.get("headers", {}).items():
        assert response.headers[name.lower()] == [value]
    shows: dict[int, Purpose] = {401: "invalid-key", 404: "unknown-id"}
    suite.check(response, shows.get(reply["status"], "campaign"))


@pytest.mark.parametrize("file", STATIC, ids=lambda file: file["title"])
def test_fixture_is_served_as_its_file_says(file: dict[str, Any]) -> None:
    check_against_file(KNOWN, file, ask(APP, path(file["id"]), Authorization=BEARER))


@pytest.mark.parametrize("file", [file for file in FIXTURES if "script" in file], ids=lambda file: file["title"])
def test_script_is_played_step_by_step(file: dict[str, Any]) -> None:
    """The last step is repeated."""
    app = create_app(**PLAIN)
    steps = [step for step in file["script"]["replies"] for _ in range(step.get("times", 1))]
    for step in [*steps, steps[-1]]:
        check_against_file(KNOWN, step, ask(app, path(file["id"]), Authorization=BEARER))


@pytest.mark.parametrize("file", [file for file in FIXTURES if "growth" in file], ids=lambda file: file["title"])
def test_growing_campaign_is_coherent_once_it_was_sent(file: dict[str, Any]) -> None:
    response = ask(create_app(**PLAIN), path(file["id"]), Authorization=BEARER)
    if "before" in file and file["growth"]["sentAt"].startswith("+"):
        check_against_file(KNOWN, {"reply": file["before"]}, response)
        return
    assert response.status_code == 200
    assert 0 < KNOWN.check_format(response)["data"]["totalDelivered"] <= file["growth"]["recipients"]
    KNOWN.check(response, "campaign")


def test_every_kind_of_fixture_is_checked_here() -> None:
    assert all({"stats", "reply", "script", "growth"} & set(file) for file in FIXTURES)


@pytest.mark.parametrize("profile", ["realistic", "edge"])
def test_generated_campaign_is_coherent_and_its_own(profile: str) -> None:
    """Every id gets its own generated stats, and they satisfy every rule."""
    app = generating(profile)
    suite = suite_of(app)
    for number in range(40):
        campaign_id = f"{number * 7919:024x}" if number else "an-id-of-any-kind"
        response = ask(app, path(campaign_id), Authorization=BEARER)
        assert response.status_code == 200
        assert suite.check_format(response) == app.state.mock.generator.envelope(campaign_id)
        suite.check(response, "campaign")


def test_generated_campaign_of_the_profile_schema_matches_the_schema() -> None:
    """Its numbers contradict each other on purpose, so the rules do not apply."""
    app = generating("schema")
    suite = suite_of(app)
    for number in range(1, 31):
        response = ask(app, path(f"{number:024x}"), Authorization=BEARER)
        assert response.status_code == 200
        suite.check_format(response)
        suite.check_schema(response)
