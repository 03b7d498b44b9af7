"""``migma-contract watch``: reports only what is new or gone, hands it to a command, and ends cleanly."""

import json
import shlex
import sys
import time

import pytest

from migma_contract_tests.check.memory import Memory
from migma_contract_tests.check.work_limit import TooMuchWork
from migma_contract_tests.cli import watch_exec
from migma_contract_tests.cli.watch import Delivery, Watch
from migma_contract_tests.cli.watch_exec import ReportCommand
from migma_contract_tests.probes.request_budget import Rate
from migma_contract_tests.results.history.history_file import HistoryFile


class KilledError(BaseException):
    """Stands for the end of the process."""


def percentage(envelope):
    envelope["data"]["openRate"] = 25.0


@pytest.fixture
def watch(check, monkeypatch, conforming):
    """Run ``watch`` for as many checks as there are behaviours of the server; then Ctrl-C."""

    def watch(*arguments, behaviours, **environment):
        left = list(behaviours)
        conforming.behave = left.pop(0)

        def wait(*_):
            if not left:
                raise KeyboardInterrupt
            conforming.behave = left.pop(0)

        monkeypatch.setattr(Watch, "_wait", wait)
        return check(*arguments, **environment)

    return watch


@pytest.fixture
def check(run, stage, conforming):
    def check(*arguments, **environment):
        given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, **environment}
        return run("watch", "--base-url", conforming.url, *arguments, **given)

    return check


def test_only_what_is_new_or_gone_is_reported(watch, stage, tmp_path):
    drift, away = stage.reading(percentage), stage.failing(401)
    done = watch(behaviours=[stage.api, stage.api, drift, drift, away, drift, stage.api])
    text = done.stdout.decode()
    assert done.returncode == 130
    assert done.stderr.decode() == "migma-contract: watch was stopped\n"
    assert [line.split("  ") for line in text.splitlines() if line[:1] in set("✓✗?")] == [
        ["✓ CONFORMS", "nothing new"],
        ["✗ DRIFT", "1 new breaking"],
        ["? INCONCLUSIVE"],
        ["✗ DRIFT", "nothing new, 1 known"],
        ["✓ CONFORMS", "nothing new, 1 gone"],
    ]
    assert text.count("rate-is-percentage,") == 1
    again = watch(behaviours=[stage.api]).stdout
    assert again == b"", "the next watch goes on where this one was"
    assert (tmp_path / "migma-history.db").exists()


def test_a_command_gets_the_report_and_not_the_key(watch, stage, tmp_path):
    script = tmp_path / "notify.py"
    script.write_text(
        "import json, os, sys\n"
        "report = json.load(sys.stdin)\n"
        "seen = {'rules': [each['rule'] for each in report['findings']], 'environment': dict(os.environ)}\n"
        "json.dump(seen, open(sys.argv[1], 'w'))\n"
        "sys.exit(3)\n"
    )
    command = shlex.join([sys.executable, str(script), "seen of $HOME.json"])
    environment = {"ALSO_THE_KEY": f"Bearer {stage.key}", "OTHER": "kept"}
    done = watch("--exec", command, behaviours=[stage.reading(percentage)], **environment)
    assert done.stdout == b""
    assert "ended with exit code 3" in done.stderr.decode()
    seen = json.loads((tmp_path / "seen of $HOME.json").read_text())
    assert seen["rules"] == ["rate-is-percentage"]
    assert seen["environment"]["OTHER"] == "kept"
    assert stage.key not in str(seen)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--every", "59s"), "--every: expected a duration such as 90s, 10min, 6h or 30d, of 1 min or more, got '59s'"),
        (("--every", "31d"), "--every: expected 30d or less, got '31d'"),
        (("--exec", " "), "--exec: expected a command, got nothing"),
        (("--exec", "'a"), "--exec: expected a command whose quotes are closed"),
        (("--exec", "no-such-program x"), "--exec: expected a program that can be run, got no program"),
    ],
)
def test_an_unusable_option_exits_2_and_sends_nothing(check, conforming, tmp_path, arguments, says):
    done = check(*arguments)
    assert (done.returncode, conforming.requests) == (2, [])
    assert says in done.stderr.decode()
    assert not (tmp_path / "migma-history.db").exists()


@pytest.mark.parametrize(
    ("step", "is_reported_next"),
    [("remember", True), ("begin_delivery", True), ("deliver", False), ("end_delivery", False)],
)
def test_what_was_begun_is_not_reported_again_and_the_rest_is(watch, stage, monkeypatch, step, is_reported_next):
    """The process ends when it comes to a step; the server then answers the same."""

    def end(*_, **__):
        raise KilledError

    owner = {"remember": Memory, "deliver": Delivery}.get(step, HistoryFile)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, end)
        with pytest.raises(KilledError):
            watch(behaviours=[stage.reading(percentage)])
    done = watch(behaviours=[stage.reading(percentage)])
    assert done.stdout.count(b"1 new breaking") == is_reported_next
    assert ("The report may have arrived, so it is not repeated" in done.stderr.decode()) is not is_reported_next


def test_a_command_that_cannot_be_run_or_does_not_end_is_named(monkeypatch):
    assert (
        ReportCommand(["/none/program"], {}).run("{}") == "--exec program could not be run: No such file or directory"
    )
    monkeypatch.setattr(watch_exec, "_SECONDS", 0.01)
    endless = ReportCommand([sys.executable, "-c", "import time; time.sleep(600)"], {})
    assert "ran for more than 0.01 s" in endless.run("{}")


def test_a_check_that_takes_too_long_to_judge_is_said_and_not_recorded(watch, run, stage, monkeypatch):
    def run_check(*_, **__):
        raise TooMuchWork

    monkeypatch.setattr("migma_contract_tests.cli.watch.run", run_check)
    done = watch(behaviours=[stage.api])
    assert (done.returncode, done.stdout) == (130, b"")
    assert "took too much CPU time to judge" in done.stderr.decode()
    assert run("history", "migma-history.db").stdout == b"The history has no runs.\n"


def test_a_restart_waits_until_the_rate_allows_it(watch, monkeypatch, stage, conforming):
    waits = []
    monkeypatch.setattr(Watch, "_pause", lambda _, seconds: waits.append(seconds))
    for _ in range(2):
        watch("--rate", "100/h", behaviours=[stage.api])
    (seconds,) = waits
    assert 0 < seconds <= 3600
    assert watch(behaviours=[stage.api]).returncode == 130
    assert len(waits) == 1, "no limit for this machine"


def test_the_next_check_waits_until_the_rate_allows_it(stage):
    waits = []
    options = stage.options("http://127.0.0.1:9", rate=Rate(10, 60.0))
    watch = Watch(options, None, None, None, every=90.0, progress=lambda _: None, sleep=waits.append)
    start = time.monotonic()
    watch._wait(start)
    watch._wait(start - 85.0)
    assert 60.0 < waits[0] <= 94.5, "up to 5 % later"
    assert waits[1] == 60.0, "ten requests a minute, also over two checks"
