"""The live suite has the verdict of a check on the same server, with Schemathesis' checks beside the rules."""

from functools import partial

import pytest
from gallery import edges, interruptions, other_servers, outages, quoting_servers, still_the_api, without_key
from gallery.catalogue import VARIANTS
from gallery.check import check, contract_of, options
from gallery.check import contract as load_vendor_contract
from gallery.server import serving
from gallery.variant import Variant

from migma_contract_tests.probes.plan import in_sending_order, plan
from migma_contract_tests.probes.request_budget import Budget
from migma_contract_tests.suites import live_suite
from migma_contract_tests.suites.live_config import LivePlan
from migma_contract_tests.suites.live_suite import LiveSuite

SUBJECTS = (
    *outages.OUTAGES,
    *outages.DRIFTED,
    *edges.EDGES,
    *edges.DRIFTED,
    *interruptions.EDGES,
    *interruptions.DRIFTED,
    *without_key.DRIFTED,
    *other_servers.VARIANTS,
    *quoting_servers.VARIANTS,
    *still_the_api.DRIFTED,
    *still_the_api.CONFORMING,
)
UNUSUAL = tuple(variant for variant in VARIANTS if variant.name.startswith("unusual-"))
"""Variants in which Schemathesis alone would be stricter than the rules."""
OTHERS = tuple(variant for variant in VARIANTS if variant not in {*SUBJECTS, *UNUSUAL})
SAMPLE = (*SUBJECTS[::5], *UNUSUAL[::3], *OTHERS[::30])
"""The others are long forms."""


@pytest.fixture(scope="module")
def vendor_contract():
    return load_vendor_contract()


@pytest.mark.parametrize(
    "variant",
    [pytest.param(each, marks=() if each in SAMPLE else pytest.mark.long) for each in VARIANTS],
    ids=lambda variant: f"{variant.category}-{variant.name}",
)
def test_the_live_suite_has_the_verdict_of_a_check(variant: Variant, vendor_contract, monkeypatch):
    monkeypatch.setattr(live_suite, "Budget", partial(Budget, sleep=lambda _: None))
    report, methods = check(variant, vendor_contract)
    contract = contract_of(variant, vendor_contract)
    with serving(variant.change) as (url, api):
        given = options(url, variant)
        probes = tuple(in_sending_order(plan(given, contract)))
        suite = LiveSuite(LivePlan(given, probes, ()), contract)
        second = suite.report
        failures = failures_of(suite, probes)
    assert (second.verdict, second.reason) == (report.verdict, report.reason)
    assert {(each.rule, each.level) for each in second.findings} == {
        (each.rule, each.level) for each in report.findings
    }
    assert api.methods == methods
    assert bool(failures) is (report.verdict == "drift")


def found(report):
    return {(finding.rule, finding.level, finding.where) for finding in report.findings}


def failures_of(suite, probes):
    """Return the failures of the suite's tests on single responses, and on all of them."""
    failures = []
    for judge in (*(partial(suite.check, probe) for probe in probes), suite.compare):
        try:
            judge()
        except AssertionError as error:
            failures.append(str(error))
    return failures
