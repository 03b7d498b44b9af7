"""``check --history`` and ``migma-contract history``: what later runs say, in each format, and what stops a run."""

import json

import pytest

from migma_contract_tests.reports import FORMATS


def percentage(envelope):
    envelope["data"]["openRate"] = 25.0


def fallen(envelope):
    envelope["data"].update(totalSent=400, totalDelivered=400, lastUpdated="2026-02-01T09:30:00Z", openRate=0.5)
    envelope["data"]["clickRate"] = 0.1
    del envelope["data"]["bounces"]
    envelope["data"]["spam"] = 1


@pytest.fixture
def changing(stage):
    """A server whose ``behave`` a test replaces."""
    with stage.serve(stage.api) as server:
        yield server


def report(check, server, *arguments):
    """Return the JSON report of a check with the history."""
    done = check("--history", "history.db", "--format", "json", *arguments, url=server.url)
    assert done.returncode in {0, 1, 3}, done.stderr
    return json.loads(done.stdout)


def test_the_report_says_since_when_and_what_is_gone(check, stage, changing):
    first = report(check, changing)
    assert (first["history"]["earlier"], first["history"]["previous_verdict"]) == (0, None)
    changing.behave = stage.reading(percentage)
    second, third = report(check, changing), report(check, changing)
    (new,), (known,) = second["findings"], third["findings"]
    assert new["since"] == known["since"] == second["started"]
    assert new["rule"] == "rate-is-percentage"
    changing.behave = stage.failing(401)
    away = report(check, changing)
    assert (away["verdict"], away["history"]["gone"]) == ("inconclusive", [])
    changing.behave = stage.api
    last = report(check, changing)
    (gone,) = last["history"]["gone"]
    assert (gone["rule"], gone["since"], gone["last_seen"]) == (new["rule"], second["started"], third["started"])
    assert [run["verdict"] for run in last["history"]["runs"]] == [
        *("conforms", "drift", "drift", "inconclusive", "conforms")
    ]
    changing.behave = stage.reading(percentage)
    (back,) = report(check, changing)["findings"]
    assert back["appearances"] == 2, "flaky"


def test_counts_that_fell_and_fields_that_came_or_went_since_the_last_run(check, stage, changing):
    report(check, changing)
    changing.behave = stage.reading(fallen)
    found = report(check, changing)
    (fell,) = [
        each for each in found["findings"] if each["rule"] == "counts-decreased" and "totalSent" in each["where"]
    ]
    assert fell["level"] == "warning"
    assert "since the check of" in fell["message"]
    assert found["history"]["fields_added"] == ["/data/spam"]
    assert found["history"]["fields_removed"] == ["/data/bounces"]


def test_many_fields_are_not_listed_and_their_findings_are_not_gone_if_they_were_cut(check, stage, changing):
    def many(first):
        fields = {f"n{number}": 1 for number in range(first, first + 600)}
        return stage.reading(lambda envelope: envelope["data"].update(fields))

    changing.behave = many(0)
    report(check, changing)
    changing.behave = many(1)
    history = report(check, changing)["history"]
    assert (history["fields_added"], history["fields_removed"], history["gone"]) == ([], [], [])


def test_other_servers_and_campaigns_are_not_compared(check, stage, changing, conforming):
    changing.behave = stage.reading(percentage)
    report(check, changing)
    assert report(check, conforming)["history"]["earlier"] == 0
    assert report(check, changing, "--campaign-id", "another-one")["history"]["earlier"] == 0


def test_every_format_says_since_when_and_what_is_gone(check, stage, changing, tmp_path):
    report(check, changing)
    changing.behave = stage.reading(lambda envelope: envelope["data"].update(spam=1))
    report(check, changing)
    changing.behave = stage.reading(percentage)
    files = [part for name in FORMATS for part in ("--format", f"{name}=report.{name}")]
    done = check("--history", "history.db", "--quiet", *files, url=changing.url)
    assert done.returncode == 1
    for name in FORMATS:
        text = (tmp_path / f"report.{name}").read_text("utf-8")
        assert "undocumented-field" in text, name
        assert ("this run: it is new" in text) is (name != "json"), name
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert 'role="img" aria-label="Findings of the last 3 runs' in page
    assert "<script" not in page


def test_the_file_has_neither_the_key_nor_a_body(check, stage, changing, tmp_path):
    changing.behave = stage.reading(lambda envelope: envelope["data"].update(echo=stage.key, note="secret text"))
    report(check, changing)
    content = (tmp_path / "history.db").read_bytes()
    assert stage.key.encode() not in content
    assert b"secret text" not in content


def test_an_unusable_history_exits_2_and_sends_nothing(check, run, changing, tmp_path):
    (tmp_path / "history.db").write_text("date,opens\n")
    for arguments, says in (
        (("--history", "history.db"), "history.db: expected a history of migma-contract, got another kind of file"),
        (("--max-age", "2d"), "--max-age: expected --history FILE with it, got no history"),
        (("--history", "new.db", "--max-age", "5"), "--max-age: expected a duration such as"),
    ):
        done = check(*arguments, url=changing.url)
        assert (done.returncode, done.stdout) == (2, b""), arguments
        assert says in done.stderr.decode()
    assert run("history", "none.db").returncode == 2
    assert changing.requests == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.db"]


def test_the_command_lists_runs_and_findings(check, run, stage, changing):
    report(check, changing)
    changing.behave = stage.reading(percentage)
    second = report(check, changing)
    shown = run("history", "history.db").stdout.decode()
    assert [line.split()[3:] for line in shown.splitlines()[4:6]] == [
        ["conforms", *"·····"],
        ["drift", "1", "·", "·", "1", "·"],
    ]
    assert "rate-is-percentage at 200 /data/openRate  since" in shown
    (subject,) = json.loads(run("history", "history.db", "--format", "json", "--last", "1").stdout)["subjects"]
    assert subject["campaigns"] == [stage.campaign]
    assert [each["run"] for each in subject["runs"]] == [2]
    assert subject["findings"][0]["since"] == second["started"]
