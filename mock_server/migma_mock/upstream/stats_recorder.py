"""StatsRecorder: writes the stats that the live API sends as fixture files, which a mock can serve."""

from collections.abc import Sequence
from pathlib import Path

from migma_contract.errors import FixtureError
from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.recording import NotRecordedError, Recorder, RecordingFolder, SecretRemover, cookie_values
from migma_contract.redaction import Secret
from migma_contract.rules.expectations import is_success
from migma_contract.safe_text import one_line
from migma_mock.event_log import Note

_ID_SHOWN = 64


class StatsRecorder:
    """Records each campaign once: an error is about the key or the moment, and a file that exists stays.

    Args:
        path: The folder. It is created if necessary.
        origin: The base URL of the API, for the files.
        note: Is called with a sentence for people about each recording, and why one is not possible.

    Attributes:
        path: The same folder.

    Raises:
        FixtureError: The folder cannot be used.
    """

    def __init__(self, path: Path, origin: str, note: Note) -> None:
        self.path = path
        self._folder = RecordingFolder(path)
        self._folder.require_room([])
        self._origin = origin
        self._note = note

    def record(self, exchange: Exchange, contract: Contract, secrets: Sequence[Secret]) -> None:
        """Write the file of a campaign if the response has its stats, keeps the contract, and there is no file yet."""
        if exchange.purpose != "campaign" or not is_success(exchange):
            return
        campaign_id, contract_text = exchange.campaign_id, contract.raw.decode("utf-8", "replace")
        others = [*secrets[1:], *cookie_values(exchange.headers)]
        remover = SecretRemover(next(iter(secrets), None), others, contract_text)
        shown = one_line(remover.text(campaign_id), _ID_SHOWN)
        try:
            if not self._folder.keeps(campaign_id):
                recording = Recorder(contract, self._origin, remover).record(exchange, campaign_id)
                self._note(f"campaign {shown} recorded: {self._folder.write(recording)}")
        except (NotRecordedError, FixtureError) as error:
            self._note(one_line(f"campaign {shown} not recorded: {error}"), is_warning=True)
