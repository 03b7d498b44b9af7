"""The hot path stays short: function calls per request, counted and not timed, against a recorded budget."""

import sys

import pytest

from benchmarks.calls import BUDGET, CASES, count, read_budget

HOW = "python -m benchmarks calls --record"


@pytest.mark.parametrize("case", CASES)
def test_a_request_takes_no_more_function_calls_than_its_budget(case):
    budget = read_budget()
    calls, allowed = count(case), budget["calls"][case]
    assert calls <= allowed, (
        f"A request ({case}) takes {calls} function calls; {BUDGET.name} allows {allowed}. Every request pays for what "
        f"is on its path: move work to where something changes (a fixture is read, a fault armed), or, if it has to be "
        f"there, say why in the commit and record it: {HOW}"
    )
    counted_here = budget["python"] == ".".join(map(str, sys.version_info[:2]))
    assert not counted_here or calls >= allowed * 0.9, (
        f"A request ({case}) takes {calls} function calls, {BUDGET.name} allows {allowed}: well done. "
        f"Record it, so that nobody loses it unnoticed: {HOW}"
    )


def test_the_same_code_takes_the_same_number_of_calls():
    assert count("fixture") == count("fixture")


def test_work_added_to_the_path_shows(monkeypatch):
    from migma_mock.engine.router import Router

    before, match = count("fixture"), Router.match
    monkeypatch.setattr(Router, "match", lambda self, path: [len("") for _ in range(40)] and match(self, path))
    assert count("fixture") >= before + 40
