"""A check over a socket reports the server's words, right numbers, and what it could not judge."""

import json
from pathlib import Path

import pytest

from migma_contract.json_cut import MAX_VALUES
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.reports import FORMATS

CAMPAIGNS = Path(__file__).parents[3] / "fixtures" / "campaigns"
USUAL = ["newsletter", "huge-list", "bots-and-mpp-present", "bots-and-mpp-absent", "mpp-heavy"]


def built_in(name):
    """Return the stats of a built-in campaign of the mock."""
    return json.loads((CAMPAIGNS / f"{name}.json").read_text("utf-8"))["stats"]


def serving_stats(stage, stats):
    """Return the behaviour of the API with these stats."""
    return stage.reading(lambda envelope: envelope.update(data=stats))


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_built_in_campaign_leaves_nothing_unjudged(stage, contract, name):
    with stage.serve(serving_stats(stage, built_in(name))) as server:
        report = run_check(stage.options(server.url), contract)
    assert (report.verdict, report.not_judged) == ("conforms", "")
    assert "Not judged" not in FORMATS["terminal"].render(report)
    assert report.judged["rate-over-sent"] == report.judged["rate-of-total-events"] == 2


def test_a_campaign_without_bounces_conforms_and_the_report_says_what_it_does_not_show(stage, contract):
    with stage.serve(serving_stats(stage, built_in("everyone-opened"))) as server:
        report = run_check(stage.options(server.url), contract)
    assert report.verdict == "conforms"
    assert report.not_judged.startswith("Not judged: whether rates are divided by delivered or by sent, since ")
    assert report.judged["rate-over-sent"] == 0


def test_a_run_that_drifted_has_no_line_on_what_was_not_judged(stage, contract):
    with stage.serve(serving_stats(stage, built_in("everyone-opened") | {"totalSent": "10"})) as server:
        report = run_check(stage.options(server.url), contract)
    assert (report.verdict, report.not_judged) == ("drift", "")


def test_the_words_of_a_refusal_are_in_the_reason_and_beside_the_exchange(stage, contract):
    refusal = stage.answer(401, {"success": False, "error": "API key expired on 2026-01-31\u202e\x1b[2J"})
    with stage.serve(lambda _: refusal) as server:
        report = run_check(stage.options(server.url), contract)
    assert report.verdict == "inconclusive"
    assert "API key expired on 2026-01-31”" in report.reason
    assert {each.message for each in report.exchanges} == {"API key expired on 2026-01-31"}


@pytest.mark.attack("secrets-in-records")
def test_the_words_of_a_refusal_never_have_the_key(stage, contract):
    def behave(request):
        return stage.answer(401, {"success": False, "error": f"Unknown key {request.key}"})

    with stage.serve(behave) as server:
        report = run_check(stage.options(server.url), contract)
    assert "[redacted]" in report.exchanges[0].message
    assert stage.key not in FORMATS["json"].render(report)


def test_of_sixty_thousand_new_fields_those_judged_are_counted_the_others_said_and_every_format_stays_small(
    stage, contract
):
    stats, many = built_in("newsletter"), {f"n{number}": 1 for number in range(60_000)}
    judged = MAX_VALUES - len(stats) - len({"success", "data"})
    with stage.serve(serving_stats(stage, stats | many)) as server:
        report = run_check(stage.options(server.url), contract)
    assert (report.verdict, len(report.findings)) == ("conforms", 100)
    assert report.omitted == {"undocumented-field": judged - 100}
    texts = {name: form.render(report) for name, form in FORMATS.items()}
    assert f"{judged:,} info" in texts["terminal"]
    left_out = f"Not judged: {2 * (60_000 - judged):,} values, such as those in /data"
    assert all(left_out in " ".join(text.split()) for text in texts.values())
    assert max(map(len, texts.values())) < 1_000_000
