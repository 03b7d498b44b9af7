"""A long list shows a progress bar, on a terminal only."""

import io
import json
import os

import pytest

from migma_contract.resources import fixtures_path
from migma_mock.cli.progress import MANY, progress


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self):
        """Return True."""
        return True


@pytest.mark.parametrize(
    ("stream", "length", "is_shown"),
    [(Terminal, MANY, True), (Terminal, MANY - 1, False), (io.StringIO, MANY, False)],
)
def test_it_shows_for_many_items_on_a_terminal(monkeypatch, stream, length, is_shown):
    shown = stream()
    monkeypatch.setattr("sys.stderr", shown)
    assert list(progress(range(length), "Reading")) == list(range(length))
    assert ("Reading" in shown.getvalue()) is is_shown


def test_a_mock_with_many_fixtures_shows_it_at_start(serve, tmp_path):
    pty = pytest.importorskip("pty")
    campaign = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())
    for number in range(MANY):
        (tmp_path / f"{number}.json").write_text(json.dumps(campaign | {"id": f"campaign-{number}"}))
    ours, theirs = pty.openpty()
    serve("--fixtures", tmp_path, stderr=theirs)
    os.close(theirs)
    seen = b""
    while b"Base URL" not in seen:
        seen += os.read(ours, 10_000)
    os.close(ours)
    assert b"Reading fixtures" in seen
