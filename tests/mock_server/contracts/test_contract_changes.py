"""The mock and the check follow changed contracts: each is served, adapted with a note, or refused in plain words."""

import re

import changes_table
import pytest
from contract_changes import trying
from contract_changes.catalogue import CHANGES

PAGE = changes_table.PAGE.read_text(encoding="utf-8")

_INTERNALS = re.compile(r"migma_mock|migma_contract\b|\.py\b|Traceback|pydantic|jsonschema|site-packages|object at 0x")


@pytest.fixture(params=CHANGES, ids=lambda change: change.name, scope="module")
def change(request):
    return request.param


@pytest.fixture(scope="module")
def tried(change, tmp_path_factory):
    """Each mock is started once."""
    return trying.start(change, tmp_path_factory.mktemp("contract"))


def test_a_changed_contract_is_served_adapted_or_refused_in_plain_words(change, tried):
    """The outcome is the documented one, the message names what differs, and the page has both."""
    assert (tried.outcome, change.says in tried.message) == (change.outcome, True), tried.message
    assert bool(tried.message) is (tried.outcome != "served")
    assert not _INTERNALS.search(tried.message)
    assert changes_table.row(change, tried) in PAGE, (
        f"{changes_table.PAGE.name} is out of date: run {changes_table.COMMAND}"
    )
    if tried.mock is not None:
        assert tried.mock.contract.operation.path == change.path


def test_every_body_satisfies_the_changed_contract(tried):
    """Campaigns, errors and generated campaigns are valid by a validator of somebody else."""
    if tried.mock is None:
        return
    judge, (first, *others) = trying.Judge(tried), trying.ask(tried)
    assert first.status_code == tried.mock.contract.operation.success_status
    assert first.json()["data"]
    for response in (first, *others):
        assert judge.errors(response.status_code, response.json()) == []
        documented = tried.mock.contract.operation.response(response.status_code)
        assert ("x-mock-undocumented" in response.headers) is (documented is None)
        assert {name.lower() for name, _ in (documented.headers if documented else ())} <= {*response.headers}
    for envelope in trying.generated(tried):
        assert judge.errors(200, envelope) == []


def test_a_check_of_the_mock_with_the_same_contract_conforms(tried):
    if tried.mock is None:
        return
    report = trying.check(tried)
    assert [finding.rule for finding in report.findings if finding.level.value != "info"] == []
    assert report.verdict == "conforms", report.reason


def test_the_table_has_one_row_for_each_change():
    names = [change.name for change in CHANGES]
    assert len(set(names)) == len(names) >= 40
    assert changes_table.rows_of(PAGE) == len(names)
