"""The rate limiter allows each key so many requests in a minute and in a day of the account's clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_mock.accounts.rate_limit import RateLimiter
from migma_mock.plans import DAY, MINUTE, PLANS, Limit, parse_plan


def a_minute(requests):
    return (Limit(requests, MINUTE),)


moments = st.lists(st.floats(0, 600, allow_nan=False), min_size=1, max_size=200).map(sorted)


@given(moments, st.integers(1, 20))
def test_no_minute_has_more_requests_than_the_plan_allows(times, per_minute):
    limiter = RateLimiter(a_minute(per_minute))
    passed = [now for now in times if limiter.acquire("key", now) is None]
    for start in passed:
        assert sum(start <= now < start + MINUTE for now in passed) <= per_minute


@given(moments, st.integers(1, 20))
def test_a_request_is_refused_only_if_the_minute_before_it_is_full(times, per_minute):
    limiter = RateLimiter(a_minute(per_minute))
    passed = []
    for now in times:
        if limiter.acquire("key", now) is None:
            passed.append(now)
        else:
            assert sum(now - MINUTE < before <= now for before in passed) == per_minute


@given(moments, st.integers(1, 5))
def test_a_request_after_the_retry_after_time_is_allowed(times, per_minute):
    limiter = RateLimiter(a_minute(per_minute))
    for now in times:
        wait = limiter.acquire("key", now)
        if wait is not None:
            assert wait >= 1
            assert limiter.acquire("key", now + wait) is None
            return


def test_each_key_is_counted_by_itself():
    limiter = RateLimiter(a_minute(1))
    assert limiter.acquire("a", 0) is None
    assert limiter.acquire("b", 0) is None
    assert limiter.acquire("a", 0) == 60


def test_the_count_starts_again_when_the_clock_was_set_back():
    limiter = RateLimiter(a_minute(1))
    assert limiter.acquire("a", 1000) is None
    assert limiter.acquire("a", 10) is None


def test_nothing_is_counted_without_a_limit():
    limiter = RateLimiter()
    assert all(limiter.acquire("a", 0) is None for _ in range(1000))
    assert limiter.windows("a") is None


@given(
    st.lists(st.floats(0, 3 * DAY, allow_nan=False), min_size=1, max_size=60).map(sorted),
    st.integers(1, 5),
    st.integers(1, 12),
)
def test_with_two_limits_each_holds_and_the_longer_wait_is_told(times, per_minute, per_day):
    limits = (Limit(per_minute, MINUTE), Limit(per_day, DAY))
    limiter = RateLimiter(limits)
    passed = []
    for now in times:
        wait = limiter.acquire("key", now)
        if wait is None:
            passed.append(now)
        for limit, remaining, reset in limiter.states("key", now):
            counted = [before for before in passed if now - limit.seconds < before <= now]
            assert remaining == limit.requests - len(counted) >= 0
            assert (reset == 0) is (not counted)
        if wait is not None:
            full = [reset for _, remaining, reset in limiter.states("key", now) if not remaining]
            assert wait == max(full)


def test_asking_what_is_left_counts_nothing():
    limiter = RateLimiter(a_minute(1))
    assert [limiter.states("a", 5)[0][1:] for _ in range(3)] == [(1, 0)] * 3
    assert limiter.acquire("a", 5) is None
    assert limiter.states("a", 35)[0][1:] == (0, 30)


def test_a_request_that_one_limit_refuses_counts_in_no_other():
    limiter = RateLimiter((Limit(1, MINUTE), Limit(3, DAY)))
    assert [limiter.acquire("a", 0) for _ in range(9)] == [None] + [60] * 8
    assert [limiter.acquire("a", now) for now in (60, 120, 180)] == [None, None, DAY - 180]


def test_the_memory_of_a_limiter_grows_with_its_limits():
    """The room that is reserved for a plan is that of the times it keeps, at n and 2n."""
    assert [RateLimiter(parse_plan(plan)).most_bytes for plan in ("unlimited", "100/min", "100/min,100/day")] == [
        0,
        4000,
        8000,
    ]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        *((plan, ((number, MINUTE),)) for plan, number in PLANS.items()),
        ("unlimited", ()),
        ("7/min", ((7, MINUTE),)),
        ("1000/day", ((1000, DAY),)),
        ("100/min,1000/day", ((100, MINUTE), (1000, DAY))),
    ],
)
def test_a_plan_is_parsed(text, limits):
    assert parse_plan(text) == limits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gold",
        "0/min",
        "-1/min",
        "10",
        "10/s",
        "999999/min",
        "٣/min",
        "free ",
        "9/day,9/min",
        "9/min,9/min",
        "9/min,",
    ],
)
def test_any_other_text_is_refused_with_the_choices(text):
    with pytest.raises(ValueError, match=r"unlimited, free, pro, standard, enterprise, or rates such as 25/min"):
        parse_plan(text)
