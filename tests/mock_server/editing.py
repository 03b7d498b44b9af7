"""What tests of reload share: a running mock with a folder of fixtures, edited as people and programs do."""

import contextlib
import io
import json
import time

import httpx

from migma_contract.resources import fixtures_path
from migma_mock import MockServer
from migma_mock.http.access_log import AccessLog

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
PATIENCE = 10.0


def until(claim, what):
    """Wait for a condition, not for a time."""
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline, f"not seen within {PATIENCE} s: {what}"
        time.sleep(0.01)


def campaign(id_="mine", **changes):
    return json.dumps(NEWSLETTER | {"id": id_} | changes)


class Editor:
    """A running mock with a folder of fixtures, and what a user sees of it."""

    def __init__(self, mock, client, folder, log):
        self.mock, self.client, self.folder, self._log = mock, client, folder, log

    def status(self, id_="mine"):
        """Of a campaign's answer."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").status_code

    def data(self, id_="mine"):
        """A campaign's stats."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").json().get("data")

    def health(self):
        """What the mock says of itself."""
        return self.client.get("/__mock__/health").json()

    def log(self):
        """All lines so far."""
        return self._log.getvalue()


@contextlib.contextmanager
def editing(folder):
    """A mock that serves a new folder with one campaign in it."""
    folder.mkdir()
    (folder / "mine.json").write_text(campaign())
    log = io.StringIO()
    mock = MockServer(fixtures=folder)
    mock.app.log = AccessLog(log)
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.headers) as client:
        yield Editor(mock, client, folder, log)
