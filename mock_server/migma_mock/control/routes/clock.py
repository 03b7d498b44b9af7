"""``/__mock__/accounts/{id}/clock``: freeze, set, advance and run an account's clock; hold back refreshes."""

from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.errors import Problem
from migma_contract.strict_json import describe_json
from migma_contract.timestamps import parse_rfc3339
from migma_mock.accounts.account import Account
from migma_mock.accounts.clock import is_in_range
from migma_mock.control.dependencies import AccountDep
from migma_mock.control.errors import refuse
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.input_models import Strict

router = strict_router("clock")

_LONGEST = 366 * 86_400 * 100


class ClockModel(BaseModel):
    """What time it is for an account."""

    now: datetime
    frozen: bool

    @classmethod
    def of(cls, account: Account) -> "ClockModel":
        """The same, for JSON."""
        clock = account.state.clock
        return cls(now=clock.now(), frozen=clock.is_frozen)


class ClockChange(Strict):
    """What the clock is to do; at least one. They are done in this order."""

    set: str | None = Field(default=None, description="Go to this RFC 3339 date-time with an offset.")
    advanceSeconds: float | None = Field(
        default=None, ge=0, le=_LONGEST, allow_inf_nan=False, description="Go forward by so many seconds."
    )
    frozen: bool | None = Field(default=None, description="True: stand still. False: run again.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.set is None and self.advanceSeconds is None and self.frozen is None:
            raise PydanticCustomError("answer", "one of set, advanceSeconds, frozen, got none of them")
        return self


class Staleness(Strict):
    """For how long stats are not refreshed."""

    seconds: float = Field(ge=0, le=_LONGEST, allow_inf_nan=False, description="From now, by the account's clock.")


class StaleModel(BaseModel):
    """When stats are refreshed again."""

    staleUntil: datetime


@router.get("/accounts/{account_id}/clock")
async def show(account: AccountDep) -> ClockModel:
    """The account's time, and whether it stands still."""
    return ClockModel.of(account)


@router.patch("/accounts/{account_id}/clock", responses=errors(415))
async def change(account: AccountDep, wish: ClockChange) -> ClockModel:
    """Set, advance, freeze or run the account's clock; growing campaigns and quotas follow it."""
    clock = account.state.clock
    # Found first, so that a change that is refused has changed nothing.
    target = _target(clock.now(), wish)
    if wish.frozen:
        clock.freeze(target)
    elif target is not None:
        clock.set(target)
    if wish.frozen is False:
        clock.run()
    return ClockModel.of(account)


def _target(now: datetime, wish: ClockChange) -> datetime | None:
    """Where the clock is to go; None where it is not to move."""
    if wish.set is None and wish.advanceSeconds is None:
        return None
    start = now if wish.set is None else parse_rfc3339(wish.set)
    if start is None:
        refuse([Problem("body", "/set", "an RFC 3339 date-time with an offset", repr(wish.set))])
    try:
        target = start + timedelta(seconds=wish.advanceSeconds or 0)
    except OverflowError:
        target = None
    if target is None or not is_in_range(target):
        member = "set" if wish.advanceSeconds is None else "advanceSeconds"
        refuse(
            [
                Problem(
                    "body", f"/{member}", "a time within the years 1970 to 9999", describe_json(getattr(wish, member))
                )
            ]
        )
    return target


@router.post("/accounts/{account_id}/stale", responses=errors(415))
async def stale(account: AccountDep, wish: Staleness) -> StaleModel:
    """Hold back the refreshes of growing campaigns: their stats, and lastUpdated, stay as they are for so long."""
    try:
        return StaleModel(staleUntil=account.state.pause_refresh(timedelta(seconds=wish.seconds)))
    except OverflowError:
        refuse([Problem("body", "/seconds", "a time within the years 1970 to 9999", str(wish.seconds))])
