"""Timestamps and durations as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_campaign import STATS

from migma_contract.timestamps import describe_duration, format_rfc3339, parse_rfc3339

MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - Hypothesis takes bounds without a zone, and adds it
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - as above
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS)
def test_a_timestamp_is_read_as_the_same_instant(moment):
    assert parse_rfc3339(moment.isoformat()) == moment
    assert parse_rfc3339(moment.isoformat().lower()) == moment


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00+05:30", "2026-01-31T04:00:00+00:00"),
        ("2026-01-31T09:30:00.123456789Z", "2026-01-31T09:30:00.123456+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("2026-01-31T09:60:00Z", None),
        ("2026-01-31T24:00:00Z", None),
        ("2026-01-31T09:30:00", None),
        ("2026-01-31 09:30:00Z", None),
        ("2026-02-30T09:30:00Z", None),
        ("2026-01-31", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("２０２６-01-31T09:30:00Z", None),
        ("", None),
        (1769851800, None),
        (None, None),
    ],
)
def test_timestamps_by_example(text, utc):
    moment = parse_rfc3339(text)
    assert (moment.isoformat() if moment else None) == utc


def test_a_time_out_of_range_is_the_first_or_last_one_with_clamp():
    first, last = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert parse_rfc3339("0001-01-01T00:00:00+23:59", clamp=True) == first
    assert parse_rfc3339("9999-12-31T23:59:59-05:00", clamp=True) == last
    assert parse_rfc3339("0000-01-01T00:00:00Z", clamp=True) is None


@pytest.mark.parametrize("text", ["2026-01-31T09:30:00Z", "2026-01-31T24:00:00Z", "2026-01-31", "2026-02-30T09:30:00Z"])
def test_the_format_in_the_contract_accepts_the_same_timestamps(contract, text):
    valid = not contract.operation.success.violations({"success": True, "data": STATS | {"lastUpdated": text}})
    assert valid is (parse_rfc3339(text) is not None)


def test_a_timestamp_in_utc_is_written_with_z():
    moment = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    assert format_rfc3339(moment) == "2026-01-31T09:30:00Z"
    assert format_rfc3339(moment, "milliseconds") == "2026-01-31T09:30:00.000Z"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(hours=2, minutes=51, seconds=9), "2 h 51 min"),
        (timedelta(seconds=40), "40 s"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(milliseconds=1), "less than 1 s"),
    ],
)
def test_a_duration_is_described_in_its_two_largest_units(duration, text):
    assert describe_duration(duration) == text
