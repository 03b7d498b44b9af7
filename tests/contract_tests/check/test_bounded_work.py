"""Work after the last byte is bounded, and nothing that a server sends breaks a report or a baseline.

Work is counted in calls of functions, which a busy machine does not change.
"""

import json
import sys
from collections import Counter
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from migma_contract.exchange import Exchange, _parse_body
from migma_contract.redaction import Redactor, Secret, key_in
from migma_contract.rules.evaluate import MAX_FINDINGS, evaluate
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.baseline import Baseline, updated
from migma_contract_tests.results.baseline_file import load_baseline, save_baseline
from tests.contract_tests.check.hostile_bodies import hostile_bodies
from tests.contract_tests.check.hostile_responses import more_bodies

pytestmark = pytest.mark.usefixtures("unmeasured")

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
MORE = more_bodies(KEY)
BODIES = hostile_bodies(KEY) | MORE
NAMES = [pytest.param(name, marks=pytest.mark.long if name in MORE else ()) for name in BODIES]
MORE_VALUES = ("distinct duplicate keys", "stats within stats")
HEADERS = {
    "many": lambda size: [(f"x-a{number}", "1") for number in range(size // 10)],
    "a long value": lambda size: [("x-long", "a" * size)],
    "a long name": lambda size: [("x" * size, "1")],
    "bytes beyond ASCII": lambda size: [("x-a", "\xff\x80" * (size // 2)), ("x-\xe9", "1")],
    "cookies": lambda size: [("set-cookie", f"{KEY}{number}=1; Path=/") for number in range(size // 50)],
    "a cookie without a name": lambda size: [("set-cookie", ";" * size), ("set-cookie", "")],
    "types": lambda size: [("content-type", "text/html" + ";" * size)],
    "lists": lambda size: [
        (name, ", ".join(['a="b"'] * (size // 30))) for name in ("link", "warning", "cache-control")
    ],
    "times": lambda size: [(name, "1" * size) for name in ("date", "retry-after", "deprecation", "sunset", "age")],
    "challenges": lambda size: [("www-authenticate", 'Bearer a="b", ' * (size // 14))],
}


def exchanges(body, headers=()):
    """A run in which every campaign read and every request without a key gets the same response."""
    shown = (("content-type", "application/json"), *headers)
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in shown]
    where = key_in(Redactor(Secret(KEY)), raw, body)
    asked = [
        ("campaign", 200, "a", 1),
        ("missing-key", 401, "a", 1),
        ("unknown-id", 404, "0" * 24, 1),
        ("campaign", 200, "a", 2),
    ]
    return [
        Exchange(
            purpose=purpose,
            method="GET",
            url=f"http://127.0.0.1:1/v1/campaigns/{one}/stats",
            campaign_id=one,
            request_headers=(),
            started=datetime.now(UTC),
            elapsed=0.1,
            status=status,
            headers=shown,
            body=body,
            sample=sample,
            key_in=where,
        )
        for purpose, status, one, sample in asked
    ]


@pytest.fixture
def judged(stage, contract):
    """Judge a response as a check does after the last byte, and return the result."""

    def judged(body, headers=()):
        sent = exchanges(body, headers)
        evaluation = evaluate(sent, contract)
        redactor = KeyRedactor(Secret(KEY), contract)
        return RunResult(
            options=stage.options("http://127.0.0.1:1"),
            contract=contract,
            started=datetime.now(UTC),
            elapsed=1.0,
            sent=len(sent),
            exchanges=tuple(map(redactor.exchange, sent)),
            skipped=(),
            stop_reason="",
            evaluation=evaluation._replace(findings=tuple(map(redactor.finding, evaluation.findings))),
        )

    return judged


def rendered(result):
    report = result.report(None)
    return {name: FORMATS[name].render(report) for name in FORMATS}


def calls(work):
    """Return how many functions are called, in Python and in C."""
    called = 0

    def count(_frame, event, _argument):
        nonlocal called
        called += event in {"call", "c_call"}

    _parse_body.cache_clear()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return called


def growth(judged, response):
    """Return the calls for a response of 6,000 bytes and for twice as many, without those for an empty one."""
    judged(*response(0)).report(None)  # what is cached once is no growth
    none, once, twice = (calls(lambda size=size: judged(*response(size)).report(None)) for size in (0, 6_000, 12_000))
    return once - none, twice - none


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("name", NAMES)
def test_twice_the_body_is_at_most_twice_the_work(judged, name):
    once, twice = growth(judged, lambda size: (BODIES[name](size),))
    assert twice <= 2.2 * max(once, 0) + 1000


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize(
    "name",
    [
        "many objects",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("many members", "lists in a list", *MORE_VALUES)),
    ],
)
def test_values_beyond_the_limit_are_no_more_work(contract, name):
    """Bodies of 300 and of 600 KB have more values than are judged; both take the same steps after they are parsed."""

    def steps(size):
        sent = exchanges(BODIES[name](size))
        assert sent[0].json.cut.left_out > 0
        for each in sent:
            each.json  # noqa: B018 - parsed before the steps are counted
        return calls(lambda: evaluate(sent, contract))

    assert steps(600_000) <= 1.1 * steps(300_000) + 1000


@pytest.mark.parametrize("name", HEADERS)
def test_twice_the_headers_are_at_most_twice_the_work(judged, name):
    once, twice = growth(judged, lambda size: (b"{}", HEADERS[name](size)))
    assert twice <= 2.2 * max(once, 0) + 1000


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("name", NAMES)
def test_no_body_breaks_a_report_or_the_baseline_and_none_shows_the_key(judged, tmp_path, name):
    result = judged(BODIES[name](20_000))
    reports = rendered(result)
    assert max(Counter(finding.rule for finding in result.findings).values(), default=0) <= MAX_FINDINGS
    assert json.loads(reports["json"])["verdict"] == result.report(None).verdict
    assert json.loads(reports["sarif"])["runs"][0]["results"] or not result.findings
    ET.fromstring(reports["junit"])
    for text in reports.values():
        assert KEY not in text
        assert len(text.encode()) < 2_000_000
    known = updated(Baseline("known.json"), result.findings, date(2026, 1, 1), complete=True)
    save_baseline(known, tmp_path / "known.json")
    read = load_baseline(tmp_path / "known.json")
    assert read.entries == known.entries
    assert result.report(read).findings == ()
    assert [file.name for file in tmp_path.iterdir()] == ["known.json"]


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_a_report_or_the_baseline_and_none_shows_the_key(judged, tmp_path, name):
    result = judged(b"{}", HEADERS[name](20_000))
    assert all(KEY not in text for text in rendered(result).values())
    known = updated(Baseline("known.json"), result.findings, date(2026, 1, 1), complete=True)
    save_baseline(known, tmp_path / "known.json")
    assert result.report(load_baseline(tmp_path / "known.json")).findings == ()
