"""The contract check finds every drift in the gallery, and nothing in conforming variants."""

from collections import Counter

import pytest
import table
from gallery.catalogue import VARIANTS
from gallery.check import MAX_REQUESTS, check, contract
from gallery.variant import Variant

from migma_contract_tests.results.report import EXIT_CODES

PAGE_LINES = frozenset(table.PAGE.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def vendor_contract():
    return contract()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: f"{variant.category}-{variant.name}")
def test_a_check_of_each_variant_has_the_expected_findings(variant: Variant, vendor_contract):
    """The expected rule at its level, no other finding above info, no request too many, and GET and HEAD only."""
    report, methods = check(variant, vendor_contract)
    found = {(finding.rule, finding.level.value) for finding in report.findings}
    assert not variant.rule or (variant.rule, variant.level) in found
    serious = {finding.rule for finding in report.findings if finding.level.value != "info"}
    assert serious == ({variant.rule, *variant.also} if variant.verdict == "drift" else set())
    assert variant.rule or variant.reason or not found
    assert report.verdict == variant.verdict, report.reason
    assert variant.reason in report.reason
    assert report.exit_code == EXIT_CODES[report.verdict]
    assert report.requests.sent == len(methods) <= MAX_REQUESTS
    assert set(methods) <= {"GET", "HEAD"}
    assert table.row(variant, report) in PAGE_LINES, f"{table.PAGE.name} is out of date: run gallery/table.py"


def test_the_gallery_has_its_minimum_size():
    assert len({(variant.category, variant.name) for variant in VARIANTS}) == len(VARIANTS)
    sizes = Counter(variant.category for variant in VARIANTS)
    assert sizes["conforming"] >= 35
    assert sizes["inconclusive"] >= 60
    assert sum(variant.verdict == "drift" for variant in VARIANTS) >= 120


def test_the_page_has_exactly_one_row_for_each_variant():
    """Each row is compared above, so the page is what its generator writes."""
    rows = [line for line in PAGE_LINES if line.startswith("| ") and line.count("|") == 6]
    rows = [line for line in rows if not line.startswith(("| ---", "| variant |"))]
    assert len(rows) == len(VARIANTS)
