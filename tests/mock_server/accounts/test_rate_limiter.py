"""The rate limiter allows each key so many requests in a minute of the account's clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_mock.accounts.rate_limit import PLANS, WINDOW, RateLimiter, parse_plan

moments = st.lists(st.floats(0, 600, allow_nan=False), min_size=1, max_size=200).map(sorted)


@given(moments, st.integers(1, 20))
def test_no_minute_has_more_requests_than_the_plan_allows(times, per_minute):
    limiter = RateLimiter(per_minute)
    passed = [now for now in times if limiter.acquire("key", now) is None]
    for start in passed:
        assert sum(start <= now < start + WINDOW for now in passed) <= per_minute


@given(moments, st.integers(1, 20))
def test_a_request_is_refused_only_if_the_minute_before_it_is_full(times, per_minute):
    limiter = RateLimiter(per_minute)
    passed = []
    for now in times:
        if limiter.acquire("key", now) is None:
            passed.append(now)
        else:
            assert sum(now - WINDOW < before <= now for before in passed) == per_minute


@given(moments, st.integers(1, 5))
def test_a_request_after_the_retry_after_time_is_allowed(times, per_minute):
    limiter = RateLimiter(per_minute)
    for now in times:
        wait = limiter.acquire("key", now)
        if wait is not None:
            assert wait >= 1
            assert limiter.acquire("key", now + wait) is None
            return


def test_each_key_is_counted_by_itself():
    limiter = RateLimiter(1)
    assert limiter.acquire("a", 0) is None
    assert limiter.acquire("b", 0) is None
    assert limiter.acquire("a", 0) == 60


def test_the_count_starts_again_when_the_clock_was_set_back():
    limiter = RateLimiter(1)
    assert limiter.acquire("a", 1000) is None
    assert limiter.acquire("a", 10) is None


def test_nothing_is_counted_without_a_limit():
    limiter = RateLimiter()
    assert all(limiter.acquire("a", 0) is None for _ in range(1000))
    assert limiter._times == {}


@pytest.mark.parametrize(("text", "per_minute"), [*PLANS.items(), ("unlimited", None), ("7/min", 7)])
def test_a_plan_is_parsed(text, per_minute):
    assert parse_plan(text) == per_minute


@pytest.mark.parametrize("text", ["", "gold", "0/min", "-1/min", "10", "10/s", "999999/min", "٣/min", "free "])
def test_any_other_text_is_refused_with_the_choices(text):
    with pytest.raises(ValueError, match=r"unlimited, free, pro, or a rate such as 25/min"):
        parse_plan(text)
