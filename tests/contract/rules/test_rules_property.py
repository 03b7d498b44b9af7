"""Rules on generated exchanges: no findings in conforming stats, and never an exception."""

import json
import struct
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migma_contract.exchange import Exchange, Failure, FailureKind, Purpose
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge, rule
from migma_contract.stats import RATES, rate

CONTRACT = load_contract(openapi_path())


def exchange_of(purpose: Purpose, status: int, body: bytes, headers: list[tuple[str, str]], failure=None) -> Exchange:
    return Exchange(
        purpose=purpose,
        method="HEAD" if purpose == "head" else "GET",
        url="http://localhost/",
        campaign_id="507f1f77bcf86cd799439011",
        request_headers=(),
        started=datetime(2026, 1, 31, 10, 0, tzinfo=UTC),
        elapsed=0.01,
        status=status,
        headers=tuple(headers),
        body=body,
        failure=failure,
    )


def read_of(stats: dict[str, object]) -> Exchange:
    body = json.dumps({"success": True, "data": stats}).encode()
    return exchange_of("campaign", 200, body, [("content-type", "application/json")])


COUNTS = st.integers(0, 10**9)


def single(value: float) -> float:
    """Return the value after storage in single precision, such as a REAL column or a float32."""
    return struct.unpack("f", struct.pack("f", value))[0]


@st.composite
def conforming_stats(draw) -> dict[str, object]:
    sent = draw(COUNTS)
    delivered = draw(st.integers(0, sent))
    numbers = {name: draw(st.integers(0, delivered)) for name in ("uniqueOpens", "uniqueClicks", "unsubscribes")}
    unique = {name: numbers[name.replace("total", "unique")] for name in ("totalOpens", "totalClicks")}
    totals = {name: count and count + draw(COUNTS) for name, count in unique.items()}
    digits, kept = draw(st.integers(2, 17)), draw(st.sampled_from([float, single]))
    rates = {name: kept(round(rate(numbers[unique], delivered), digits)) for name, unique in RATES.items()}
    bots = {"botOpens": totals["totalOpens"], "botClicks": 0} if draw(st.booleans()) else {}
    bounces = draw(st.integers(0, sent - delivered))
    sizes = {"totalSent": sent, "totalDelivered": delivered, "bounces": bounces}
    return {**sizes, **numbers, **totals, **rates, **bots, "lastUpdated": "2026-01-31T09:30:00Z"}


@given(conforming_stats())
def test_conforming_stats_have_no_findings(conforming):
    assert judge([read_of(conforming)], CONTRACT) == []


@given(conforming_stats(), st.sampled_from(sorted(RATES)), st.sampled_from([0, 1, 2, 9]))
def test_a_percentage_is_always_recognised(conforming, name, digits):
    """With any rounding, if it is above every possible fraction."""
    percentage = round(100 * rate(conforming[RATES[name]], conforming["totalDelivered"]), digits)
    assume(percentage > 1.1)
    findings = judge([read_of({**conforming, name: percentage})], CONTRACT)
    assert [(f.rule, f.where) for f in findings] == [("rate-is-percentage", f"200 /data/{name}")]


NAMES = st.sampled_from([*CONTRACT.stats.properties, *CONTRACT.envelope.properties])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud83d", 10**500]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | NAMES, inner),
    max_leaves=20,
)
EXCHANGES = st.builds(
    exchange_of,
    st.sampled_from(get_args(Purpose)),
    st.integers(100, 999) | st.sampled_from([200, 401, 404]),
    st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()),
    st.lists(st.tuples(st.sampled_from(["content-type", "content-length", "date", "retry-after", "x-y"]), st.text())),
    st.none() | st.sampled_from(get_args(FailureKind)).map(lambda kind: Failure(kind, "reason")),
)


@settings(max_examples=300)
@given(st.lists(EXCHANGES))
def test_no_response_makes_a_rule_fail(exchanges):
    for finding in judge(exchanges, CONTRACT):
        assert 0 <= finding.exchange < len(exchanges)
        assert finding.level.rank <= rule(finding.rule).level.rank


DATES = ("Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 99999999999999999999 Jan 2026 0:0:0 GMT", "yesterday")


@pytest.mark.parametrize("date", DATES)
def test_an_invalid_date_header_is_ignored(date):
    read = read_of(dict.fromkeys(CONTRACT.stats.required, 0) | {"lastUpdated": "2026-01-31T09:30:00Z"})
    assert judge([replace(read, headers=(*read.headers, ("date", date)))], CONTRACT) == []


def test_the_number_of_findings_for_undocumented_fields_is_limited():
    names = {f"open_{number}_{'x' * (number % 300)}": number for number in range(4000)}
    findings = judge([read_of({**names, "x" * 10_000: 1})], CONTRACT)
    assert len(findings) < 200
    assert all(len(finding.where) < 200 for finding in findings)
