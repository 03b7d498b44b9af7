"""``/__mock__/accounts``: make, list, reset and delete accounts, and set their quota."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator, BaseModel, Field

from migma_contract.timestamps import parse_rfc3339
from migma_mock.accounts.account import Account
from migma_mock.accounts.clock import is_in_range
from migma_mock.accounts.rate_limit import PLAN_PATTERN, PLANS, parse_plan
from migma_mock.accounts.registry import Accounts, UnknownAccountError
from migma_mock.control.dependencies import AccountDep, get_accounts
from migma_mock.control.errors import ControlError
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.input_models import Strict

router = strict_router("accounts")


def _plan(text: str) -> str:
    parse_plan(text)
    return text


Plan = Annotated[
    str,
    AfterValidator(_plan),
    Field(
        description=f"unlimited, {', '.join(PLANS)}, or a rate like 25/min.",
        # Told, not checked: what is wrong is said in better words than a pattern.
        json_schema_extra={"pattern": PLAN_PATTERN},
    ),
]


def _start(text: str) -> str:
    instant = parse_rfc3339(text)
    if instant is None or not is_in_range(instant):
        raise ValueError("an RFC 3339 date-time with an offset, of the years 1970 to 9999")
    return text


Start = Annotated[str, AfterValidator(_start), Field(json_schema_extra={"format": "date-time"})]


class NewAccount(Strict):
    """What an account is to begin with."""

    name: str = Field(default="", max_length=200, description="For people.")
    empty: bool = Field(default=False, description="Without campaigns; else with those of the fixtures.")
    plan: Plan = Field(default="unlimited", examples=["free"])
    keySeed: str | None = Field(  # JSON members are camelCase, as the vendor's
        default=None,
        max_length=200,
        description="Derive the keys from this, for runs that are to be repeated: the same keys each time, unless "
        "another account has them still.",
    )
    start: Start | None = Field(
        default=None,
        examples=["2026-01-31T09:30:00Z"],
        description="Its clock stands still at this RFC 3339 date-time until it is run, and growing campaigns that it "
        "begins with count from it: with keySeed, the same calls leave the same journal. Null: now, running.",
    )

    @property
    def begin(self) -> datetime | None:
        """The start, as an instant."""
        return None if self.start is None else parse_rfc3339(self.start)


class Quota(Strict):
    """How many requests a key may make in a minute."""

    plan: Plan


class Keys(BaseModel):
    """The keys of an account."""

    working: str = Field(description="Opens the account.")
    revoked: str = Field(description="Gets 401; what comes with it is in the account's journal.")
    withoutPermission: str = Field(description="Lacks email:read: gets 403.")


class AccountModel(BaseModel):
    """An account."""

    id: str
    name: str
    keys: Keys | None = Field(description="Null for the built-in account, whose keys are in keys.json.")
    campaigns: int
    requests: int = Field(description="How many came with its keys.")
    armedFaults: int = Field(description="Faults that may still strike.")

    @classmethod
    def of(cls, account: Account) -> "AccountModel":
        """The same, for JSON."""
        state = account.state
        return cls(
            id=account.id,
            name=account.name,
            keys=None if account.is_built_in else Keys(**account.keys._asdict()),
            campaigns=len(state.campaigns),
            requests=state.journal.recorded,
            armedFaults=sum(not fault.exhausted for fault in state.faults.list()),
        )


@router.post("/accounts", status_code=201, responses=errors(415))
async def create(new: NewAccount, accounts: Annotated[Accounts, Depends(get_accounts)]) -> AccountModel:
    """Make an account: its own campaigns, clock, faults, quota and journal, behind keys of its own."""
    plan = parse_plan(new.plan)
    made = accounts.create(new.name, empty=new.empty, per_minute=plan, key_seed=new.keySeed, start=new.begin)
    return AccountModel.of(made)


@router.get("/accounts")
async def list_all(accounts: Annotated[Accounts, Depends(get_accounts)]) -> list[AccountModel]:
    """Every account, the built-in one first."""
    return [AccountModel.of(account) for account in accounts.all]


@router.get("/accounts/{account_id}")
async def show(account: AccountDep) -> AccountModel:
    """One account."""
    return AccountModel.of(account)


@router.delete("/accounts/{account_id}", status_code=204, responses=errors(409))
async def delete(account: AccountDep, accounts: Annotated[Accounts, Depends(get_accounts)]) -> None:
    """Delete an account; its keys are unknown from then on."""
    try:
        accounts.delete(account.id)
    except UnknownAccountError as error:
        raise ControlError(409, "The built-in account cannot be deleted, only reset.") from error


@router.post("/accounts/{account_id}/reset")
async def reset(account: AccountDep) -> AccountModel:
    """Begin anew: the first campaigns and clock, no faults, an empty journal, the first quota."""
    account.reset()
    return AccountModel.of(account)


@router.put("/accounts/{account_id}/quota", responses=errors(415))
async def set_quota(account: AccountDep, quota: Quota) -> Quota:
    """Set how many requests each key may make in a minute; counting begins anew."""
    account.state.set_quota(parse_plan(quota.plan))
    return quota
