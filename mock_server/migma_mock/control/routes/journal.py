"""``/__mock__/accounts/{id}/journal``: what was asked and answered; export; verification."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field

from migma_mock.accounts.journal import Entry, Journal
from migma_mock.accounts.registry import Accounts
from migma_mock.accounts.verification import Pattern, RequestExpectation, verify
from migma_mock.control.dependencies import AccountDep, get_accounts
from migma_mock.control.strict_route import errors, strict_router

router = strict_router("journal")

_JSON_LINES = "application/jsonl"


class JournalModel(BaseModel):
    """A part of a journal."""

    recorded: int = Field(description="Requests in all.")
    dropped: int = Field(description="Requests that are gone because the journal is bounded.")
    entries: list[dict[str, Any]] = Field(description="Newest first.")

    @classmethod
    def of(cls, journal: Journal, entries: Iterable[Entry], limit: int) -> "JournalModel":
        """The newest of some entries, for JSON."""
        newest = list(entries)[::-1][:limit]
        return cls(recorded=journal.recorded, dropped=journal.dropped, entries=[entry.as_dict() for entry in newest])


class VerificationModel(BaseModel):
    """What a verification found."""

    ok: bool
    message: str = Field(description="What was expected and what came.")
    matches: int
    nearest: dict[str, Any] | None = Field(description="On a miss: the request that comes nearest, and what differs.")


Limit = Annotated[int, Query(ge=1, le=10_000, description="At most so many.")]


@router.get("/accounts/{account_id}/journal")
async def show(
    account: AccountDep,
    *,
    method: str | None = None,
    campaign: str | None = None,
    status: int | None = None,
    matched_by: Annotated[str | None, Query(alias="matchedBy", description="A part of what decided.")] = None,
    unexpected: Annotated[bool | None, Query(description="Unknown path, wrong method or unknown id.")] = None,
    limit: Limit = 100,
) -> JournalModel:
    """The account's requests, newest first, filtered."""
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
    """Empty the account's journal."""
    account.state.clear_journal()


@router.get(
    "/accounts/{account_id}/journal/export",
    response_class=Response,
    responses={200: {"content": {_JSON_LINES: {"schema": {"type": "string"}}}}},
)
async def export(account: AccountDep) -> Response:
    """The journal in its canonical form, oldest first, one JSON document a line.

    Without durations and headers of the client program: with a frozen clock and seeded keys, the same calls
    give the same bytes.
    """
    lines = (
        json.dumps(entry.canonical(), ensure_ascii=False, sort_keys=True) for entry in account.state.journal.entries
    )
    return Response("".join(f"{line}\n" for line in lines), media_type=_JSON_LINES)


@router.post("/accounts/{account_id}/verify", responses=errors(415))
async def check(account: AccountDep, question: RequestExpectation) -> VerificationModel:
    """Whether requests came as expected; on a miss, the nearest one and what differs."""
    return VerificationModel(**verify(question, account.state.journal.entries).as_dict())


@router.get("/unknown-key-requests")
async def unknown_key_requests(
    accounts: Annotated[Accounts, Depends(get_accounts)], limit: Limit = 100
) -> JournalModel:
    """Requests that came with no known key, newest first."""
    return JournalModel.of(accounts.unknown_key_requests, accounts.unknown_key_requests.entries, limit)


@router.delete("/unknown-key-requests", status_code=204)
async def clear_unknown_key_requests(accounts: Annotated[Accounts, Depends(get_accounts)]) -> None:
    """Empty the journal of requests that came with no known key."""
    accounts.clear_unknown_key_requests()
