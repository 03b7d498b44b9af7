"""``/__mock__/accounts``: create, list, reset and delete accounts, and set their rate limit."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, Field

from migma_contract.timestamps import parse_rfc3339
from migma_mock.accounts.account import Account, AccountKeys
from migma_mock.accounts.clock import is_in_range
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError, full_memory_refused
from migma_mock.control.large_response import json_list, large_response
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.input_models import Strict
from migma_mock.mock import Mock
from migma_mock.plans import PLAN_PATTERN, PLANS, parse_plan

router = strict_router("accounts")


def _check_plan(text: str) -> str:
    parse_plan(text)
    return text


Plan = Annotated[
    str,
    AfterValidator(_check_plan),
    Field(
        description=f"`unlimited`, {', '.join(f'`{plan}`' for plan in PLANS)}, or rates such as `25/min` or "
        "`100/min,1000/day`.",
        # For the document only: the validator has a better message than a pattern.
        json_schema_extra={"pattern": PLAN_PATTERN},
    ),
]


def _check_start(text: str) -> str:
    instant = parse_rfc3339(text)
    if instant is None or not is_in_range(instant):
        raise ValueError("an RFC 3339 date-time with an offset, from the years 1970 to 9999")
    return text


Start = Annotated[str, AfterValidator(_check_start), Field(json_schema_extra={"format": "date-time"})]


class NewAccount(Strict):
    """The properties of a new account."""

    name: str = Field(default="", max_length=200, description="Display name.")
    empty: bool = Field(default=False, description="Without campaigns; otherwise with those of the fixtures.")
    plan: Plan = Field(default="unlimited", examples=["free"])
    keySeed: str | None = Field(  # JSON fields are camelCase, as the vendor's are
        default=None,
        max_length=200,
        description="Derive the keys from this seed: the same seed gives the same keys, unless another account "
        "has them.",
    )
    start: Start | None = Field(
        default=None,
        examples=["2026-01-31T09:30:00Z"],
        description="Freeze the account's clock at this RFC 3339 date-time, from the years 1970 to 9999; growing "
        "campaigns start relative to it. Together with keySeed, the same calls give the same journal. "
        "Null: the clock runs from now.",
    )


class RateLimit(Strict):
    """The rate limit of each key of an account."""

    plan: Plan


class KeysModel(BaseModel):
    """The API keys of an account."""

    working: str = Field(description="Gets the account's replies.")
    revoked: str = Field(description="Gets 401; its requests are in the account's journal.")
    withoutPermission: str = Field(description="Lacks the permission email:read and gets 403.")

    @classmethod
    def of(cls, keys: AccountKeys) -> "KeysModel":
        """Return the model of the keys, which shows them: who creates an account needs them."""
        return cls(**{kind: key.reveal() for kind, key in keys._asdict().items()})


class AccountModel(BaseModel):
    """An account."""

    id: str
    name: str
    keys: KeysModel | None = Field(description="Null for the built-in account: its keys are in keys.json.")
    campaigns: int = Field(description="Number of campaigns.")
    requests: int = Field(description="Number of requests with the keys of the account.")
    armedFaults: int = Field(description="Number of armed faults that are not exhausted.")

    @classmethod
    def of(cls, account: Account) -> "AccountModel":
        """Return the model of an account."""
        state = account.state
        return cls(
            id=account.id,
            name=account.name,
            keys=None if account.is_built_in else KeysModel.of(account.keys),
            campaigns=len(state.campaigns),
            requests=state.journal.recorded,
            armedFaults=sum(not fault.exhausted for fault in state.faults.list()),
        )


@router.post("/accounts", status_code=201, responses=errors(415, 507))
async def create(new: NewAccount, mock: MockDep) -> AccountModel:
    """Create an account with its own keys, campaigns, clock, faults, rate limit and journal."""
    with full_memory_refused():
        account = mock.accounts.create(
            new.name,
            empty=new.empty,
            limits=parse_plan(new.plan),
            key_seed=new.keySeed,
            start=parse_rfc3339(new.start) if new.start else None,
        )
    return AccountModel.of(account)


@router.get("/accounts", response_model=list[AccountModel], responses=errors(503))
async def list_all(request: Request, mock: MockDep) -> Response:
    """List all accounts, the built-in one first."""
    ids = [account.id for account in mock.accounts.all]
    return await large_response(request, json_list(_shown(id_, mock) for id_ in ids))


def _shown(account_id: str, mock: Mock) -> str:
    """Return an account as JSON; "" if it was deleted in the meantime."""
    try:
        return AccountModel.of(mock.accounts.get(account_id)).model_dump_json()
    except UnknownAccountError:
        return ""


@router.get("/accounts/{account_id}")
async def show(account: AccountDep) -> AccountModel:
    """Return one account."""
    return AccountModel.of(account)


@router.delete("/accounts/{account_id}", status_code=204, responses=errors(409))
async def delete(account: AccountDep, mock: MockDep) -> None:
    """Delete an account; from then on its keys are unknown."""
    try:
        mock.accounts.delete(account.id)
    except UnknownAccountError as error:
        raise ControlError(409, "The built-in account cannot be deleted. Reset it instead.") from error


@router.post("/accounts/{account_id}/reset")
async def reset(account: AccountDep) -> AccountModel:
    """Reset an account: its initial campaigns, clock and rate limit, no faults, an empty journal."""
    account.reset()
    return AccountModel.of(account)


@router.put("/accounts/{account_id}/rate-limit", responses=errors(415, 507))
async def set_rate_limit(account: AccountDep, limit: RateLimit) -> RateLimit:
    """Set how many requests each key may make in a minute and a day; earlier requests no longer count."""
    with full_memory_refused():
        account.state.set_rate_limit(parse_plan(limit.plan))
    return limit
