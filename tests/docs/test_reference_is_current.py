"""Generated parts of the documentation are what the code says today."""

import json

import jsonschema_rs
import pytest

from migma_contract.resources import fixtures_path
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.faults import FAULTS
from tools.reference import COMMAND, DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_it_is_up_to_date(name):
    path = DOCS / name
    assert path.exists(), f"docs/{name} is missing: run `{COMMAND}`"
    assert path.read_text("utf-8") == PAGES[name](), f"docs/{name} is out of date: run `{COMMAND}`"


def test_nothing_else_lies_among_the_generated_pages():
    there = {path.relative_to(DOCS).as_posix() for path in (DOCS / "reference").iterdir()}
    assert there == {name for name in PAGES if name.startswith("reference/")}


@pytest.fixture(scope="module")
def schema():
    document = json.loads((DOCS / "fixture.schema.json").read_bytes())
    jsonschema_rs.meta.validate(document)
    return jsonschema_rs.Draft202012Validator(document)


@pytest.mark.parametrize("path", sorted((fixtures_path() / "campaigns").iterdir()), ids=lambda path: path.stem)
def test_the_schema_for_editors_admits_every_built_in_fixture(schema, path):
    assert [str(error) for error in schema.iter_errors(json.loads(path.read_bytes()))] == []


NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
STATS = NEWSLETTER["stats"]


@pytest.mark.parametrize("kind", FAULTS)
def test_the_schema_for_editors_admits_every_fault(schema, kind, contract):
    fault = {k: v for k, v in FAULTS[kind].example.items() if k not in ("times", "probability", "campaign")}
    document = {k: v for k, v in NEWSLETTER.items() if k != "stats"}
    document["script"] = {"replies": [{"stats": STATS, "fault": fault}]}
    assert schema.is_valid(document)
    assert isinstance(build_campaign(document, "x", contract), Campaign)


@pytest.mark.parametrize(
    "change",
    [
        {"nonsense": 1},
        {"id": ".."},
        {"title": ""},
        {"stats": None},
        {"growth": {"recipients": 5, "sentAt": "-2h"}},
        {"stats": {**STATS, "totalSent": "12"}},
        {"stats": {k: v for k, v in STATS.items() if k != "openRate"}},
        {"stats": None, "reply": {"status": 99, "body": {}}},
        {"stats": None, "script": {"replies": []}},
        {"stats": None, "script": {"replies": [{"stats": STATS, "fault": {"kind": "nonsense"}}]}},
    ],
)
def test_what_the_schema_for_editors_marks_the_mock_refuses_too(schema, change, contract):
    document = NEWSLETTER | change
    assert not schema.is_valid(document)
    assert isinstance(build_campaign(document, "x", contract), list)
