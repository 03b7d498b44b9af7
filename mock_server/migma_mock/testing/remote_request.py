"""RemoteRequest: a request that a mock elsewhere recorded."""

from typing import Any

from migma_contract.timestamps import parse_rfc3339
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.messages.reply import Reply


class RemoteRequest(RecordedRequest):
    """A :class:`~migma_mock.accounts.recorded_request.RecordedRequest` that was read over the control API.

    Args:
        entry: The request as the control API has it, without secrets.
    """

    def __init__(self, entry: dict[str, Any]) -> None:
        time = parse_rfc3339(entry["time"])
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in entry["requestHeaders"]]
        super().__init__(
            number=entry["number"],
            _timestamp=time.timestamp() if time else 0.0,
            method=entry["method"],
            _path=entry["path"].encode("latin-1"),
            _headers=headers,
            _campaign=entry["campaign"],
            _reply=Reply(entry["status"] or 0, (), entry["body"].encode(), entry["matchedBy"]),
            seconds=entry["milliseconds"] / 1000,
            _query=entry["query"].encode("latin-1"),
        )
        self._entry = entry

    @property
    def status(self) -> int | None:
        """The status of the response; None if no complete response was sent, for which see :attr:`failure`."""
        status: int | None = self._entry["status"]
        return status

    @property
    def failure(self) -> str | None:
        """The end that the client saw in place of a complete response: ``no response (reset)``; None if it got one."""
        failure: str | None = self._entry["failure"]
        return failure

    @property
    def is_unexpected(self) -> bool:
        """True for an unknown path or id, or a wrong method."""
        is_unexpected: bool = self._entry["unexpected"]
        return is_unexpected

    @property
    def response_headers(self) -> list[tuple[str, str]]:
        """The headers of the response; none if no response was sent."""
        return [(name, value) for name, value in self._entry["responseHeaders"]]

    @property
    def response_body(self) -> str:
        """The body of the response as text, as far as it was sent; "" for HEAD."""
        body: str = self._entry["body"]
        return body
