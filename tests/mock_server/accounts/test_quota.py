"""Quota: what a key may ask for in a minute of its account's clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_mock.accounts.rate_limit import PLANS, WINDOW, RateLimiter, parse_plan

moments = st.lists(st.floats(0, 600, allow_nan=False), min_size=1, max_size=200).map(sorted)


@given(moments, st.integers(1, 20))
def test_no_sliding_minute_ever_lets_more_through_than_the_plan(times, per_minute):
    quota = RateLimiter(per_minute)
    passed = [now for now in times if quota.acquire("key", now) is None]
    for start in passed:
        assert sum(start <= now < start + WINDOW for now in passed) <= per_minute


@given(moments, st.integers(1, 20))
def test_a_request_is_refused_only_when_the_minute_before_it_is_full(times, per_minute):
    quota = RateLimiter(per_minute)
    passed = []
    for now in times:
        if quota.acquire("key", now) is None:
            passed.append(now)
        else:
            assert sum(now - WINDOW < before <= now for before in passed) == per_minute


@given(moments, st.integers(1, 5))
def test_whoever_waits_as_long_as_retry_after_says_passes(times, per_minute):
    quota = RateLimiter(per_minute)
    for now in times:
        wait = quota.acquire("key", now)
        if wait is not None:
            assert wait >= 1
            assert quota.acquire("key", now + wait) is None
            return


def test_keys_of_one_account_count_by_themselves():
    quota = RateLimiter(1)
    assert quota.acquire("a", 0) is None
    assert quota.acquire("b", 0) is None
    assert quota.acquire("a", 0) == 60


def test_a_clock_that_was_set_back_begins_anew():
    quota = RateLimiter(1)
    assert quota.acquire("a", 1000) is None
    assert quota.acquire("a", 10) is None


def test_unlimited_counts_nothing():
    quota = RateLimiter()
    assert all(quota.acquire("a", 0) is None for _ in range(1000))
    assert quota._taken == {}


@pytest.mark.parametrize(("text", "per_minute"), [*PLANS.items(), ("unlimited", None), ("7/min", 7)])
def test_a_plan_is_read(text, per_minute):
    assert parse_plan(text) == per_minute


@pytest.mark.parametrize("text", ["", "gold", "0/min", "-1/min", "10", "10/s", "999999/min", "٣/min", "free "])
def test_anything_else_is_refused_with_what_there_is(text):
    with pytest.raises(ValueError, match=r"unlimited, free, pro, or a rate such as 25/min"):
        parse_plan(text)
