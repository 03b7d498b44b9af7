"""Check the live API against its contract, read-only: the requests of a check, sent as cases of Schemathesis.

Runs if MIGMA_BASE_URL, MIGMA_API_KEY and MIGMA_CAMPAIGN_IDS are set. Only GET and HEAD are sent, at most
MIGMA_MAX_REQUESTS (10) requests, at the rate of the free plan. MIGMA_BASELINE names a file of accepted findings,
MIGMA_RATES the unit of the rates (fraction or percent).
"""

import traceback
from collections.abc import Callable
from typing import TypeVar

import pytest

from migma_contract.errors import MigmaError
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.rates import rate_unit
from migma_contract_tests.suites.live_config import MAX_REQUESTS, LivePlan, missing_variables
from migma_contract_tests.suites.live_suite import LiveSuite

T = TypeVar("T")

if missing_variables():
    pytest.skip(missing_variables(), allow_module_level=True)

try:
    CONTRACT = load_contract(openapi_path(), rates=rate_unit())
    PLAN = LivePlan.from_environment(CONTRACT)
except MigmaError as error:
    problem = str(error)
else:
    problem = ""
if problem:
    pytest.fail(problem, pytrace=False)  # without the frames, whose locals may contain the key


def without_variables(part: Callable[[], T]) -> T:
    """Run a part of the suite; fail with the text of its error alone.

    pytest -l would show the local variables on the way to the error, and some contain the key.
    """
    try:
        return part()
    except (AssertionError, MigmaError) as error:
        text = str(error)
    except Exception:  # noqa: BLE001  # a fault of this suite, or of a library
        text = KeyRedactor(PLAN.options.key, CONTRACT).text(traceback.format_exc())
    raise pytest.fail.Exception(text, pytrace=False)


@pytest.fixture(scope="module")
def live(request: pytest.FixtureRequest) -> LiveSuite:
    """One budget for all tests of this file."""
    if hasattr(request.config, "workerinput"):
        pytest.fail("Run the live suite without -n: the cap would apply to each process.", pytrace=False)
    return without_variables(lambda: LiveSuite(PLAN, CONTRACT))


@pytest.mark.parametrize("probe", PLAN.probes, ids=str)
def test_response_is_as_documented(live: LiveSuite, probe: Probe) -> None:
    """Each response satisfies the checks of Schemathesis and every rule."""
    reason = without_variables(lambda: live.check(probe))
    if reason:
        pytest.skip(f"not judged: {reason}")  # the verdict below fails if it matters


def test_responses_agree_with_each_other(live: LiveSuite, notes: list[str]) -> None:
    """Reads of one campaign, and of different campaigns, do not contradict each other."""
    notes.extend(without_variables(live.compare))


def test_verdict_is_that_the_api_conforms(live: LiveSuite, notes: list[str]) -> None:
    """The verdict of ``migma-contract check`` on the same responses; it needs every campaign and each kind of error."""
    report = without_variables(lambda: live.report)
    notes.extend(f"skipped, since {MAX_REQUESTS} is {PLAN.options.max_requests}: {probe}" for probe in PLAN.skipped)
    if report.verdict == "inconclusive":
        pytest.fail(f"Inconclusive: {report.reason}", pytrace=False)
    if report.verdict == "drift":
        failing = [each.rule for each in report.findings if each.level.rank >= report.fail_on.rank]
        pytest.fail(f"Drift: {', '.join(dict.fromkeys(failing))}", pytrace=False)
