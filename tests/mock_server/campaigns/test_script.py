"""Scripts: replies one after the other, and their form in a fixture file."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from migma_mock.campaigns.campaign import Script, ScriptStep
from migma_mock.campaigns.campaign_file import ScriptFile
from migma_mock.faults import FAULTS
from migma_mock.input_models import model_problems
from migma_mock.messages.reply import Reply

REPLIES = st.integers(200, 599).map(lambda status: Reply(status, (), b"", "test"))
STEPS = st.lists(st.builds(ScriptStep, REPLIES, st.none(), st.integers(1, 4)), min_size=1, max_size=5).map(tuple)
STATS = {"stats": {"totalSent": 1}}
BUSY = {"reply": {"status": 503, "body": {"success": False, "error": "Busy"}}}


@given(STEPS, st.integers(0, 60))
def test_last_repeats_the_last_step(steps, count):
    flat = itertools.chain(*([step] * step.times for step in steps), itertools.repeat(steps[-1]))
    script = Script(steps)
    assert [script.step_for(number) for number in range(count)] == list(itertools.islice(flat, count))


@given(STEPS, st.integers(0, 60))
def test_loop_starts_again_with_the_first_step(steps, count):
    flat = itertools.cycle([repeated for step in steps for repeated in [step] * step.times])
    script = Script(steps, "loop")
    assert [script.step_for(number) for number in range(count)] == list(itertools.islice(flat, count))


def test_a_fixture_file_has_a_script():
    script = ScriptFile.model_validate({"replies": [{**BUSY, "times": 2}, STATS], "then": "loop"})
    assert [(step.times, step.stats, step.reply and step.reply.status) for step in script.replies] == [
        (2, None, 503),
        (1, STATS["stats"], None),
    ]
    assert script.then == "loop"


@pytest.mark.parametrize("kind", FAULTS)
def test_any_fault_can_be_a_step(kind):
    fault = {
        name: value for name, value in FAULTS[kind].example.items() if name not in ("campaign", "times", "probability")
    }
    script = ScriptFile.model_validate({"replies": [{"fault": fault}, BUSY, STATS, {**BUSY, "fault": fault}]})
    assert script.replies[0].fault.kind == kind


RESET = {"kind": "reset"}


@pytest.mark.parametrize(
    ("document", "at", "expected", "got"),
    [
        ({"replies": []}, "/replies", "at least 1 item", "[] (array)"),
        ({"replies": [STATS] * 101}, "/replies", "at most 100 items", "(array)"),
        ({"replies": [STATS], "then": "stop"}, "/then", "'last' or 'loop'", '"stop" (string)'),
        ({"replies": [{}]}, "/replies/0", "'stats', 'reply' or 'fault'", "{} (object)"),
        ({"replies": [{**STATS, **BUSY}]}, "/replies/0", "either 'stats' or 'reply'", "(object)"),
        ({"replies": [{**STATS, "times": 0}]}, "/replies/0/times", "at least 1", "0 (integer)"),
        ({"replies": [{"fault": RESET}, BUSY]}, "", "a step with 'stats'", "(object)"),
        (
            {"replies": [{**STATS, "fault": {**RESET, "times": 2}}]},
            "/replies/0",
            "without campaign, times, skip and probability",
            "(object)",
        ),
        ({"replies": [{"stats": {1: 2}}]}, "/replies/0/stats/1/[key]", "a string", "1 (integer)"),
        ({"replies": [{**STATS, "fault": 3}]}, "/replies/0/fault", "an object", "3 (integer)"),
        ({"replies": [{**STATS, "fault": {}}]}, "/replies/0/fault/kind", "one of status, html", "no kind"),
        ({"replies": [{**STATS, "fault": {"kind": "x"}}]}, "/replies/0/fault/kind", "one of status,", '"x" (string)'),
        (
            {"replies": [{**STATS, "fault": {"kind": "status", "status": 1}}]},
            *("/replies/0/fault/status", "at least 400", "1 (integer)"),
        ),
        ({"replies": [{"fault": {"kind": "status"}}, STATS]}, "/replies/0/fault", "missing field 'status'", ""),
        (
            {"replies": [{**STATS, "fault": {"kind": "delay", "distribution": {"uniform": [0, "1"]}}}]},
            *("/replies/0/fault/distribution/uniform/1", "a number", '"1" (string)'),
        ),
    ],
)
def test_an_invalid_script_is_refused_with_the_place_in_the_file(document, at, expected, got):
    with pytest.raises(ValidationError) as caught:
        ScriptFile.model_validate(document)
    [problem] = model_problems(caught.value, "script.json")
    assert (problem.file, problem.pointer) == ("script.json", at)
    assert expected in problem.text
    assert got in problem.text
