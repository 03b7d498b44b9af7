"""``/__mock__/accounts/{id}/journal``: requests and their replies; export; verification."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from migma_mock.accounts.journal import Journal
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.verification import Pattern, RequestExpectation, verify
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.strict_route import errors, strict_router

router = strict_router("journal")

_MOST_BODY_CHARACTERS = 4_000_000
_LINES_AT_ONCE = 20

_JSON_LINES = "application/jsonl"


class JournalModel(BaseModel):
    """Entries of a journal."""

    recorded: int = Field(description="Number of all requests so far.")
    dropped: int = Field(description="Number of requests that were dropped (`--journal-size`, `--max-memory`).")
    entries: list[dict[str, Any]] = Field(
        description="Requests, newest first; fewer than the limit if the bodies of the replies have more than 4 MB."
    )

    @classmethod
    def of(cls, journal: Journal, entries: Iterable[RecordedRequest], limit: int) -> "JournalModel":
        """Return the model of the newest entries, fewer if they are long."""
        newest, length = [], 0
        for entry in list(entries)[::-1][:limit]:
            newest.append(entry.as_dict())
            length += len(newest[-1]["body"])
            if length > _MOST_BODY_CHARACTERS:
                break
        return cls(recorded=journal.recorded, dropped=journal.recorded - len(journal.entries), entries=newest)


class VerificationModel(BaseModel):
    """The result of a verification."""

    ok: bool
    message: str = Field(description="What was expected and what came.")
    matches: int = Field(description="Number of requests that matched.")
    nearest: dict[str, Any] | None = Field(
        description="If the expectation is not met: the most similar request, and how it differs."
    )


Limit = Annotated[int, Query(ge=1, le=10_000, description="Return at most this many requests.")]


@router.get("/accounts/{account_id}/journal")
async def show(
    account: AccountDep,
    *,
    method: str | None = None,
    campaign: str | None = None,
    status: int | None = None,
    matched_by: Annotated[str | None, Query(alias="matchedBy", description="A part of `matchedBy`.")] = None,
    unexpected: Annotated[bool | None, Query(description="Unknown path, wrong method or unknown id.")] = None,
    limit: Limit = 100,
) -> JournalModel:
    """List the requests of an account, newest first, filtered."""
    pattern = Pattern(method=method, campaign=campaign, status=status, matchedBy=matched_by)
    journal = account.state.journal
    entries = (
        entry
        for entry in journal.entries
        if not pattern.difference(entry) and unexpected in (None, entry.is_unexpected)
    )
    return JournalModel.of(journal, entries, limit)


@router.delete("/accounts/{account_id}/journal", status_code=204)
async def clear(account: AccountDep) -> None:
    """Clear the journal of an account."""
    account.state.clear_journal()


@router.get(
    "/accounts/{account_id}/journal/export",
    response_class=Response,
    responses={200: {"content": {_JSON_LINES: {"schema": {"type": "string"}}}}},
)
async def export(account: AccountDep) -> Response:
    """Export the journal in its canonical form: one JSON document per line, oldest first.

    Durations and headers that depend on the client program are omitted: with a frozen clock and seeded keys, the same
    calls give the same bytes.
    """
    return StreamingResponse(_exported(account.state.journal.entries), media_type=_JSON_LINES)


async def _exported(entries: list[RecordedRequest]) -> AsyncIterator[str]:
    """Yield the lines of an export in parts, since a journal may have a million and other requests come between."""
    for start in range(0, len(entries), _LINES_AT_ONCE):
        part = entries[start : start + _LINES_AT_ONCE]
        yield "".join(f"{json.dumps(each.canonical(), ensure_ascii=False, sort_keys=True)}\n" for each in part)
        await asyncio.sleep(0)


@router.post("/accounts/{account_id}/verify", responses=errors(415))
async def check(account: AccountDep, expectation: RequestExpectation) -> VerificationModel:
    """Check that requests came as expected; if not, return the most similar request and how it differs."""
    journal = account.state.journal
    return VerificationModel(**verify(expectation, journal.entries, journal.gap, journal.redactor).as_dict())


@router.get("/unknown-key-requests")
async def unknown_key_requests(mock: MockDep, limit: Limit = 100) -> JournalModel:
    """List the requests with an unknown key or without a key, newest first."""
    journal = mock.accounts.unknown_key_requests
    return JournalModel.of(journal, journal.entries, limit)


@router.delete("/unknown-key-requests", status_code=204)
async def clear_unknown_key_requests(mock: MockDep) -> None:
    """Clear the journal of requests with an unknown key."""
    mock.accounts.clear_unknown_key_requests()
