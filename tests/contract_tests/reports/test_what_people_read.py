"""Formats for people show the message before the place, one block for alike findings, and the server's words."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from migma_contract.exchange import Failure
from migma_contract.finding import Level
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.reports.groups import groups

EVERY_WIDTH = pytest.mark.parametrize("width", [60, 80, 120])
FOR_PEOPLE = pytest.mark.parametrize("name", ["terminal", "html", "markdown", "github", "junit", "sarif"])
COUNTS = ["totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks", "bounces"]
NOT_JUDGED = "Not judged: how the rates are calculated, since there are no opens; a campaign with opens would show it."
any_text = st.text(st.characters(exclude_categories=[]), max_size=12)
any_findings = st.lists(st.tuples(any_text, any_text, any_text), min_size=1, max_size=30)


def terminal(report, width=100):
    return FORMATS["terminal"].render(report, width=width)


def alike(make, names=COUNTS, level=Level.BREAKING):
    """Return findings that differ only in the field and in what is there."""
    return tuple(
        make.finding(
            f"{name} is not an integer.",
            level,
            where=f"200 /data/{name}",
            expected="integer",
            got=f'"{number}" (string)',
        )
        for number, name in enumerate(names)
    )


@pytest.fixture
def strings(make):
    return make.report(verdict="drift", findings=alike(make))


@FOR_PEOPLE
def test_the_message_comes_before_the_place(make, name):
    text = FORMATS[name].render(make.report(verdict="drift", findings=(make.finding("It broke."),)))
    assert text.index("It broke.") < text.index("200 /data/openRate")


@EVERY_WIDTH
def test_findings_that_differ_only_in_the_field_are_one_block_with_a_line_for_each(strings, width):
    text = terminal(strings, width)
    assert text.count("✗ totalSent is not an integer. The same at 6 other places.") == 1
    assert text.count("seen in") == text.count("expected") == 1
    for number, name in enumerate(COUNTS):
        assert f'200 /data/{name}: got "{number}" (string)\n' in text
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("name", ["html", "markdown", "github"])
def test_other_formats_for_people_have_one_entry_with_every_place(strings, name):
    text = FORMATS[name].render(strings)
    assert text.count("The same at 6 other places.") == 1
    assert all(f"200 /data/{each}" in text for each in COUNTS)


def test_json_and_junit_and_sarif_have_every_finding(strings):
    for name in ("json", "junit", "sarif"):
        assert all(f"{each} is not an integer." in FORMATS[name].render(strings) for each in COUNTS)


def test_renamed_fields_are_one_block(make):
    names = {"openRate": "open_rate", "clickRate": "click_rate"}
    findings = tuple(
        make.finding(
            f"{old} is missing, and there is a new field {new}.", where=f"200 /data/{old}", expected=old, got=new
        )
        for old, new in names.items()
    )
    report = make.report(verdict="drift", findings=findings)
    (group,) = groups(findings, report)
    assert group.places == ["200 /data/openRate: got open_rate", "200 /data/clickRate: got click_rate"]


@pytest.mark.attack("markup")
@settings(max_examples=30, deadline=None)
@given(any_findings)
def test_any_findings_of_a_rule_are_in_some_block_and_every_format_can_be_read(make, read, texts):
    findings = tuple(
        make.finding(f"{name} is wrong.", where=f"200 /data/{name}", expected=expected, got=got)
        for name, expected, got in texts
    )
    report = make.report(verdict="drift", findings=findings)
    blocks = groups(report.findings, report)
    assert sorted(map(id, report.findings)) == sorted(id(each) for block in blocks for each in block.findings)
    assert all(block.size == 1 or block.message.startswith(block.first.message) for block in blocks)
    for name, form in FORMATS.items():
        read[name](form.render(report))


@pytest.mark.parametrize("changes", [{"rule": "wrong-type"}, {"level": Level.WARNING}, {"message": "It is negative."}])
def test_findings_of_another_rule_level_or_message_are_blocks_of_their_own(make, changes):
    one, other = make.finding("It broke."), make.finding("It broke.").model_copy(update=changes)
    assert len(groups([one, other], make.report(verdict="drift", findings=(one, other)))) == 2


def test_a_long_list_is_cut_with_the_number_of_the_others_and_where_they_are(make):
    many = make.report(verdict="drift", findings=alike(make, [f"f{number}" for number in range(30)]))
    assert "and 16 more; the JSON report has them all" in terminal(many)


@FOR_PEOPLE
def test_the_number_of_findings_includes_those_that_json_does_not_have(make, name):
    findings = alike(make, [f"f{number}" for number in range(100)], Level.INFO)
    many = make.report(findings=findings, omitted={findings[0].rule: 59_900})
    text = FORMATS[name].render(many)
    assert "60,000" in text or "59,999" in text or "59,900" in text
    if name == "terminal":
        assert "info (60,000)" in text
        assert "✓ CONFORMS  60,000 info" in text
        assert "The same at 59,999 other places." in text
        assert "and 59,994 more; the JSON report has the first 100" in text


@pytest.mark.parametrize("name", ["terminal", "html", "markdown"])
def test_the_servers_words_stand_beside_the_outcome(make, name):
    refused = make.exchange(status=401, body=b"").model_copy(update={"message": "API key expired on 2026-01-31"})
    report = make.report(verdict="drift", findings=(make.finding(),), exchanges=(refused, make.exchange()))
    assert "401 in 0.12 s, “API key expired on 2026-01-31”" in FORMATS[name].render(report)


@pytest.mark.parametrize("name", ["terminal", "html", "markdown"])
def test_one_answer_to_everything_is_one_line(make, name):
    page = make.exchange(status=502, body=b"").model_copy(update={"message": "Bad Gateway"})
    findings = (make.finding("A request failed: 502.", Level.INFO),)
    report = make.report(verdict="inconclusive", reason="Why.", findings=findings, exchanges=(page, page, page))
    text = FORMATS[name].render(report)
    assert re.sub(r"\s+", " ", text).count("very answer was the same: 502, “Bad Gateway”") == 1
    if name == "terminal":
        assert "A request failed" not in text
        assert "? INCONCLUSIVE\n  Why.\n  8 of at most 10 requests in 1.25 s\n" in text


@pytest.mark.parametrize(
    "others",
    [{"status": 503}, {"body": b"other"}, {"status": None, "failure": Failure("reset", "the connection ended")}],
)
def test_other_answers_are_not_called_the_same(make, others):
    report = make.report(
        verdict="drift", findings=(make.finding(),), exchanges=(make.exchange(), make.exchange(**others))
    )
    assert "every answer" not in terminal(report)


def test_the_answer_to_head_has_no_body_and_does_not_count(make):
    report = make.report(exchanges=(make.exchange(), make.exchange(), make.exchange(method="HEAD", body=b"")))
    assert "every answer was the same: 200" in terminal(report)


@FOR_PEOPLE
def test_what_a_conforming_run_could_not_judge_is_in_every_format_once(make, name):
    text = FORMATS[name].render(make.report(not_judged=NOT_JUDGED))
    assert re.sub(r"\s+", " ", text).count(NOT_JUDGED) == 1
    assert "Not judged" not in FORMATS[name].render(make.report())


@FOR_PEOPLE
def test_a_place_with_unusual_characters_has_their_code_points(make, name):
    report = make.report(verdict="drift", findings=(make.finding(where="200 /data/t\u043etal\u200bSent"),))
    text = FORMATS[name].render(report)
    assert "(U+043E, U+200B)" in text
    assert "\u200b" not in text


@EVERY_WIDTH
def test_long_sentences_are_indented_below_their_beginning(make, width):
    report = make.report(verdict="inconclusive", reason="word " * 60, findings=(make.finding("word " * 60),))
    lines = terminal(report, width).splitlines()
    title = next(number for number, line in enumerate(lines) if line.startswith("  ✗ word"))
    reason = lines.index("? INCONCLUSIVE")
    assert lines[title + 1].startswith("    word")
    assert lines[reason + 1].startswith("  word")
    assert lines[reason + 2].startswith("  word")
