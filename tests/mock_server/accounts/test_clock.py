"""The clock of an account shows the right time after any changes, and refuses invalid ones."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from migma_mock.accounts.clock import EARLIEST, LATEST, Clock, is_in_range

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
EAST, WEST = timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))


class _Wall:
    """A real time that passes only when told to."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at.timestamp()

    def passes(self, **duration):
        self.at += timedelta(**duration)


@pytest.fixture
def wall():
    return _Wall()


@pytest.fixture
def clock(wall):
    return Clock(wall)


def test_a_new_clock_shows_the_real_time():
    before = datetime.now(UTC)
    clock = Clock()
    assert before <= clock.now() <= datetime.now(UTC)
    assert not clock.is_frozen
    assert clock.now().tzinfo is UTC


class _AnyClock(RuleBasedStateMachine):
    """A clock, and a model of it: the time it shows, and whether it is frozen."""

    moments = st.datetimes(
        NAIVE.replace(year=2000), NAIVE.replace(year=2100), timezones=st.sampled_from([UTC, EAST, WEST])
    )

    def __init__(self):
        super().__init__()
        self.wall = _Wall()
        self.clock = Clock(self.wall)
        self.shows, self.frozen = NOON, False

    @rule(seconds=st.integers(0, 10**7))
    def time_passes(self, seconds):
        self.wall.passes(seconds=seconds)
        if not self.frozen:
            self.shows += timedelta(seconds=seconds)

    @rule(at=st.none() | moments)
    def freeze(self, at):
        self.clock.freeze(at)
        self.shows, self.frozen = at or self.shows, True

    @rule()
    def run_again(self):
        self.clock.resume()
        self.frozen = False

    @rule(at=moments)
    def set_time(self, at):
        self.clock.set(at)
        self.shows = at

    @rule(step=st.timedeltas(timedelta(), timedelta(days=100)))
    def advance(self, step):
        self.clock.advance(step)
        self.shows += step

    @invariant()
    def it_shows_the_same_as_the_model(self):
        assert self.clock.now() == self.shows
        assert self.clock.timestamp() == pytest.approx(self.shows.timestamp(), abs=1e-5)
        assert self.clock.now().tzinfo is UTC
        assert self.clock.is_frozen is self.frozen


test_after_any_changes_the_clock_shows_their_sum = _AnyClock.TestCase
test_after_any_changes_the_clock_shows_their_sum.settings = settings(max_examples=30)


def test_a_frozen_clock_keeps_microseconds(clock):
    at = datetime(9998, 2, 3, 4, 5, 6, 789_123, tzinfo=UTC)
    clock.freeze(at)
    assert clock.now() == at


@pytest.mark.parametrize(
    "at",
    [
        EARLIEST - timedelta(microseconds=1),
        LATEST + timedelta(microseconds=1),
        datetime.min.replace(tzinfo=EAST),
        datetime.max.replace(tzinfo=WEST),
        NAIVE,
    ],
)
def test_times_outside_the_years_1970_to_9999_and_without_an_offset_are_out_of_range(at):
    assert not is_in_range(at)
    assert is_in_range(EARLIEST.astimezone(EAST))
    assert is_in_range(LATEST)


@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("step", [timedelta(days=366 * 8000), timedelta.max])
def test_a_clock_does_not_advance_past_the_year_9999(clock, frozen, step):
    if frozen:
        clock.freeze()
    clock.advance(step)
    assert (clock.now(), clock.is_frozen) == (LATEST, frozen)


def test_a_clock_advances_exactly_to_the_end_of_its_range(clock):
    clock.freeze(LATEST - timedelta(days=1))
    clock.advance(timedelta(hours=24))
    assert clock.now() == LATEST
    assert datetime.fromtimestamp(clock.timestamp(), UTC) == LATEST


def test_a_running_clock_stops_at_the_ends_of_its_range(clock, wall):
    clock.set(LATEST)
    wall.passes(days=400)
    assert clock.now() == LATEST
    clock.set(EARLIEST)
    wall.passes(days=-400)  # the machine's own clock was put back
    assert clock.now() == EARLIEST


def test_a_clock_runs_again_from_where_it_was_frozen(clock, wall):
    clock.freeze()
    wall.passes(days=3)
    clock.resume()
    wall.passes(minutes=1)
    assert clock.now() == NOON + timedelta(minutes=1)


def test_no_advance_is_lost_between_threads():
    def wall():
        time.sleep(0)  # lets another thread run in the middle of a change
        return NOON.timestamp()

    clock = Clock(wall)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: [clock.advance(timedelta(seconds=1)) for _ in range(200)], range(4)))
    assert clock.now() == NOON + timedelta(seconds=4 * 200)
