"""Since when a finding is there: what a run shows, and what says nothing."""

from datetime import timedelta

import pytest
from history_runs import FIRST, finding, run

from migma_contract_tests.results.history.timeline import Timeline

SEEN = finding()


def course(*runs):
    """Return the course of the finding over runs."""
    return Timeline(runs).courses[SEEN.fingerprint]


def day(number):
    return FIRST + timedelta(days=number)


def test_a_finding_is_there_since_the_first_of_the_successive_runs_that_have_it():
    found = course(run(0), run(1, SEEN), run(2, SEEN))
    assert (found.since, found.last_seen, found.appearances, found.gone) == (day(1), day(2), 1, None)


def test_a_finding_that_came_back_is_flaky():
    found = course(run(0, SEEN), run(1), run(2, SEEN))
    assert (found.since, found.appearances) == (day(2), 2)


def test_a_run_that_could_have_found_it_shows_that_it_is_gone():
    timeline = Timeline([run(0, SEEN)])
    (gone,) = timeline.add(run(1))
    assert (gone.since, gone.last_seen, gone.gone) == (day(0), day(0), day(1))
    assert timeline.add(run(2)) == [], "said once"


@pytest.mark.parametrize(
    "changes",
    [{"verdict": "inconclusive"}, {"complete": False}, {"judged": ()}, {"cut": (SEEN.rule,)}],
    ids=["inconclusive", "incomplete", "not judged", "more findings than are kept"],
)
def test_a_run_that_says_nothing_neither_ends_nor_begins_anything(changes):
    found = course(run(0, SEEN), run(1, **changes), run(2, SEEN))
    assert (found.since, found.appearances, found.gone) == (day(0), 1, None)


def test_a_finding_of_an_inconclusive_run_is_not_there():
    assert Timeline([run(0, SEEN, verdict="inconclusive")]).courses == {}
