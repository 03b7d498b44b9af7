"""The cap and the rate are never exceeded, as the server sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_contract_tests.probes.request_budget import Budget, Rate, RequestRefusedError


@given(
    limit=st.integers(1, 5),
    seconds=st.sampled_from([1.0, 60.0]),
    steps=st.lists(st.tuples(st.floats(0, 50), st.floats(0, 1), st.floats(0, 50)), max_size=30),
)
def test_no_sliding_window_has_more_requests_than_the_rate(stage, limit, seconds, steps):
    """At whatever time of a request the server counts it, and however long requests and pauses take."""
    clock = stage.clock()
    budget = Budget(100, Rate(limit, seconds), clock=clock, sleep=clock.sleep)
    arrivals = []
    for takes, arrives_after, pause in steps:
        with budget.request("GET"):
            arrivals.append(clock.now + takes * arrives_after)
            clock.now += takes
        clock.now += pause
    for index, first in enumerate(arrivals[:-limit] if steps else []):
        assert arrivals[index + limit] - first > seconds


@given(limit=st.integers(1, 20))
def test_requests_within_the_rate_do_not_wait(stage, limit):
    clock = stage.clock()
    budget = Budget(100, Rate(limit, 60.0), clock=clock, sleep=clock.sleep)
    for _ in range(limit):
        with budget.request("GET"):
            pass
    assert clock.now == 0
    with budget.request("GET"):
        assert 60 < clock.now < 60.01


def test_the_cap_allows_no_further_request():
    budget = Budget(2, None)
    for _ in range(2):
        with budget.request("GET"):
            pass
    with pytest.raises(RequestRefusedError, match="cap of 2 requests"), budget.request("GET"):
        pytest.fail("entered")
    assert (budget.sent, budget.remaining) == (2, 0)


def test_a_failed_request_counts():
    budget = Budget(1, None)
    with pytest.raises(OSError, match="boom"), budget.request("GET"):
        raise OSError("boom")
    assert budget.remaining == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "QUERY", "get", "CONNECT"])
def test_only_get_and_head_are_allowed_unless_named(method):
    budget = Budget(1, None)
    with pytest.raises(RequestRefusedError, match=method), budget.request(method):
        pytest.fail("entered")
    assert budget.sent == 0
    with Budget(1, None, methods=frozenset({method})).request(method):
        pass


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10/m", Rate(10, 60)),
        ("2/s", Rate(2, 1)),
        ("600/h", Rate(600, 3600)),
        (" 10 / minute", Rate(10, 60)),
        ("OFF", None),
    ],
)
def test_a_rate_is_parsed(text, rate):
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "0/m", "-1/m", "10", "10/d", "1.5/s", "10/min/s", "on", "9999999/s", "١/m"])
def test_an_invalid_rate_is_refused_with_an_example(text):
    with pytest.raises(SettingsError, match="10/m, 2/s or 600/h, or off"):
        Rate.parse(text)
