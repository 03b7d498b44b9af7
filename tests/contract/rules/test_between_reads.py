"""Counts and lastUpdated from one read of a campaign to the next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import JSON, STATS, exchange

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge
from migma_contract.stats import COUNTS, RATES, rate

CONTRACT = load_contract(openapi_path())
STAMP = datetime(2026, 1, 31, 9, 30, 12, tzinfo=UTC)
SENT = STAMP + timedelta(minutes=7)

UNCHANGED = [("last-updated-unchanged", Level.WARNING)]
CORRECTED = {("counts-decreased", Level.INFO)}
LOST = [("counts-decreased", Level.WARNING)]


def read(
    number: int, stamp: datetime | str | None = STAMP, *, sent: datetime = SENT, date: datetime | None = None, **counts
) -> Exchange:
    """Return a read of a campaign with some counts, sent at a time by this machine's clock and the server's."""
    data = {**STATS, **counts, "lastUpdated": stamp.isoformat() if isinstance(stamp, datetime) else stamp}
    data |= {name: rate(data[unique], data["totalDelivered"]) for name, unique in RATES.items()}
    value = {"success": True, "data": {name: each for name, each in data.items() if each is not None}}
    headers = (JSON, ("date", format_datetime(date, usegmt=True))) if date else (JSON,)
    return replace(exchange(value=value), sample=number, started=sent, headers=headers)


def found(*reads: Exchange) -> list[tuple[str, Level]]:
    return [(finding.rule, finding.level) for finding in judge(reads, CONTRACT)]


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(ZONES, ZONES, st.sampled_from([name for name in COUNTS if name != "totalSent"]), st.sampled_from([-1, 1]))
def test_a_count_that_changes_while_the_instant_does_not_is_a_warning(zone, other_zone, name, by):
    """In whatever zone the same instant is written; only one finding, also for a count that decreases."""
    changed = read(2, STAMP.astimezone(other_zone), **{name: STATS[name] + by})
    rules = [each for each in found(read(1, STAMP.astimezone(zone)), changed) if "exceed" not in each[0]]
    assert rules == UNCHANGED


@pytest.mark.parametrize(
    "other",
    ["2026-01-31T09:30:12+00:00", "2026-01-31T09:30:12.000Z", "2026-01-31T15:00:12+05:30", "2026-01-31t09:30:12z"],
)
def test_other_spellings_are_the_same_instant(other):
    assert found(read(1, "2026-01-31T09:30:12Z"), read(2, other, totalOpens=813)) == UNCHANGED
    assert found(read(1, "2026-01-31T09:30:12Z"), read(2, other)) == []


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("2026-01-31T09:30:12.123456781Z", "2026-01-31T09:30:12.123456782Z", []),
        ("2026-01-31T09:30:12.123456Z", "2026-01-31T09:30:12.1234560001Z", []),
        ("2026-01-31T09:30:12.1234567Z", "2026-01-31T15:00:12.1234568+05:30", []),
        ("2026-01-31T09:30:12.123456780Z", "2026-01-31T09:30:12.12345678Z", UNCHANGED),
        ("2026-01-31T09:30:12.123456000Z", "2026-01-31T09:30:12.123456Z", UNCHANGED),
    ],
)
def test_all_digits_of_the_fraction_count(earlier, later, expected):
    assert found(read(1, earlier), read(2, later, totalOpens=813)) == expected


def test_a_time_that_decreases_by_less_than_a_microsecond_is_information():
    reads = read(1, "2026-01-31T09:30:12.123456782Z"), read(2, "2026-01-31T09:30:12.123456781Z", totalOpens=813)
    assert found(*reads) == [("last-updated-decreased", Level.INFO)]


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ("2026-01-31T09:30:12Z", "2026-01-31T09:30:12Z in both, with"),
        ("2026-01-31T15:00:12+05:30", "2026-01-31T09:30:12Z and 2026-01-31T15:00:12+05:30, with"),
        ("2026-01-31T09:30:12.0Z", "2026-01-31T09:30:12Z and 2026-01-31T09:30:12.0Z, with"),
    ],
)
def test_both_spellings_of_an_unchanged_time_are_shown(other, shown):
    (finding,) = judge([read(1, "2026-01-31T09:30:12Z"), read(2, other, totalOpens=813)], CONTRACT)
    assert finding.got.startswith(shown)


def test_all_changed_counts_are_one_finding():
    (finding,) = judge([read(1), read(2, totalOpens=820, uniqueOpens=441, botOpens=32)], CONTRACT)
    assert (
        finding.got
        == "2026-01-31T09:30:12+00:00 in both, with uniqueOpens 439 → 441, totalOpens 812 → 820, botOpens 31 → 32"
    )


@given(st.timedeltas(timedelta(milliseconds=1), timedelta(hours=5)), st.integers(-400, 400))
def test_counts_may_change_in_any_direction_if_the_stamp_goes_forward(later, by):
    after = read(2, STAMP + later, sent=SENT + later, totalOpens=900 + by)
    assert set(found(read(1, totalOpens=900), after)) == (CORRECTED if by < 0 else set())


@given(st.floats(0, 5))
def test_a_stamp_that_is_made_for_each_response_is_fine(seconds):
    """In whole seconds, minutes or hours, two responses may have the same one."""
    first, second = SENT + timedelta(seconds=0.2), SENT + timedelta(seconds=0.2 + seconds)
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:00Z", "%Y-%m-%dT%H:00:00Z", "%Y-%m-%dT00:00:00Z"):
        run = [read(n, f"{at:{form}}", sent=at, totalOpens=812 + n) for n, at in ((1, first), (2, second))]
        assert found(*run) == []


@pytest.mark.parametrize(
    ("stamp", "age", "expected"),
    [
        ("2026-01-31T09:30:12Z", timedelta(seconds=0.9), []),
        ("2026-01-31T09:30:12Z", timedelta(seconds=1), UNCHANGED),
        ("2026-01-31T09:30:00Z", timedelta(seconds=59), []),
        ("2026-01-31T09:30:00Z", timedelta(seconds=60), UNCHANGED),
        ("2026-01-31T09:00:00Z", timedelta(minutes=59), []),
        ("2026-01-31T09:00:00Z", timedelta(minutes=60), UNCHANGED),
        ("2026-01-31T00:00:00Z", timedelta(hours=23), []),
        ("2026-01-31T00:00:00Z", timedelta(hours=24), UNCHANGED),
        ("2026-01-31T09:30:12.5Z", timedelta(seconds=0.4), []),
        ("2026-01-31T09:30:12.123Z", timedelta(seconds=0), UNCHANGED),
        ("2026-01-31T09:30:12.100Z", timedelta(seconds=0.4), []),
    ],
)
def test_a_stamp_is_the_same_refresh_once_its_unit_is_over(stamp, age, expected):
    """A stamp in milliseconds is never the same for two refreshes; it may have been made for the first read."""
    sent = datetime.fromisoformat(stamp) + age
    assert (
        found(read(1, stamp, sent=sent), read(2, stamp, sent=sent + timedelta(seconds=6), totalOpens=813)) == expected
    )


@pytest.mark.parametrize(("local", "date"), [(0, -600), (-600, 0), (600, -600), (-200, None)])
def test_a_slow_clock_does_not_prove_that_the_stamp_is_wrong(local, date):
    """By one of the clocks, the second of the refresh is not over."""
    clocks = {
        "sent": STAMP + timedelta(seconds=local + 5),
        "date": None if date is None else STAMP + timedelta(seconds=date),
    }
    assert found(read(1, **clocks), read(2, **clocks, totalOpens=813)) == []


@given(st.sampled_from(COUNTS), st.floats(0, 0.5))
def test_a_count_that_decreases_with_a_refresh_is_information(name, part):
    """Whichever it is: contacts may be erased."""
    later = read(2, STAMP + timedelta(minutes=1), **{name: STATS[name] - max(1, int(part * STATS[name]))})
    rules = {each for each in found(read(1), later) if each[0] == "counts-decreased"}
    assert rules == CORRECTED


@pytest.mark.parametrize(
    "stamp", [None, "yesterday", "0001-01-01T00:00:00Z", "1970-01-21T11:44:11Z", "9999-12-31T23:59:59.999Z"]
)
def test_without_a_real_stamp_a_decrease_is_information(stamp):
    """Another rule reports the stamp; whether the stats were refreshed is not known."""
    run = [read(1, stamp), read(2, stamp, totalOpens=800)]
    assert {each for each in found(*run) if "decreased" in each[0] or "unchanged" in each[0]} == CORRECTED


@pytest.mark.parametrize("sent", [0, 100, 599])
def test_messages_that_are_no_longer_sent_are_one_warning(sent):
    lost = {name: min(STATS[name], sent) if name != "bounces" else 0 for name in COUNTS}
    assert found(read(1), read(2, STAMP + timedelta(minutes=1), **lost)) == LOST


def test_stats_that_say_they_are_unavailable_are_not_compared():
    gone = {**dict.fromkeys(COUNTS, 0), "reporting": {"status": "unavailable", "source": "unavailable"}}
    assert {rule for rule, _ in found(read(1), read(2, **gone))} == {"undocumented-field"}


def test_an_older_state_that_comes_back_with_other_counts_is_reported():
    newer = read(2, STAMP + timedelta(minutes=1), totalOpens=820)
    assert found(read(1), newer, read(3, totalOpens=815)) == [*UNCHANGED, ("stale-snapshot", Level.INFO)]
    assert found(read(1), newer, read(3)) == [("stale-snapshot", Level.INFO)]


@pytest.mark.parametrize(
    ("back", "level"), [(1, Level.INFO), (2, Level.INFO), (3, Level.WARNING), (3600, Level.WARNING)]
)
def test_a_stamp_that_decreases_by_the_difference_of_two_clocks_is_information(back, level):
    earlier = read(2, STAMP - timedelta(seconds=back), totalOpens=813)
    assert found(read(1), earlier) == [("last-updated-decreased", level)]
