"""``migma-mock scenarios`` lists what can be armed by name, to people and to programs."""

import json

from migma_mock.scenarios import SCENARIO_NAMES, load_scenarios


def test_people_get_a_table_with_what_a_client_should_do(command):
    outcome = command("scenarios")
    assert (outcome.code, outcome.err) == (0, "")
    heading, *lines = outcome.out.splitlines()
    assert heading.split("  ")[0] == "scenario"
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(SCENARIO_NAMES)
    assert max(map(len, lines)) <= 100
    words = " ".join(" ".join(line[70:].split()) for line in lines)
    for scenario in load_scenarios().values():
        assert scenario.clientShould in words


def test_programs_get_the_faults_too(command):
    listed = json.loads(command("scenarios", "--format", "json").out)
    assert listed == [{"name": name, **scenario.document()} for name, scenario in load_scenarios().items()]


def test_another_format_is_refused_with_the_choices(command):
    outcome = command("scenarios", "--format", "csv")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--format: expected one of text, json, got 'csv'" in outcome.err
