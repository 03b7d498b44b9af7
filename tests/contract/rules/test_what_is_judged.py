"""Each rule counts what it could judge, and a run says in one line what its numbers could not show."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples.exchanges import STATS, exchange, second, stats
from samples.violations import VIOLATIONS

from migma_contract.exchange import Exchange
from migma_contract.rules import RULES, Rule
from migma_contract.rules.evaluate import MAX_FINDINGS, Evaluation, evaluate
from migma_contract.stats import COUNTS, RATES, RELATIONS

RULES_ON_NUMBERS = {each.id for each in RELATIONS if not each.id.startswith("last-updated")}
NO_BOTS = {"botOpens": 0, "botClicks": 0, "mppOpens": 0}
RULES_ON_RATES = {"rate-over-sent", "rate-of-total-events", "rate-over-other-events", "open-rate-inconsistent"}


def with_rates(**changed) -> dict[str, object]:
    """Return stats with other counts, and the rates that follow from them."""
    numbers = {**STATS, **changed}
    delivered = numbers["totalDelivered"]
    rates = {name: numbers[unique] / delivered if delivered else 0 for name, unique in RATES.items()}
    return {**numbers, **rates, **{name: value for name, value in changed.items() if name in RATES}}


def read(contract, **changed) -> Evaluation:
    """Return the evaluation of one read of a campaign that has these counts."""
    return evaluate([stats(**with_rates(**changed))], contract)


@pytest.mark.parametrize("entry", RULES, ids=lambda each: each.id)
def test_a_rule_that_finds_something_judged_something(entry: Rule, contract):
    evaluation = evaluate(VIOLATIONS[entry.id], contract)
    found = {finding.rule for finding in evaluation.findings}
    assert evaluation.judged.keys() == {each.id for each in RULES}
    assert [rule for rule in found if not evaluation.judged[rule]] == []


def test_a_usual_campaign_lets_every_rule_on_its_numbers_judge(contract):
    evaluation = evaluate([exchange(), second(exchange())], contract)
    assert {rule for rule in RULES_ON_NUMBERS | RULES_ON_RATES if evaluation.judged[rule] != 2} == set()
    assert evaluation.not_judged == ""


def test_zeros_say_nothing_about_the_numbers(contract):
    evaluation = read(contract, **dict.fromkeys(COUNTS, 0))
    assert {evaluation.judged[rule] for rule in RULES_ON_NUMBERS | RULES_ON_RATES} == {0}
    assert evaluation.judged["wrong-type"] == 1


def test_a_wrong_zero_is_judged(contract):
    evaluation = read(contract, **dict.fromkeys(COUNTS, 0), openRate=0.4)
    assert (evaluation.judged["open-rate-inconsistent"], evaluation.judged["click-rate-inconsistent"]) == (1, 0)


def test_rules_that_compare_reads_have_nothing_to_judge_with_one_read(contract):
    one, two = ([exchange()], [exchange(), second(exchange())])
    for rule in ("counts-decreased", "last-updated-decreased", "response-shape-inconsistent"):
        assert (evaluate(one, contract).judged[rule], evaluate(two, contract).judged[rule]) == (0, 1)


def test_optional_counts_that_never_came_are_not_judged(contract):
    bots = ("botOpens", "botClicks", "mppOpens")
    evaluation = evaluate(
        [exchange(value={"success": True, "data": {name: STATS[name] for name in STATS if name not in bots}})], contract
    )
    assert {evaluation.judged[f"{name}-exceed-total-{name.split('-')[1]}"] for name in ("bot-opens", "bot-clicks")} == {
        0
    }
    assert evaluation.not_judged == ""


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (dict.fromkeys(COUNTS, 0), "how the numbers relate to each other, since all counts are 0; "),
        (
            {"uniqueOpens": 0, "totalOpens": 0, "uniqueClicks": 0, "totalClicks": 0} | NO_BOTS,
            "how the rates are calculated, since uniqueOpens and uniqueClicks are 0; a campaign with opens and clicks",
        ),
        (
            {"totalDelivered": 1200, "bounces": 0},
            (
                "whether rates are divided by delivered or by sent, since every campaign was delivered completely; "
                "a campaign with bounces would show it."
            ),
        ),
        (
            {"totalDelivered": 1199, "bounces": 1, "openRate": 0.37, "clickRate": 0.08},
            (
                "whether rates are divided by delivered or by sent, since too few messages bounced to change the "
                "rates; a campaign with more bounces would show it."
            ),
        ),
        ({"totalOpens": 439, "totalClicks": 97} | NO_BOTS, "whether rates count"),
        (
            {"totalDelivered": 1200, "bounces": 0, "totalOpens": 439, "totalClicks": 97} | NO_BOTS,
            (
                "whether rates are divided by delivered or by sent, since every campaign was delivered completely, and "
                "whether rates count recipients or all events, since too few recipients opened or clicked twice to "
                "change the rates; a campaign with bounces and repeated opens would show it."
            ),
        ),
    ],
)
def test_one_line_says_what_the_numbers_could_not_show(contract, changed, line):
    evaluation = read(contract, **changed)
    assert evaluation.findings == ()
    assert evaluation.not_judged.startswith(f"Not judged: {line}")
    assert "\n" not in evaluation.not_judged


@pytest.mark.parametrize(
    "changed",
    [
        {"totalDelivered": 1199, "bounces": 1},  # exact rates show even one bounce
        {"totalDelivered": 1000, "bounces": 200, "openRate": 0.44, "clickRate": 0.1},
        {"uniqueClicks": 0, "totalClicks": 0, "botClicks": 0},
        {"totalOpens": 439, "botOpens": 0, "mppOpens": 0},  # clicks show what opens do not
        {"totalDelivered": 900, "bounces": 0},  # still being sent
        {"openRate": 0.4, "uniqueOpens": 460, "totalOpens": 900},
    ],
)
def test_no_line_if_some_number_shows_it(contract, changed):
    assert read(contract, **changed).not_judged == ""


def test_one_campaign_that_shows_it_is_enough(contract):
    complete = exchange(value={"success": True, "data": with_rates(totalDelivered=1200, bounces=0)}, campaign_id="a")
    assert evaluate([complete], contract).not_judged
    assert evaluate([complete, exchange(campaign_id="b")], contract).not_judged == ""


@pytest.mark.parametrize(
    ("sent", "delivered", "opens", "rate"),
    [
        (328, 316, 36, 0.114),
        (100_000, 99_000, 20_000, 0.20202),
        (1200, 1150, 439, 0.3817),
        (100_000, 99_000, 8, 0.0001),
    ],
)
def test_the_line_does_not_come_if_the_rate_itself_is_not_the_one_of_sent(contract, sent, delivered, opens, rate):
    """Though the rate of sent, as this server rounds, happens to have fewer decimals: 0.11 and 0.2."""
    counts = {"totalSent": sent, "totalDelivered": delivered, "bounces": sent - delivered, "uniqueOpens": opens}
    clicks = {"uniqueClicks": 0, "totalClicks": 0, "botClicks": 0, "clickRate": 0, "unsubscribes": 0}
    line = read(contract, **counts, totalOpens=2 * opens, botOpens=0, mppOpens=0, openRate=rate, **clicks).not_judged
    assert ("by sent" in line) is (rate == 0.0001)


def test_the_decimals_of_all_rates_of_a_run_count(contract):
    """0.2 may be rounded to two decimals on its own; beside 0.0505 it is not 0.198."""
    counts = {"totalSent": 100_000, "totalDelivered": 99_000, "bounces": 1_000, "uniqueOpens": 19_800, "openRate": 0.2}
    counts |= {"totalOpens": 30_000, "uniqueClicks": 0, "totalClicks": 0, "botClicks": 0, "clickRate": 0}
    alone = stats(**with_rates(**counts))
    assert "by sent" in evaluate([alone], contract).not_judged
    other = with_rates(totalDelivered=1200, bounces=0, openRate=0.3658, clickRate=0.0808)  # shows only the decimals
    beside = exchange(value={"success": True, "data": other}, campaign_id="b")
    assert evaluate([alone, beside], contract).not_judged == ""


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 500), st.sampled_from([None, 2, 3, 4]))
def test_the_line_comes_if_and_only_if_the_rate_may_be_the_one_of_sent(contract, delivered, bounced, opens, decimals):
    """At the decimals that the rate has."""

    def rates(whole):
        exact = {"openRate": min(opens, delivered) / whole, "clickRate": 0.0}
        return {name: value if decimals is None else round(value, decimals) for name, value in exact.items()}

    opened = min(opens, delivered)
    counts = {"totalSent": delivered + bounced, "totalDelivered": delivered, "bounces": bounced, "unsubscribes": 0}
    counts |= {"uniqueOpens": opened, "totalOpens": 2 * opened, "botOpens": 0, "mppOpens": 0}
    counts |= {"uniqueClicks": 0, "totalClicks": 0, "botClicks": 0}
    served, of_sent = rates(delivered)["openRate"], opened / (delivered + bounced)
    shown = max(2, len(f"{served:.7f}".rstrip("0")) - 2)
    rounding = 0.5 / 10**shown if shown < 7 else 5e-7
    assume(abs(abs(served - of_sent) - rounding) > 2e-7 and abs(shown - 6.5) > 1)  # not at the boundary
    may_be_of_sent = abs(served - of_sent) < rounding
    assert ("by sent" in read(contract, **counts, **rates(delivered)).not_judged) is may_be_of_sent


def many_fields(names) -> Exchange:
    """Return a read of a campaign with these fields beside the documented ones."""
    return exchange(value={"success": True, "data": {**STATS, **dict.fromkeys(names, 1)}})


def test_of_many_findings_of_a_rule_100_are_kept_and_the_others_counted(contract):
    evaluation = evaluate([many_fields(f"n{number}" for number in range(4000))], contract)
    assert len(evaluation.findings) == MAX_FINDINGS == 100
    assert evaluation.omitted == {"undocumented-field": 3_900}


def test_the_same_findings_are_kept_in_whatever_order_the_fields_come(contract):
    names = [f"n{number}" for number in range(500)]
    one, other = (evaluate([many_fields(order)], contract) for order in (names, reversed(names)))
    assert [finding.where for finding in one.findings] == [finding.where for finding in other.findings]


def test_texts_of_findings_that_quote_the_server_are_short(contract):
    value = {"success": True, "data": {**STATS, "x" * 200_000: 1, "lastUpdated": "9" * 500_000}}
    findings = evaluate([exchange(value=value)], contract).findings
    assert {finding.rule for finding in findings} == {"undocumented-field", "wrong-format"}
    texts = [text for each in findings for text in (each.where, each.message, each.expected, each.got)]
    assert max(map(len, texts)) < 1_100


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("t\u043etalSent", "t\u043etalSent (U+043E)"),
        ("total\u200bSent", "total\u200bSent (U+200B)"),
        ("total\u00a0Sent", "total\u00a0Sent (U+00A0)"),
        ("\uff54otalSent", "\uff54otalSent (U+FF54)"),
        ("totalSent\U000e0041", "totalSent\U000e0041 (U+E0041)"),
    ],
)
def test_a_name_that_looks_like_another_is_shown_with_its_code_points(contract, name, shown):
    value = {name if each == "totalSent" else each: STATS[each] for each in STATS}
    (renamed,) = evaluate([exchange(value={"success": True, "data": value})], contract).findings
    assert (renamed.rule, renamed.got) == ("field-renamed", shown)


def test_an_added_name_is_shown_with_its_code_points(contract):
    (finding,) = evaluate([many_fields(["\u0430\u0431"])], contract).findings
    assert finding.message == "The contract does not have the field \u0430\u0431 (U+0430, U+0431)."
