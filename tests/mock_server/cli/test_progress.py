"""Reading many fixtures shows how far it is, on a terminal, and nowhere else."""

import json
import os

import pytest

from migma_contract.resources import fixtures_path
from migma_mock.cli.progress import MANY


@pytest.fixture
def many(tmp_path):
    """A folder of as many campaigns as take a while."""
    folder = tmp_path / "many"
    folder.mkdir()
    campaign = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_text("utf-8"))
    for number in range(MANY):
        (folder / f"{number}.json").write_text(json.dumps(campaign | {"id": f"campaign-{number}"}), encoding="utf-8")
    return folder


def test_a_terminal_sees_a_bar(serving, many):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with serving("--port", 0, "--fixtures", many, stderr=theirs):
        os.close(theirs)
        seen = b""
        while b"Base URL" not in seen:
            seen += os.read(ours, 10_000)
    os.close(ours)
    assert b"Reading fixtures" in seen


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_nothing_else_sees_one(serving, many, quiet, tmp_path):
    log = tmp_path / "log"
    with log.open("w") as stream, serving("--port", 0, "--fixtures", many, *quiet, stderr=stream):
        assert "Reading fixtures" not in log.read_text("utf-8")
