"""The part of a campaign file that defines growth: the time of sending and the allowed values."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from migma_contract.stats import MAX_COUNT
from migma_mock.campaigns.growth import GrowthFile, parse_relative, resolve, stats_at
from migma_mock.input_models import model_problems

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOST = MAX_COUNT // 1000


@pytest.mark.parametrize(
    ("sent_at", "started", "time"),
    [
        ("-2h", START, "2026-06-01T10:00:00+00:00"),
        ("-3d12h", START, "2026-05-29T00:00:00+00:00"),
        ("+10m", START.replace(microsecond=999_999), "2026-06-01T12:10:00+00:00"),
        ("2026-06-01T12:00:00.9+05:30", START, "2026-06-01T06:30:00+00:00"),
        ("0001-01-01T00:00:00Z", START, "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", START, "9999-12-31T23:59:59+00:00"),
        ("-999999d", START, "0001-01-01T00:00:00+00:00"),
        ("+999999d", START, None),
        ("+999999d", START.replace(year=9999), None),
    ],
)
def test_the_time_of_sending_is_absolute_or_counted_from_the_start(sent_at, started, time):
    growth = resolve(GrowthFile(recipients=9, sentAt=sent_at), started, "fraction")
    last = datetime.max.replace(tzinfo=UTC)
    if time:
        assert growth.sent_at.isoformat() == time
    assert (stats_at(growth, START) is None) is (growth.sent_at > START)
    assert stats_at(growth, last)["lastUpdated"] <= "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("-2h", {"hours": -2}),
        ("+1d2h3m4s", {"days": 1, "hours": 2, "minutes": 3, "seconds": 4}),
        ("+90m", {"hours": 1.5}),
    ],
)
def test_time_spans_are_parsed_by_unit(text, duration):
    assert parse_relative(text) == timedelta(**duration)


@pytest.mark.parametrize(
    "text", ["", "-", "2h", "-h", "-2", "-2h ", "-2w", "-1h1d", "-1.5h", "--2h", "+-2h", "+1234567d", "+٣h"]
)
def test_other_text_is_no_time_span(text):
    assert parse_relative(text) is None


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("recipients", -1, "at least 0"),
        ("recipients", MOST + 1, f"at most {MOST}"),
        ("recipients", 1.0, "a whole number"),
        ("recipients", True, "a whole number"),
        ("sentAt", "yesterday", "a date-time like 2026-01-31T09:30:00Z, or a time span like -3d12h"),
        ("sentAt", "2026-01-31T09:30:00", "a date-time like 2026-01-31T09:30:00Z, or a time span like -3d12h"),
        ("sentAt", "0001-01-01T00:00:00+10:00", "a date-time like"),
        ("sentAt", 0, "a string"),
        ("refreshSeconds", 0, "at least 1"),
        ("refreshSeconds", 86_401, "at most 86400"),
        ("openRate", 36, "at most 1"),
        ("openRate", float("nan"), "a finite number"),
        ("bounceRate", -0.1, "at least 0"),
        ("clickRate", "0.1", "a number"),
        ("opensPerOpener", 0.9, "at least 1"),
        ("clicksPerClicker", float("inf"), "a finite number"),
        ("botOpenShare", 0.6, "at most 1 - mppShare (0.45)"),
        ("openrate", 0.3, "unknown field 'openrate'; did you mean 'openRate'?"),
    ],
)
def test_an_invalid_field_is_refused_with_its_place(field, value, expected):
    with pytest.raises(ValidationError) as refusal:
        GrowthFile.model_validate({"recipients": 1, "sentAt": "-2h", field: value})
    (problem,) = model_problems(refusal.value, "growth", GrowthFile)
    assert problem.pointer == f"/{field}"
    assert expected in problem.text


def test_every_field_of_the_file_is_described():
    assert [name for name, field in GrowthFile.model_fields.items() if not field.description] == []
