"""Rules on generated exchanges: never an exception."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_contract.exchange import Exchange, Failure, FailureKind, Purpose
from migma_contract.openapi import load_contract
from migma_contract.rate_unit import RATE_UNITS
from migma_contract.resources import openapi_path
from migma_contract.rules import judge, rule

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
@given(st.lists(EXCHANGES), st.sampled_from(RATE_UNITS))
def test_no_response_makes_a_rule_fail(exchanges, unit):
    for finding in judge(exchanges, replace(CONTRACT, rates=unit)):
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
