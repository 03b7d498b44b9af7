"""Times in lastUpdated: in the future of both clocks, unset, or in a wrong unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import JSON, STARTED, stats

from migma_contract.exchange import Exchange
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge
from migma_contract.timestamps import format_rfc3339

CONTRACT = load_contract(openapi_path())
TOLERANCE = timedelta(minutes=5)
ABOUT_NOW = st.timedeltas(timedelta(minutes=-30), timedelta(minutes=30))


def found(read: Exchange) -> list[str]:
    return [finding.rule for finding in judge([read], CONTRACT)]


@given(ABOUT_NOW, st.none() | ABOUT_NOW, st.integers(0, 9))
def test_only_what_both_clocks_have_before_them_is_in_the_future(ahead, date, elapsed):
    """The server's Date, and this machine's clock when the response was complete."""
    headers = (JSON,) if date is None else (JSON, ("date", format_datetime(STARTED + date, usegmt=True)))
    read = replace(stats(lastUpdated=format_rfc3339(STARTED + ahead, "microseconds")), headers=headers, elapsed=elapsed)
    in_seconds = timedelta(days=-1) if date is None else timedelta(seconds=date // timedelta(seconds=1))
    latest = max(timedelta(seconds=elapsed), in_seconds)
    assert found(read) == (["last-updated-in-future"] if ahead - latest > TOLERANCE else [])


def test_the_message_says_how_far_beyond_the_later_clock():
    read = stats(lastUpdated=format_rfc3339(STARTED + timedelta(minutes=45)))
    for minutes, message in ((30, "15 min"), (-30, "44 min 59 s")):
        date = format_datetime(STARTED + timedelta(minutes=minutes), usegmt=True)
        (finding,) = judge([replace(read, headers=(JSON, ("date", date)))], CONTRACT)
        assert finding.message == f"lastUpdated is {message} in the future."


ZEROS = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00.0000000-05:00", "1601-01-01T00:00:00Z"),
    *("1753-01-01T00:00:00Z", "1899-12-30T00:00:00Z", "1900-01-01T00:00:00.000Z", "1904-01-01T00:00:00Z"),
    *("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "1970-01-01T09:00:00+09:00"),
    *("1969-12-31T16:00:00Z", "1970-01-01T05:45:00Z", "1980-01-01T00:00:00Z", "1980-01-06T00:00:00Z"),
    *("2000-01-01T00:00:00Z", "1999-12-31T19:00:00Z", "2001-01-01T00:00:00Z", "2001-01-01T01:00:00Z"),
]
WRONG = [
    *("1970-01-21T11:44:11Z", "1970-01-01T00:29:29Z", "1970-01-01T00:00:01.769Z", "0001-01-01T00:02:56.985Z"),
    *("0001-01-03T01:09:45Z", "1601-01-01T00:02:56.985Z", "0026-01-31T09:30:00Z", "1926-01-31T09:30:00Z"),
    *("1582-10-15T00:00:00Z", "1995-01-31T09:30:00Z", "1999-12-31T23:59:59Z", "1000-01-01T00:00:00Z"),
]
REAL = [
    *("2000-01-01T00:00:01Z", "2000-02-29T12:00:00Z", "2001-09-09T01:46:40Z", "2009-02-13T23:31:30Z"),
    *("2016-12-31T23:59:60Z", "2017-01-01T05:29:60.5+05:30", "2026-01-31t09:30:00z", "2026-01-31T09:30:00-00:00"),
    *("2026-01-31T23:30:00+14:00", "2026-01-30T21:30:00-12:00", "2026-01-31T09:30:00.123456789012345Z"),
    *("2010-01-01T00:00:00Z", "2001-01-02T00:00:00Z", "2000-01-01T23:00:00Z"),
]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        *((text, ["last-updated-zero"]) for text in ZEROS),
        *((text, ["last-updated-implausible"]) for text in WRONG),
        *((text, []) for text in REAL),
    ],
)
def test_unset_and_wrong_times_have_one_finding_and_real_ones_none(text, rules):
    assert found(stats(lastUpdated=text)) == rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "1970-01-21T11:37:31.800Z",
            "seconds that were read as milliseconds, or milliseconds as microseconds; then it means 2026-01-31.",
        ),
        ("0001-01-01T00:02:56.985Z", "seconds that were read as ticks of 100 ns; then it means 2026-01-31."),
        ("1601-01-03T01:09:45.180Z", "milliseconds that were read as ticks of 100 ns; then it means 2026-01-31."),
        ("0026-01-31T09:30:00Z", "The year probably has two digits."),
        ("1926-01-31T09:30:00Z", "It was probably never set"),
        ("1970-01-01T01:00:00Z", "the zero time of Unix, moved by a time zone"),
    ],
)
def test_the_message_says_what_the_time_probably_is(text, words):
    (finding,) = judge([stats(lastUpdated=text)], CONTRACT)
    assert words in finding.message


# Hypothesis takes bounds without a zone.
@given(st.datetimes(datetime(2001, 1, 2), datetime(2026, 1, 31)), st.sampled_from([10**3, 10**6, 10**9]))  # noqa: DTZ001
def test_a_unix_time_in_too_small_a_unit_is_found(moment, factor):
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    wrong = epoch + (moment.replace(tzinfo=UTC) - epoch) / factor
    (rule,) = found(stats(lastUpdated=format_rfc3339(wrong, "microseconds")))
    assert rule in {"last-updated-implausible", "last-updated-zero"}


# As above.
@given(st.datetimes(datetime(2001, 1, 2), STARTED.replace(tzinfo=None)), st.integers(-1439, 1439))  # noqa: DTZ001
def test_a_real_time_in_any_zone_has_no_finding(moment, offset):
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    text = f"{(moment + timedelta(minutes=offset)).isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}"
    assert found(stats(lastUpdated=text)) == []
