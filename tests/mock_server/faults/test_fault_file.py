"""``fault``: a file of faults arms the mock at start; a mistake in it is named with the file and the place."""

import json

import httpx
import pytest

from migma_contract.errors import SettingsError
from migma_mock import MigmaMock, Mock, MockTransport

TWICE_503 = {"kind": "status", "status": 503, "times": 2}


@pytest.fixture
def file(tmp_path):
    """Writes a document (or text) to a file and returns its path."""

    def write(content):
        path = tmp_path / "faults.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def statuses(mock, count):
    """Return the statuses of some requests for a campaign that exists."""
    account = MigmaMock(mock)
    with httpx.Client(transport=MockTransport(mock)) as client:
        url, headers = account.stats_url(mock.example_id), account.auth_headers
        return [client.get(url, headers=headers).status_code for _ in range(count)]


@pytest.mark.parametrize("content", [TWICE_503, [TWICE_503], [TWICE_503, {"kind": "html", "times": 1, "status": 502}]])
def test_one_fault_or_several_are_armed_at_start(file, content):
    mock = Mock(reload=False, fault=file(content))
    expected = [503, 503, 502, 200] if len(content) == 2 else [503, 503, 200, 200]
    assert statuses(mock, 4) == expected


def test_a_reset_arms_them_again_and_other_accounts_have_none(file):
    mock = Mock(reload=False, fault=str(file(TWICE_503)))
    assert statuses(mock, 3) == [503, 503, 200]
    mock.accounts.built_in.reset()
    assert statuses(mock, 1) == [503]
    assert not mock.accounts.create().state.faults


def test_what_is_armed_is_said_with_what_may_never_apply(file):
    faults = [{"kind": "reset", "campaign": "no-such-campaign"}, {"kind": "reset"}, {"kind": "html"}]
    path = file(faults)
    notes = Mock(reload=False, fault=path).start_notes
    assert notes[0] == f"3 faults armed (--fault {path})."
    assert "has no campaign 'no-such-campaign'" in notes[1]
    assert len(notes) == 3


INVALID = {
    "no JSON": ("{kind: reset}", "faults.json: not valid JSON at line 1, column 2"),
    "nothing": ("", "faults.json: "),
    "no fault": ("7", "faults.json (line 1, column 1): expected an object"),
    "an unknown kind": ('{\n  "kind": "resett"\n}', "faults.json at /kind (line 2, column 3): expected one of"),
    "a wrong field of the second": (
        '[\n {"kind": "reset"},\n {"kind": "status", "status": "503"}\n]',
        "faults.json at /1/status (line 3, column 21): expected a whole number",
    ),
    "an unknown field": ('[{"kind": "reset", "time": 2}]', "unknown field 'time'; did you mean 'times'?"),
    "a status that the contract has": ('{"kind": "undocumented-status", "status": 404}', "at /status (line 1"),
    "too many": (json.dumps([TWICE_503] * 101), "expected at most 100 faults, got 101"),
}


@pytest.mark.parametrize(("content", "reason"), INVALID.values(), ids=INVALID)
def test_a_mistake_is_named_with_file_and_place(file, content, reason):
    with pytest.raises(SettingsError) as caught:
        Mock(reload=False, fault=file(content))
    assert reason in str(caught.value)


def test_every_mistake_is_named(file):
    with pytest.raises(SettingsError) as caught:
        Mock(reload=False, fault=file([{"kind": "x"}, TWICE_503, {"kind": "delay"}]))
    assert [problem.pointer for problem in caught.value.problems] == ["/0/kind", "/2"]
    assert "docs/faults.md lists the faults" in str(caught.value)


@pytest.mark.attack("links")
def test_what_is_no_file_is_refused(command, tmp_path):
    for path, reason in (
        (tmp_path / "missing.json", "No such file"),
        (tmp_path, "a folder"),
        ("/dev/zero", "a device"),
    ):
        outcome = command("serve", "--port", 0, "--fault", path)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"--fault {path}: expected a file with faults as JSON, got {reason}" in outcome.err
