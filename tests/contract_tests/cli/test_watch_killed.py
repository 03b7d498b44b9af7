"""A watch that is killed at any moment: its history is intact, and nothing is reported twice."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from migma_contract_tests.results.history.history_file import HistoryFile

SCRIPT = Path(__file__).with_name("watch_until_killed.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked for each kill")
@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
def test_whenever_it_is_killed_the_history_is_intact_and_nothing_is_reported_twice(stage, tmp_path, kills):
    flips = []

    def behave(request):
        if request.path == "/flip":
            flips.append(request)
            return stage.answer(200)
        is_drifting = len(flips) % 2
        return (drift if is_drifting else stage.api)(request)

    drift = stage.reading(lambda envelope: envelope["data"].update(openRate=25.0))
    history, delivered = tmp_path / "history.db", tmp_path / "delivered"
    with stage.serve(behave) as server:
        environment = {**os.environ, "KEY": stage.key, "CAMPAIGN": stage.campaign}
        command = [sys.executable, SCRIPT, server.url, history, delivered, str(kills), "seed"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr

    with HistoryFile.opened(history, create=False) as opened:
        runs = [stored.id for stored in opened.runs()]
    assert runs == list(range(1, len(runs) + 1))
    lines = [line.split() for line in delivered.read_text("utf-8").splitlines()]
    assert max(Counter(int(number) for number, _, _ in lines).values()) == 1
    assert all(new != "0" or gone != "0" for _, new, gone in lines[1:])

    with closing(connect(history)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        states = dict(database.execute("SELECT id, delivery FROM runs WHERE delivery IS NOT NULL"))
    reported = {int(number) for number, _, _ in lines}
    assert {number for number, state in states.items() if state == "done"} <= reported <= states.keys()
    unknown = [number for number, state in states.items() if state == "unknown"]
    assert set(states.values()) <= {"done", "unknown"}, "what was not begun was delivered by the next process"
    assert [f"reported run {number}." in ended.stderr for number in unknown] == [True] * len(unknown), "each is named"
