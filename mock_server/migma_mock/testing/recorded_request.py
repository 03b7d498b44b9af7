"""RecordedRequest: one request that the mock received, as a test reads it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from migma_mock.accounts.journal import Entry


class RequestHeaders(Mapping[str, str]):
    """Request headers by name, in any case; the values of a repeated header are joined by commas.

    >>> headers = RequestHeaders([("user-agent", "client/1"), ("x-tag", "a"), ("x-tag", "b")])
    >>> headers["User-Agent"], headers["X-Tag"], "Accept" in headers
    ('client/1', 'a, b', False)
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            known = self._values.get(name.lower())
            self._values[name.lower()] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that the mock received, and how it was answered. API keys and other secrets are masked.

    Attributes:
        number: Its place in the account's journal, from 1.
        time: When it was answered, by the account's clock.
        method: In capitals.
        path: Percent-encoded, without the query.
        query: The part after the ``?``, percent-encoded; "" without one.
        headers: By name, in any case.
        campaign_id: The id in the path; None if the path has none.
        status: Of the response.
        matched_by: The reason for the response: ``campaign spring-sale``, ``fault status, campaign spring-sale``.
        response_body: As text; "" for HEAD.
        is_unexpected: True for an unknown path or id, or a wrong method.
    """

    number: int
    time: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    campaign_id: str | None
    status: int
    matched_by: str
    response_body: str
    is_unexpected: bool

    def __repr__(self) -> str:
        return f"<{self.number}: {self.method} {self.path} {self.status}, {self.matched_by}>"

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return the record of a journal's entry."""
        return cls(
            number=entry.number,
            time=entry.instant,
            method=entry.method,
            path=entry.shown_path,
            query=entry.shown_query,
            headers=RequestHeaders(entry.request_headers()),
            campaign_id=entry.shown_campaign or None,
            status=entry.status,
            matched_by=entry.matched_by,
            response_body=entry.shown_body,
            is_unexpected=entry.is_unexpected,
        )
