"""The live API by its contract: the requests of a check, sent through Schemathesis' cases, read-only.

Runs when MIGMA_BASE_URL, MIGMA_API_KEY and MIGMA_CAMPAIGN_IDS are set. Nothing but GET and HEAD is sent, at most
MIGMA_MAX_REQUESTS (10) requests, at the free plan's pace. MIGMA_BASELINE names a file of accepted findings.
"""

import pytest

from migma_contract.errors import MigmaError
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.request_budget import RequestRefusedError
from migma_contract_tests.suites.live_config import MAX_REQUESTS, LivePlan, what_to_set
from migma_contract_tests.suites.live_suite import LiveSuite

if what_to_set():
    pytest.skip(what_to_set(), allow_module_level=True)

CONTRACT = load_contract(openapi_path())
try:
    PLAN = LivePlan.from_environment(CONTRACT)
except MigmaError as error:
    problem = str(error)
else:
    problem = ""
if problem:
    pytest.fail(problem, pytrace=False)  # without the frames, whose locals may hold the key


@pytest.fixture(scope="module")
def live(request: pytest.FixtureRequest) -> LiveSuite:
    """One budget for all tests of this file."""
    if hasattr(request.config, "workerinput"):
        pytest.fail("The live suite runs in one process, or the cap would hold for each: without -n.", pytrace=False)
    return LiveSuite(PLAN, CONTRACT)


@pytest.mark.parametrize("probe", PLAN.probes, ids=str)
def test_answer_is_as_documented(live: LiveSuite, probe: Probe) -> None:
    """By Schemathesis' reading of the contract, and by each rule."""
    try:
        reason = live.hold(probe)
    except RequestRefusedError as error:
        reason = str(error)
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)
    if reason and not probe.essential:
        pytest.skip(f"not judged: {reason}")  # where others were answered, the comparison below says whether it matters
    if reason:
        pytest.fail(f"Inconclusive: {reason}", pytrace=False)


def test_answers_agree_with_each_other(live: LiveSuite, notes: list[str]) -> None:
    """Between reads of a campaign, and between campaigns."""
    try:
        notes.extend(live.compare())
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)


def test_cap_leaves_room_to_judge(notes: list[str]) -> None:
    """Without each campaign, no key, a wrong key and an unknown id, nothing is proved."""
    notes.extend(f"left out, since {MAX_REQUESTS} is {PLAN.options.max_requests}: {probe}" for probe in PLAN.skipped)
    essential = [str(probe) for probe in PLAN.skipped if probe.essential]
    if essential:
        pytest.fail(f"Inconclusive: {MAX_REQUESTS} leaves no room for: {'; '.join(essential)}", pytrace=False)
