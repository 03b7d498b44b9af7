"""No setting, command, option, rule, relation, fault, format, route or member is left out of the documentation."""

import re

import pytest
import typer.main
from code_blocks import HAND_WRITTEN, ROOT

from migma_contract.rules import RULES
from migma_contract.stats import RELATIONS
from migma_contract_tests.cli.main import cli as contract_cli
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import EXIT_CODES
from migma_mock import MigmaMock, pytest_plugin
from migma_mock.api_keys import Key, KeyFile
from migma_mock.campaigns.campaign_file import CampaignFile, RecordedFile, ReplyFile, ScriptFile, StepFile
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.cli.main import cli as mock_cli
from migma_mock.faults import FAULTS
from migma_mock.generation import PROFILES
from migma_mock.http.application import create_app
from migma_mock.settings import Settings, flag, variable
from tools.reference import DOCS

GUIDES = "\n".join(path.read_text("utf-8") for path in HAND_WRITTEN)


def reference(name):
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def row(page, first):
    """The cells of the table row that begins with a cell."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and cells[0] == first:
            return cells
    return []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_flag_variable_and_meaning(name):
    page = reference("settings")
    (line,) = [line for line in page.splitlines() if f"`{variable(name)}`" in line]
    assert re.search(rf"`{flag(name)}[`/]", line)
    assert len(line.split("|")[-2].strip()) > 10


def commands(app, name):
    group = typer.main.get_command(app)
    yield name, group
    for child in group.commands.values():
        yield f"{name} {child.name}", child


COMMANDS = [*commands(mock_cli, "migma-mock"), *commands(contract_cli, "migma-contract")]


@pytest.mark.parametrize(("line", "command"), COMMANDS, ids=[line for line, _ in COMMANDS])
def test_every_command_has_a_section_with_every_option(line, command):
    page = reference(line.split()[0])
    section = re.search(rf"^## {line}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)[1]
    for parameter in command.params:
        for option in parameter.opts if parameter.param_type_name == "option" else []:
            assert re.search(rf"(?<!\S){option}\b", section), option


@pytest.mark.parametrize("line", [line for line, command in COMMANDS if " " in line])
def test_every_command_stands_in_a_guide_too(line):
    assert line in GUIDES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_an_entry(rule):
    page = reference("rules")
    assert row(page, f"[`{rule.id}`](#{rule.id})")[1] == rule.level.value
    assert f"\n## {rule.id}\n" in page


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_has_an_entry_with_its_members(kind):
    page = reference("faults")
    assert row(page, f"[`{kind}`](#{kind})")
    section = page.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
    for name in FAULTS[kind].model_fields:
        assert row(section, f"`{name}`") or row(page.partition("\n## status\n")[0], f"`{name}`"), name


def test_every_relation_format_verdict_and_profile_is_named():
    assert all(row(reference("meaning"), f"`{relation.id}`") for relation in RELATIONS)
    assert all(row(reference("migma-contract"), f"`{name}`") for name in FORMATS)
    assert all(row(reference("migma-contract"), f"`{code}`") for code in EXIT_CODES.values())
    assert all(row((DOCS / "generation.md").read_text("utf-8"), f"`{profile}`") for profile in PROFILES)


@pytest.mark.parametrize(
    "model", [CampaignFile, RecordedFile, ReplyFile, GrowthFile, ScriptFile, StepFile, KeyFile, Key]
)
def test_every_member_of_the_file_formats_has_a_meaning(model):
    section = reference("fixture-format").partition(f"\n## {model.__name__}\n")[2].partition("\n## ")[0]
    for name, field in model.model_fields.items():
        assert row(section, f"`{field.alias or name}`"), name


def test_every_ini_option_of_the_pytest_plugin_is_in_its_guide():
    page = (DOCS / "testing.md").read_text("utf-8")
    assert all(f"`migma_mock_{name}`" in page for name in (*pytest_plugin._INI, "strict"))


def test_every_public_member_of_the_handle_is_in_its_guide():
    page = (DOCS / "testing.md").read_text("utf-8")
    members = [name for name in dir(MigmaMock) if not name.startswith("_")]
    assert len(members) > 20
    assert [name for name in members if not re.search(rf"\.{name}\b", page)] == []


def test_every_route_of_the_control_api_has_a_section():
    document = create_app(reload=False).openapi()
    page = reference("control-api")
    routes = [(method.upper(), path) for path, item in document["paths"].items() for method in item]
    assert len(routes) > 15
    for method, path in routes:
        assert len(row(page, f"`{method} {path}`")[1]) > 5, f"{method} {path} does not say what it does"
        assert f"\n## {method} {path.removeprefix('/__mock__')}\n" in page


def test_no_page_names_an_option_that_does_not_exist():
    """An option in a guide is one of ours, or of a program that the line calls."""
    ours = {
        option
        for _, command in COMMANDS
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    ours |= {"--help", "--version"}
    others = {"--pyargs", "--json", "--errors", "--test", "--no-deps", "--cacert", "--https-port"}
    others |= {"--unixsocket", "--appendonly", "--dir"}  # of the store that team.md starts
    for path in HAND_WRITTEN:
        if path.name in ("testing.md", "performance.md", "ci.md", "security.md"):
            continue  # they call many other programs, and have tests of their own
        # Those of Docker and Kubernetes are their own, and linters see what `deploy/` says.
        text = re.sub(
            r"<!-- not run: it needs (Docker|a cluster) -->\n```.*?\n```", "", path.read_text("utf-8"), flags=re.DOTALL
        )
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"<!--|-->", "", text)))
        assert named <= ours | others, path.relative_to(ROOT)
