"""``/__mock__/accounts/{id}/journal``: requests and their replies; export; verification."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from math import ceil
from threading import Event
from typing import Annotated, Any
from weakref import ref

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.accounts.request_pattern import Matcher, Pattern
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, VerificationResult, verify
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError
from migma_mock.control.large_response import json_list, large_response
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.mock import Mock

router = strict_router("journal")

MOST_CHARACTERS = 4_000_000
"""Characters of all entries that one response shows, whatever they consist of."""

_LOOKED_UP = 20
"""Entries that are looked up at once; fewer stay in memory while a client does not read."""

_JSON_LINES = "application/jsonl"

_LOOK_SECONDS = 0.05
"""Seconds between two looks of a verification that waits."""


class JournalModel(BaseModel):
    """Entries of a journal."""

    recorded: int = Field(description="Number of all requests so far.")
    dropped: int = Field(description="Number of requests that were dropped (`--journal-size`, `--max-memory`).")
    gap: str = Field(description="A sentence about the dropped requests; empty if there are none.")
    unknownKeyNote: str = Field(
        default="",
        description="Of an account: a sentence about the requests to the whole mock that came without a known key "
        "since this journal began; empty if there are none.",
    )
    entries: list[dict[str, Any]] = Field(
        description="Requests, newest first; fewer than the limit if they have more than 4,000,000 characters."
    )


class VerificationModel(BaseModel):
    """The result of a verification."""

    ok: bool
    message: str = Field(description="What was expected and what came.")
    matches: int = Field(description="Number of requests that matched.")
    nearest: dict[str, Any] | None = Field(
        description="If the expectation is not met: the most similar request, and how it differs."
    )
    explanation: str = Field(
        description="The message, the requests that matched, the most similar one, and the requests to the whole mock "
        "that came without a known key: the text for the report of a test."
    )


class _Reader:
    """Looks up entries of a journal when their turn comes, and keeps none meanwhile: a client may not read for long.

    Args:
        current: Returns the journal. If that is another one than at first, it was cleared: no more entries follow.
        note: A sentence about requests that are not in it.
    """

    def __init__(self, current: Callable[[], Journal], note: str = "") -> None:
        journal = current()
        self.note = note
        self._current, self._first = current, ref(journal)
        self.recorded, self.dropped, self.gap = journal.recorded, journal.dropped, journal.gap

    def newest_first(self, before: int | None = None) -> Iterator[RecordedRequest]:
        """Yield the entries that it has now and when their turn comes; only those with a number below ``before``."""
        number = self.recorded if before is None else min(before - 1, self.recorded)
        while entries := self._between(number - _LOOKED_UP + 1, number):
            yield from reversed(entries)
            number = entries[0].number - 1

    def oldest_first(self) -> Iterator[RecordedRequest]:
        """Yield the same from the other end."""
        number = 1
        while entries := self._between(number):
            yield from entries
            number = entries[-1].number + 1

    def _between(self, first: int, last: int | None = None) -> list[RecordedRequest]:
        try:
            journal = self._current()
        except UnknownAccountError:
            return []
        if last is None:
            last = max(first, journal.dropped + 1) + _LOOKED_UP - 1
        return journal.between(first, min(last, self.recorded)) if journal is self._first() else []


def _model(
    reader: _Reader, limit: int, before: int | None, is_wanted: Callable[[RecordedRequest], bool]
) -> Iterable[str]:
    """Yield a :class:`JournalModel` as JSON."""
    facts = {
        "recorded": reader.recorded,
        "dropped": reader.dropped,
        "gap": reader.gap,
        "unknownKeyNote": reader.note,
    }
    head = f'{json.dumps(facts, separators=(",", ":"), ensure_ascii=False)[:-1]},"entries":['
    return json_list(_shown(reader.newest_first(before), limit, is_wanted), head, "]}")


def _shown(
    entries: Iterable[RecordedRequest], limit: int, is_wanted: Callable[[RecordedRequest], bool]
) -> Iterator[str]:
    """Yield entries as JSON, "" for one that is not wanted, up to the limit and as long as there is room."""
    room = MOST_CHARACTERS
    for entry in entries:
        text = ""
        if is_wanted(entry):
            text = json.dumps(entry.as_dict(), ensure_ascii=False, separators=(",", ":"))
        yield text
        limit, room = limit - bool(text), room - len(text)
        if not limit or room <= 0:
            return


Limit = Annotated[int, Query(ge=1, le=10_000, description="Return at most this many requests.")]
Before = Annotated[int | None, Query(ge=1, description="Return only requests with a lower number, for the next page.")]


@router.get("/accounts/{account_id}/journal", response_model=JournalModel, responses=errors(503))
async def show(
    request: Request,
    account: AccountDep,
    mock: MockDep,
    *,
    method: str | None = None,
    campaign: str | None = None,
    status: Annotated[int | None, Query(ge=100, le=599)] = None,
    matched_by: Annotated[str | None, Query(alias="matchedBy", description="A part of `matchedBy`.")] = None,
    unexpected: Annotated[bool | None, Query(description="Unknown path, wrong method or unknown id.")] = None,
    limit: Limit = 100,
    before: Before = None,
) -> Response:
    """List the requests of an account, newest first, filtered."""
    matcher = Matcher(Pattern(method=method, campaign=campaign, status=status, matchedBy=matched_by))

    def is_wanted(entry: RecordedRequest) -> bool:
        return matcher.matches(entry) and unexpected in (None, entry.is_unexpected)

    return await large_response(request, _model(_reader(mock, account), limit, before, is_wanted))


def _reader(mock: Mock, account: Account) -> _Reader:
    accounts, id_ = mock.accounts, account.id
    return _Reader(lambda: accounts.get(id_).state.journal, _snapshot(mock, account).unknown_key_note)


def _snapshot(mock: Mock, account: Account) -> JournalSnapshot:
    return JournalSnapshot.take(account, mock.accounts.unknown_key_requests, mock.contract)


@router.delete("/accounts/{account_id}/journal", status_code=204)
async def clear(account: AccountDep) -> None:
    """Clear the journal of an account."""
    account.state.clear_journal()


@router.get(
    "/accounts/{account_id}/journal/export",
    response_class=Response,
    responses={200: {"content": {_JSON_LINES: {"schema": {"type": "string"}}}}},
)
async def export(request: Request, account: AccountDep, mock: MockDep) -> Response:
    """Export the journal in its canonical form: one JSON document per line, oldest first.

    Durations and headers that depend on the client program are omitted: with a frozen clock and seeded keys, the same
    calls give the same bytes. It ends early if the journal is cleared, or the account deleted, meanwhile.
    """
    entries = _reader(mock, account).oldest_first()
    lines = (f"{json.dumps(entry.canonical(), ensure_ascii=False, sort_keys=True)}\n" for entry in entries)
    return await large_response(request, lines, _JSON_LINES)


@router.post("/accounts/{account_id}/verify", responses=errors(415))
async def check(
    request: Request,
    account: AccountDep,
    mock: MockDep,
    expectation: RequestExpectation,
    timeout: Annotated[float, Query(ge=0, le=60, description="Seconds to wait until it is met.")] = 0,  # noqa: ASYNC109
) -> VerificationModel:
    """Check that requests came as expected; if not, return the most similar request and how it differs."""
    changed, listeners = Event(), account.state.journal.listeners
    listeners.append(changed.set)
    try:
        result = await _verify_now(request, account, mock, expectation)
        for _ in range(ceil(timeout / _LOOK_SECONDS)):
            if not result.may_come or mock.waiting.is_closing:
                break
            await mock.waiting.wait(_LOOK_SECONDS)
            if account.is_deleted:
                raise ControlError(404, f"The account {account.id!r} was deleted meanwhile.")
            if changed.is_set():
                changed.clear()
                result = await _verify_now(request, account, mock, expectation)
    finally:
        listeners.remove(changed.set)
    return VerificationModel(**result.as_dict())


async def _verify_now(
    request: Request, account: Account, mock: Mock, expectation: RequestExpectation
) -> VerificationResult:
    snapshot = _snapshot(mock, account)
    async with request.app.state.verifying:
        # In a thread: a journal may have a million entries, and other requests come between.
        return await asyncio.to_thread(verify, expectation, snapshot)


@router.get("/unknown-key-requests", response_model=JournalModel, responses=errors(503))
async def unknown_key_requests(request: Request, mock: MockDep, limit: Limit = 100, before: Before = None) -> Response:
    """List the requests with an unknown key or without a key, newest first."""
    reader = _Reader(lambda: mock.accounts.unknown_key_requests)
    return await large_response(request, _model(reader, limit, before, lambda _: True))


@router.delete("/unknown-key-requests", status_code=204)
async def clear_unknown_key_requests(mock: MockDep) -> None:
    """Clear the journal of requests with an unknown key."""
    mock.accounts.clear_unknown_key_requests()
