"""Make the campaign file of a response."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from migma_contract.bounded_file import describe_bytes
from migma_contract.errors import MigmaError
from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract
from migma_contract.recording.answer import conforming_answer, stats_of, violating_answer
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.recording.clean_response import CleanResponse
from migma_contract.recording.jitter import Jitter, unknown_numbers
from migma_contract.recording.pseudonyms import Pseudonyms
from migma_contract.recording.secret_values import SecretRemover
from migma_contract.recording.violations import contradictions, form_violations
from migma_contract.redaction import REDACTED
from migma_contract.safe_text import one_line
from migma_contract.strict_json import parse
from migma_contract.timestamps import format_rfc3339

MAX_BODY = 60 * 1024
"""Most bytes of a body that is recorded. The fault ``body`` of a campaign file has room for 64 KiB."""

_STATUSES = range(200, 600)
_MOST_VIOLATIONS = 10
_LONGEST_VIOLATION = 300


class NotRecordedError(MigmaError):
    """A response was not recorded.

    Attributes:
        reasons: At least one sentence.
        is_violation: True if it breaks the contract.
    """

    def __init__(self, reasons: Iterable[str], *, is_violation: bool = False) -> None:
        self.reasons = list(reasons)
        self.is_violation = is_violation
        super().__init__("; ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Recording:
    """A campaign file that gives a recorded response.

    Attributes:
        campaign_id: The id in the file.
        status: The status of the response.
        text: The content of the file: JSON.
        remarks: Sentences for the user about what may surprise.
    """

    campaign_id: str
    status: int
    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes campaign files of responses.

    Attributes:
        contract: The contract that they have to satisfy.
        origin: The base URL of the server.
        secrets: Removes keys and cookies.
        allow_violations: Record responses that break the contract too, and say so in the file.
        pseudonyms: Replaces campaign ids; None to keep them.
        jitter: Changes counts; None to keep them.
    """

    contract: Contract
    origin: str
    secrets: SecretRemover
    allow_violations: bool = False
    pseudonyms: Pseudonyms | None = None
    jitter: Jitter | None = None

    def id_in_file(self, campaign_id: str) -> str:
        """Return the id that the file of a campaign has."""
        return self.pseudonyms.of(campaign_id) if self.pseudonyms else campaign_id

    def record(self, exchange: Exchange, campaign_id: str, title: str = "") -> Recording:
        """Return the campaign file that gives the response of an exchange.

        Args:
            exchange: A GET and its response.
            campaign_id: The id in the file.
            title: The title in the file; "" for none.

        Raises:
            NotRecordedError: The response is incomplete or too large, or breaks the contract; or there is a secret
                in the id.
        """
        if self.secrets.text(campaign_id) != campaign_id:
            raise NotRecordedError(["the API key, a cookie or a part of one is in the campaign id"])
        response = CleanResponse(exchange, self._status(exchange), self._clean)
        form, numbers = self._violations(response)
        violations = [one_line(each, _LONGEST_VIOLATION) for each in [*form, *numbers][:_MOST_VIOLATIONS]]
        answer = violating_answer(response) if form else conforming_answer(response, self.contract)
        if numbers:
            answer["incoherent"] = True
        recorded: dict[str, Any] = {
            "at": format_rfc3339(exchange.started.astimezone(UTC)),
            "origin": self._clean(self.origin),
        }
        if changes := [*self._changes(answer, response, campaign_id)]:
            recorded["changes"] = changes
        if violations:
            recorded["violations"] = violations
        document = {"id": campaign_id, **({"title": title} if title else {}), "recorded": recorded, **answer}
        flags = [f'the file says "{name}": true' for name in ("undocumented", "incoherent") if name in answer]
        remarks = (*flags, *changes, *(f"it breaks the contract: {each}" for each in violations))
        return Recording(campaign_id, response.status, _text_of(document), remarks)

    def _clean(self, text: str) -> str:
        cleaned = self.secrets.text(text)
        return self.pseudonyms.text(cleaned) if self.pseudonyms else cleaned

    def _status(self, exchange: Exchange) -> int:
        """Return the status of a response that a campaign can answer with."""
        if exchange.failure is not None:
            raise NotRecordedError([f"the response is not complete: {self._clean(exchange.failure.detail)}"])
        if exchange.status is None or exchange.status not in _STATUSES:
            raise NotRecordedError([f"a campaign cannot answer with the status {exchange.status}"])
        if len(exchange.body) > MAX_BODY:
            raise NotRecordedError([f"the body has more than {describe_bytes(MAX_BODY)}"])
        return exchange.status

    def _violations(self, response: CleanResponse) -> tuple[list[str], list[str]]:
        """Return the violations of the contract in its form, and those in its numbers, which have the right form.

        Raises:
            NotRecordedError: There are some, and they are not allowed.
        """
        form = [*response.defects] or [*form_violations(response, self.contract)]
        numbers = [] if form else [*contradictions(response, self.contract, datetime.now(UTC))]
        if (form or numbers) and not self.allow_violations:
            raise NotRecordedError([*form, *numbers][:_MOST_VIOLATIONS], is_violation=True)
        if (form or numbers) and self.jitter:
            reason = "--jitter needs numbers that keep the contract"
            raise NotRecordedError([reason, *form, *numbers][:_MOST_VIOLATIONS], is_violation=True)
        return form, numbers

    def _changes(self, answer: dict[str, Any], response: CleanResponse, campaign_id: str) -> Iterator[str]:
        """Change the counts of an answer if that is wanted, and yield what differs from the response."""
        stats = stats_of(answer)
        if self.jitter and stats:
            stats.update(self.jitter.apply(stats, campaign_id, self.contract.rates))
            self._violations(response)  # its stats are the same object, and the contract may have bounds
            yield f"each count differs by up to {100 * self.jitter.part:g} %"
            yield from (f"{name} is no known count, and is not changed" for name in unknown_numbers(stats))
        text = json.dumps([campaign_id, answer])
        if self.pseudonyms and self.pseudonyms.occur_in(text):
            yield "campaign ids are pseudonyms"
        if REDACTED in text:
            yield f"a secret was replaced by {REDACTED}"


def _text_of(document: dict[str, Any]) -> str:
    """Return a campaign file as JSON, which a mock can read."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_FILE_BYTES:
        raise NotRecordedError([f"its file would have more than {describe_bytes(MAX_FILE_BYTES)}"])
    if defects := parse(data).defects:
        raise NotRecordedError([f"its file would not be valid: expected {defects[0].expected}"])
    return text
