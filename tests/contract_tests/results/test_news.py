"""A report of watch has the findings that are new, worse or gone, with the exchanges that show them."""

from datetime import UTC, datetime, timedelta

from history_runs import finding, run

from migma_contract.finding import Level
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.results.history.compared import compared, only_news
from migma_contract_tests.results.records import ContractRecord, ExchangeRecord, FindingRecord, RequestCounts
from migma_contract_tests.results.report import Report

OTHER = finding("counts-decreased", Level.INFO, "200 /data/totalSent")


def exchange(number):
    return ExchangeRecord(
        purpose="campaign",
        method="GET",
        url=f"https://api.migma.ai/{number}",
        campaign_id="x",
        request_headers=(),
        started=datetime(2026, 1, 31, tzinfo=UTC),
        elapsed=0.1,
        status=200,
        headers=(),
        body=b"{}",
        failure=None,
        attempt=1,
        sample=number,
    )


def report_of(record):
    """Return the report of a run, whose findings are each in an exchange of their own."""
    found = [
        FindingRecord(
            rule=each.rule,
            level=each.level,
            where=each.where,
            message="m",
            expected="e",
            got="g",
            fingerprint=each.fingerprint,
            exchange=index,
            pointer="",
        )
        for index, each in enumerate(record.findings)
    ]
    return Report(
        contract=ContractRecord(source="openapi.json", version="1.0.0"),
        target=record.target,
        started=record.started,
        elapsed=record.elapsed,
        verdict=record.verdict,
        fail_on=Level.WARNING,
        requests=RequestCounts(sent=8, max=10),
        findings=tuple(found),
        exchanges=tuple(exchange(index + 1) for index in range(3)),
    )


def news(*runs):
    """Return the news of the last run."""
    *earlier, last = runs
    return only_news(compared(report_of(last), last, earlier, number=len(runs)), earlier)


def test_a_new_finding_comes_with_its_exchange_alone():
    found = news(run(0, finding()), run(1, finding(), OTHER))
    assert [(each.rule, each.exchange) for each in found.findings] == [(OTHER.rule, 0)]
    assert [each.sample for each in found.exchanges] == [2]
    assert (found.history.only_new, found.history.known) == (True, 1)
    assert Report.model_validate_json(found.model_dump_json(by_alias=True)) == found


def test_sentences_say_what_is_gone_and_what_is_flaky():
    last = run(3, OTHER)
    found = compared(report_of(last), last, [run(0, OTHER), run(1), run(2, finding())], number=4)
    assert since(found.findings, found) == "this run: it is new (flaky: it came 2 times)"
    assert history_lines(found) == [
        "Compared with 3 earlier runs, the last one on 2026-02-02 06:00 UTC (drift).",
        "Gone: rate-is-percentage at 200 /data/openRate (breaking), seen on 2026-02-02 06:00 UTC only.",
    ]


def test_nothing_new_is_no_report():
    assert news(run(0, finding()), run(1, finding())) is None
    assert news(run(0), run(1)) is None


def test_a_finding_that_got_a_higher_level_is_new_and_one_with_a_lower_level_is_not():
    worse = OTHER.model_copy(update={"level": Level.WARNING})
    assert [each.level for each in news(run(0, OTHER), run(1, worse)).findings] == [Level.WARNING]
    assert news(run(0, worse), run(1, OTHER)) is None


def test_what_a_baseline_accepts_is_not_gone_when_it_goes():
    accepted = finding().model_copy(update={"accepted": True})
    assert news(run(0, accepted, verdict="conforms"), run(1)) is None


def test_the_last_runs_are_in_the_chart_and_no_more_than_sixty():
    runs = [run(day, started=run(0).started + timedelta(hours=day)) for day in range(70)]
    points = compared(report_of(runs[-1]), runs[-1], runs[:-1], number=70).history.runs
    assert (len(points), points[-1].started) == (60, runs[-1].started)
