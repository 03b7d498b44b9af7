"""A check that takes too much CPU time ends as inconclusive, with a report that says so, wherever the time goes."""

import json
import signal
import xml.etree.ElementTree as ET

import pytest

from migma_contract_tests.check import runner, work_limit
from migma_contract_tests.client import read_only_client
from migma_contract_tests.reports import terminal

pytestmark = [
    pytest.mark.attack("hostile-bodies"),
    pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers of CPU time"),
]

PLACES = {
    "decoding": (read_only_client, "decode", 1),
    "searching the key": (read_only_client, "key_in", 1),
    "judging": (runner, "evaluate", 8),
    "redacting": (runner, "KeyRedactor", 8),
}
SAYS = "The responses took more than 70 s of CPU time to decode and judge"


def out_of_time(monkeypatch, module, name):
    """Let the timer end during one step, once."""
    real = getattr(module, name)

    def slow(*arguments, **keywords):
        monkeypatch.setattr(module, name, real)
        signal.raise_signal(signal.SIGVTALRM)
        return real(*arguments, **keywords)

    monkeypatch.setattr(module, name, slow)


@pytest.mark.parametrize("place", PLACES)
def test_a_check_that_takes_too_long_is_inconclusive_and_says_why_in_every_format(check, monkeypatch, tmp_path, place):
    module, name, sent = PLACES[place]
    out_of_time(monkeypatch, module, name)
    done = check("--format", "terminal", "--format", "json=report.json", "--format", "junit=report.xml")
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert done.returncode == report["exit_code"] == 3
    assert SAYS in " ".join(done.stdout.decode().split())
    assert report["reason"].startswith(SAYS)
    assert report["requests"] == {"sent": sent, "max": 10}
    assert (report["exchanges"], report["findings"]) == ([], [])
    assert SAYS in ET.parse(tmp_path / "report.xml").getroot().find(".//error").get("message")
    assert b"Traceback" not in done.stderr


def test_a_report_that_takes_too_long_is_replaced_by_one_that_says_so(check, monkeypatch):
    out_of_time(monkeypatch, terminal, "render")
    done = check()
    assert done.returncode == 3
    assert SAYS in " ".join(done.stdout.decode().split())
    assert "8 of at most 10 requests" in done.stdout.decode()


def _never_end(options):
    with work_limit.limited_work(options):
        while True:
            sum(range(1000))


def test_time_that_is_spent_ends_the_block_and_time_outside_it_does_not_count(stage, monkeypatch):
    """With a limit of nothing but a moment for each request, a loop without an end ends."""
    options = stage.options("http://127.0.0.1:1")
    monkeypatch.setattr(work_limit, "SECONDS", 0.0)
    monkeypatch.setattr(work_limit, "SECONDS_PER_REQUEST", 0.001)
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(work_limit.TooMuchWork):
        _never_end(options)
    with work_limit.limited_work(options):
        pass
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) == before


def test_a_system_without_such_timers_has_no_limit(stage, monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    with work_limit.limited_work(stage.options("http://127.0.0.1:1")):
        pass
