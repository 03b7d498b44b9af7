"""Shared by tests of reload: a running mock with a folder of fixtures, edited as people and programs do."""

import contextlib
import io
import json
import time

import httpx

from migma_contract.resources import fixtures_path
from migma_mock import MockServer
from migma_mock.http.access_log import AccessLog

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
PATIENCE = 600.0


def until(claim, what):
    """Wait until a condition is true."""
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline, f"still waiting after {PATIENCE} s for {what}"
        time.sleep(0.01)


def campaign(id_="mine", **changes):
    return json.dumps(NEWSLETTER | {"id": id_} | changes)


class Editor:
    """A running mock with a folder of fixtures, as a user sees it."""

    def __init__(self, mock, client, folder, log):
        self.mock, self.client, self.folder, self._log = mock, client, folder, log

    def status(self, id_="mine"):
        """Return the status of the response for a campaign."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").status_code

    def data(self, id_="mine"):
        """Return the stats of a campaign."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").json().get("data")

    def health(self):
        """Return the health of the mock."""
        return self.client.get("/__mock__/health").json()

    def log(self):
        """Return all lines of the log."""
        self.mock.mock.log.writer.drain()
        return self._log.getvalue()


@contextlib.contextmanager
def editing(folder):
    """Start a mock that serves a new folder with one campaign in it."""
    folder.mkdir()
    (folder / "mine.json").write_text(campaign())
    log = io.StringIO()
    mock = MockServer(fixtures=folder)
    mock.mock.log = AccessLog(log)
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.auth_headers) as client:
        yield Editor(mock, client, folder, log)
