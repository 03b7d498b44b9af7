"""Verifying over HTTP what was asked, and the rules behind it on anything that can be in a journal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from migma_mock.accounts.journal import Entry
from migma_mock.accounts.verification import Pattern, RequestExpectation, verify
from migma_mock.messages.reply import Reply


def ask(account, **question):
    return account("POST", "/verify", json=question).json()


@pytest.fixture
def asked(account, newsletter):
    """An account that was asked for one id, another, and the first again."""
    for campaign_id in (newsletter, "nobody", newsletter):
        account.get(campaign_id, **{"X-Trace": campaign_id})
    return account


@pytest.mark.parametrize(
    ("counts", "ok"),
    [
        ({}, True),
        ({"times": 2}, True),
        ({"times": 1}, False),
        ({"times": 3}, False),
        ({"times": 0}, False),
        ({"atLeast": 2}, True),
        ({"atLeast": 3}, False),
        ({"atLeast": 0}, True),
        ({"atMost": 2}, True),
        ({"atMost": 1}, False),
        ({"atLeast": 1, "atMost": 2}, True),
        ({"atLeast": 3, "atMost": 4}, False),
    ],
)
def test_counts(asked, newsletter, counts, ok):
    verdict = ask(asked, campaign=newsletter, **counts)
    assert (verdict["ok"], verdict["matches"]) == (ok, 2)
    assert verdict["message"].startswith(f"campaign {newsletter}: expected ")
    assert verdict["message"].endswith("got 2 of 3 requests")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "at least 1"),
        ({"times": 4}, "exactly 4"),
        ({"atLeast": 3}, "at least 3"),
        ({"atMost": 1}, "at most 1"),
        ({"atLeast": 3, "atMost": 4}, "at least 3 and at most 4"),
        ({"atLeast": 3, "atMost": 3}, "exactly 3"),
    ],
)
def test_the_message_says_what_was_expected(asked, newsletter, counts, words):
    assert f"expected {words}, got 2 of 3" in ask(asked, campaign=newsletter, **counts)["message"]
    assert ask(asked)["message"] == "any request: expected at least 1, got 3 of 3 requests"


def test_a_miss_shows_the_nearest_request_and_what_differs(asked, newsletter):
    nearest = ask(asked, campaign="nobody", status=200, headers={"X-Trace": "nobody"})["nearest"]
    assert (nearest["request"]["number"], nearest["differs"]) == (2, ["status is 404, not 200"])
    nearest = ask(asked, method="POST")["nearest"]
    assert (nearest["request"]["number"], nearest["differs"]) == (3, ["method is 'GET', not 'POST'"])


def test_every_difference_is_named(asked):
    differs = ask(
        asked,
        method="PUT",
        path="/x",
        campaign="y",
        status=201,
        matchedBy="fault",
        headers={"X-Trace": "z", "X-Absent": "1"},
    )["nearest"]["differs"]
    assert [each.split(" is ")[0] for each in differs] == [
        "method",
        "path",
        "campaign",
        "status",
        "matchedBy",
        "header X-Trace",
        "header X-Absent",
    ]
    assert differs[-1] == "header X-Absent is absent, not '1'"


def test_what_came_too_often_is_near_enough(asked, newsletter):
    assert ask(asked, campaign=newsletter, atMost=1)["nearest"] is None


def test_with_no_request_at_all_nothing_is_near(account):
    verdict = ask(account, campaign="x")
    assert (verdict["ok"], verdict["nearest"], verdict["matches"]) == (False, None, 0)


def test_an_order_lets_others_in_between(asked, newsletter):
    first, second = {"campaign": newsletter}, {"campaign": "nobody", "status": 404}
    assert ask(asked, order=[first, second, first])["message"] == "all 3 came in their order"
    assert ask(asked, order=[first, first])["ok"]
    verdict = ask(asked, order=[second, first, second])
    assert (verdict["ok"], verdict["matches"]) == (False, 2)
    assert verdict["message"] == (
        "campaign nobody, status 404: expected as number 3 of the order, after request 3, not found"
    )
    assert verdict["nearest"] is None
    verdict = ask(asked, order=[first, {"campaign": "somebody"}])
    assert (verdict["nearest"]["request"]["number"], verdict["matches"]) == (3, 1)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ({"times": -1}, {"/times"}),
        ({"times": "2"}, {"/times"}),
        ({"campain": "x"}, {"/campain"}),
        ({"headers": {"X": 1}}, {"/headers/X"}),
        ({"order": [{"times": 1}]}, {"/order/0/times"}),
        ({"order": [{}] * 101}, {"/order"}),
        ({"times": 1, "atMost": 2}, {""}),
        ({"order": [{}], "times": 2}, {""}),
        ({"order": [{}], "campaign": "x"}, {""}),
        ({"atLeast": 3, "atMost": 2}, {""}),
        ([], {""}),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(account, question, wrong):
    assert account.problems("POST", "/verify", json=question).keys() == wrong


TEXTS = st.sampled_from(["GET", "POST", "/a", "/b", "x", "y", "fault x", ""])
HEADERS = st.lists(st.tuples(st.sampled_from([b"x-a", b"x-b"]), st.sampled_from([b"1", b"2"])), max_size=3)


@st.composite
def entries(draw):
    """Requests of a small world, so that patterns match now and then."""
    made = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        reply = Reply(draw(st.sampled_from([200, 404])), (), b"", draw(st.sampled_from(["campaign x", "fault x"])))
        method, path = draw(st.sampled_from(["GET", "POST"])), draw(st.sampled_from([b"/a", b"/b"]))
        headers, campaign = draw(HEADERS), draw(st.sampled_from("xy"))
        made.append(Entry(number, 0.0, method, path, headers, campaign, reply, 0.0))
    return made


PATTERNS = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["GET", "POST"]),
        "path": st.sampled_from(["/a", "/b"]),
        "campaign": st.sampled_from("xy"),
        "status": st.sampled_from([200, 404]),
        "matchedBy": st.sampled_from(["fault", "x"]),
        "headers": st.dictionaries(st.sampled_from(["X-A", "x-b"]), st.sampled_from(["1", "2"]), max_size=2),
    },
)


def matches(pattern, entry):
    """The rule once more, in other words."""
    headers = [(name.decode(), value.decode()) for name, value in entry.headers]
    return all(
        {
            "method": lambda want: entry.method == want,
            "path": lambda want: entry.path == want.encode(),
            "campaign": lambda want: entry.campaign == want,
            "status": lambda want: entry.reply.status == want,
            "matchedBy": lambda want: want in entry.reply.matched_by,
            "headers": lambda want: all((name.lower(), value) in headers for name, value in want.items()),
        }[name](want)
        for name, want in pattern.items()
    )


@given(PATTERNS, entries())
def test_a_request_counts_if_and_only_if_nothing_differs(pattern, asked):
    counted = [entry for entry in asked if matches(pattern, entry)]
    assert [entry for entry in asked if not Pattern(**pattern).difference(entry)] == counted
    verdict = verify(RequestExpectation(**pattern, times=len(counted)), asked)
    assert (verdict.ok, verdict.matches, verdict.nearest) == (True, len(counted), None)
    miss = verify(RequestExpectation(**pattern, atLeast=len(counted) + 1), asked)
    assert not miss.ok
    others = [entry for entry in asked if entry not in counted]
    assert (miss.nearest is None) is (not others)
    if miss.nearest:
        assert miss.nearest.entry in others
        fewest = min(len(Pattern(**pattern).difference(entry)) for entry in others)
        assert len(miss.nearest.differs) == fewest > 0


@given(st.lists(PATTERNS, min_size=1, max_size=4), entries())
def test_an_order_holds_if_and_only_if_its_patterns_are_found_in_a_row(order, asked):
    """By a search over all choices, not only the first that fits."""

    def found(patterns, rest):
        if not patterns:
            return True
        return any(matches(patterns[0], rest[i]) and found(patterns[1:], rest[i + 1 :]) for i in range(len(rest)))

    verdict = verify(RequestExpectation(order=[Pattern(**each) for each in order]), asked)
    assert verdict.ok is found(order, asked)
    assert verdict.as_dict()["ok"] is verdict.ok
    assert (verdict.matches == len(order)) is verdict.ok


@given(st.integers(0, 9), st.integers(0, 9))
def test_bounds_that_nothing_can_meet_are_no_question(low, high):
    if low <= high:
        assert RequestExpectation(atLeast=low, atMost=high).atMost == high
    else:
        with pytest.raises(ValidationError, match=re.escape("'atLeast' that is no more than 'atMost'")):
            RequestExpectation(atLeast=low, atMost=high)
