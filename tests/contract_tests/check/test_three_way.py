"""Which of the published document, the contract and the live API stands alone: each case on a real server."""

import json
from contextlib import nullcontext

import pytest

from migma_contract.openapi import parse_contract
from migma_contract.openapi.published import read_published
from migma_contract.resources import openapi_path
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.results.baseline import Baseline, Entry

PATH = "/v1/campaigns/{id}/stats"
TYPES = ("integer", "string", "boolean", "array")
VALUES = (1000, "1000", True, [])
"""Four versions of a value: what a document says, and what an API sends that keeps it."""


@pytest.fixture
def compare(stage, tmp_path):
    """Check a server by changed copies of the vendor's document, and return the report."""

    def compare(published=None, contract=None, live=None, **options):
        def copy(edit):
            document = json.loads(openapi_path().read_bytes())
            if edit:
                edit(document)
            return json.dumps(document).encode()

        parsed = parse_contract(copy(contract), source="openapi.json")
        file = tmp_path / "published.json"
        file.write_bytes(copy(published))
        document = read_published(str(file), parsed)
        behave = stage.reading(lambda envelope: live and live(envelope["data"]))
        given = options.pop("server", None)
        with nullcontext(given) if given else stage.serve(options.pop("behave", behave)) as server:
            return run_check(stage.options(server.url, published=document, **options), parsed)

    return compare


def stats(document):
    return document["components"]["schemas"]["CampaignStats"]


def operation(document):
    return document["paths"][PATH]["get"]


def documented(version):
    """Return an edit of a document: a field, one in a list, and one with any name, all of one version."""

    def edit(document):
        schema = {"type": TYPES[version]}
        items = {"type": "object", "properties": {"opens": schema}}
        stats(document)["properties"] |= {
            "totalSent": schema,
            "links": {"type": "array", "items": items},
            "byDay": {"type": "object", "additionalProperties": schema},
        }

    return edit


def sent(version):
    """Return an edit of the stats to that version."""

    def edit(data):
        value = VALUES[version]
        data |= {"totalSent": value, "links": [{"opens": value}], "byDay": {"monday": value}}

    return edit


@pytest.mark.parametrize(
    ("published", "contract", "live", "alone"),
    [
        (0, 0, 0, None),
        (1, 1, 1, None),
        (1, 0, 0, "published"),
        (0, 1, 0, "contract"),
        (0, 0, 1, "live"),
        (1, 0, 1, "contract"),
        (1, 1, 2, "live"),
        (1, 2, 2, "published"),
        (1, 0, 2, "all"),
        (1, 2, 3, "all"),
    ],
)
def test_the_one_that_moved_is_named(compare, published, contract, live, alone):
    """Each alone, two together in the same way, two differently, and all three."""
    report = compare(documented(published), documented(contract), sent(live))
    rows = report.three_way.rows
    assert {row.alone for row in rows} == ({alone} if alone else set())
    for name in ("totalSent", "opens", "byDay"):
        assert sum(name in row.where for row in rows) == bool(alone)
    verdicts = {name: getattr(report.three_way, name) for name in ("published", "contract", "live")}
    assert verdicts == dict.fromkeys(verdicts, "unclear" if alone == "all" else "agrees") | (
        {alone: "stands alone"} if alone in verdicts else {}
    )
    assert report.verdict == ("drift" if alone else "conforms")


def without_bounces(document):
    stats(document)["properties"].pop("bounces")
    stats(document)["required"].remove("bounces")


def test_a_field_that_went_from_two_of_the_three_stands_alone_in_the_third(compare):
    def drop(data):
        data.pop("bounces")

    for changes, alone in (
        ({"published": without_bounces}, "published"),
        ({"published": without_bounces, "live": drop}, "contract"),
        ({"live": drop}, "live"),
    ):
        report = compare(**changes)
        assert [(row.alone, "bounces" in row.where, row.level) for row in report.three_way.rows] == [
            (alone, True, "breaking")
        ]


def test_a_new_field_that_only_the_contract_does_not_have_breaks_no_client(compare):
    def edit(document):
        stats(document)["properties"]["spamReports"] = {"type": "integer"}

    report = compare(edit, live=lambda data: data.update(spamReports=3))
    assert [(row.alone, row.action) for row in report.three_way.rows] == [("contract", "update-contract")]
    assert report.verdict == "conforms"


def test_two_differences_at_once_are_told_apart(compare):
    """The contract is behind in one field, and the API breaks another one."""

    def nullable(document):
        stats(document)["properties"]["unsubscribes"]["type"] = ["integer", "null"]

    report = compare(nullable, live=lambda data: data.update(unsubscribes=None, openRate=25))
    assert {row.where: row.alone for row in report.three_way.rows} == {
        "200 /data/openRate": "live",
        "200 /data/unsubscribes": "contract",
    }


def moved(document):
    document["paths"]["/v2/campaigns/{id}/stats"] = document["paths"].pop(PATH)


def gone(document):
    document["paths"] = {"/v1/contacts": {"get": {"responses": {"200": {"description": "Contacts"}}}}}


def with_team(document):
    parameter = {"name": "X-Team", "in": "header", "required": True, "schema": {"type": "string"}}
    operation(document)["parameters"].append(parameter)


def with_region(document):
    parameter = {"name": "region", "in": "query", "required": True, "schema": {"type": "string"}}
    operation(document)["parameters"].append(parameter)


def with_other_key(document):
    document["components"]["securitySchemes"]["apiKeyAuth"] = {"type": "apiKey", "in": "header", "name": "X-Key"}


def with_id_pattern(document):
    operation(document)["parameters"][0]["schema"]["pattern"] = "^c_"


@pytest.mark.parametrize("change", [moved, gone, with_team, with_region, with_other_key, with_id_pattern])
def test_requests_that_the_published_document_refuses_and_the_api_accepts(compare, change):
    """The API answered them as the contract says, so the published document stands alone; and that breaks clients."""
    report = compare(change)
    assert [row.alone for row in report.three_way.rows if row.level == "breaking"] == ["published"]
    assert (report.three_way.live, report.verdict, report.findings) == ("agrees", "drift", ())


def test_a_server_that_the_published_document_has_no_more_and_that_answers(compare, stage):
    def at(url):
        return lambda document: document.update(servers=[{"url": url}])

    with stage.serve(stage.api) as server:
        report = compare(at("https://eu.migma.ai"), at(server.url), server=server)
    assert [row.alone for row in report.three_way.rows if row.level == "warning"] == ["published"]


def test_an_id_that_both_documents_allow_shows_nothing(compare):
    def edit(document):
        operation(document)["parameters"][0]["schema"]["pattern"] = "^[0-9a-f]+$"

    assert [row.alone for row in compare(edit).three_way.rows] == ["not-seen"]


def test_a_status_and_a_media_type_that_the_published_document_has_no_more(compare):
    def edit(document):
        responses = operation(document)["responses"]
        responses.pop("404")
        content = responses["200"]["content"]
        content["application/vnd.migma+json"] = content.pop("application/json")

    report = compare(edit)
    assert {row.alone for row in report.three_way.rows} == {"published"}
    assert report.verdict == "conforms", "no client of the contract breaks"


@pytest.mark.parametrize(
    ("schema", "level", "verdict", "corner"),
    [
        ({"type": ["integer", "null"]}, "breaking", "drift", "unclear"),
        ({"type": "integer", "minimum": 0}, "info", "conforms", "agrees"),
    ],
)
def test_a_change_that_no_response_shows_is_drift_if_it_breaks_clients(compare, schema, level, verdict, corner):
    report = compare(lambda document: stats(document)["properties"].update(bounces=schema))
    (row,) = report.three_way.rows
    assert (row.alone, row.level, row.live) == ("not-seen", level, "not seen")
    assert (report.verdict, report.three_way.published, report.three_way.live) == (verdict, corner, "agrees")


def test_more_findings_than_are_kept_are_the_apis_all_the_same(compare):
    """Both evaluations keep the first 100, which are not the same ones: the contract has the first of 102 fields."""

    def edit(document):
        stats(document)["properties"]["extra000"] = {"type": "integer"}

    report = compare(contract=edit, live=lambda data: data.update({f"extra{number:03}": 1 for number in range(102)}))
    alone = [row.alone for row in report.three_way.rows]
    assert (alone.count("live"), alone.count("contract"), len(alone)) == (100, 0, 101)


def test_nothing_is_concluded_from_answers_that_are_not_the_apis(compare, stage):
    report = compare(documented(1), behave=lambda _: stage.answer(401, {"success": False, "error": "No"}))
    assert {row.alone for row in report.three_way.rows} == {"not-seen"}
    assert (report.verdict, report.three_way.live) == ("inconclusive", "not seen")


def test_findings_that_concern_no_document_are_the_apis_own(compare):
    """Without its operation in the published document, only the contract can judge the API."""
    report = compare(gone, live=lambda data: data.update(openRate=25))
    assert {(row.alone, row.is_change) for row in report.three_way.rows if row.level == "breaking"} == {
        ("live", False),
        ("published", True),
    }


def test_a_baseline_accepts_a_change_of_the_published_document(compare):
    (row,) = compare(without_bounces).three_way.rows
    baseline = Baseline("known.json", (Entry(row.rule, row.where, "announced for May", "reports team"),))
    report = compare(without_bounces, baseline=baseline)
    assert [row.accepted for row in report.three_way.rows] == ["announced for May (reports team)"]
    assert (report.verdict, report.three_way.published, report.baseline_notes) == ("conforms", "agrees", ())


def test_a_key_that_is_accepted_at_another_place_alone_leaves_the_api_unseen(compare, stage):
    report = compare(
        with_other_key, behave=lambda _: stage.answer(401, {"success": False, "error": "X-Key is missing"})
    )
    assert [(row.alone, row.action) for row in report.three_way.rows] == [("not-seen", "expect-change")]
    assert (report.verdict, report.three_way.live) == ("inconclusive", "not seen")
