"""``/__mock__/accounts/{id}/clock``: freeze, set, advance and run an account's clock; pause refreshes."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.errors import Problem
from migma_contract.strict_json import describe_json
from migma_contract.timestamps import parse_rfc3339
from migma_mock.accounts.account import Account
from migma_mock.accounts.clock import EARLIEST, LATEST, is_in_range
from migma_mock.control.dependencies import AccountDep
from migma_mock.control.errors import refuse
from migma_mock.control.strict_route import errors, strict_router
from migma_mock.input_models import Strict

router = strict_router("clock")

_Seconds = Annotated[float, Field(ge=0, le=(LATEST - EARLIEST).total_seconds(), allow_inf_nan=False)]
_IN_RANGE = "a time in the years 1970 to 9999"


class ClockModel(BaseModel):
    """The clock of an account."""

    now: datetime
    frozen: bool

    @classmethod
    def of(cls, account: Account) -> "ClockModel":
        """Return the model of an account's clock."""
        clock = account.state.clock
        return cls(now=clock.now(), frozen=clock.is_frozen)


class ClockChange(Strict):
    """Changes of a clock, at least one; they are applied in this order."""

    set: str | None = Field(default=None, description="Set the clock to this RFC 3339 date-time with an offset.")
    advanceSeconds: _Seconds | None = Field(default=None, description="Advance the clock by these seconds.")
    frozen: bool | None = Field(default=None, description="True: freeze the clock. False: let it run.")

    @model_validator(mode="after")
    def _has_a_change(self) -> Self:
        if self.set is None and self.advanceSeconds is None and self.frozen is None:
            raise PydanticCustomError("answer", "one of set, advanceSeconds, frozen, got none of them")
        return self


class RefreshPause(Strict):
    """A pause of the refreshes of stats."""

    seconds: _Seconds = Field(description="Duration from now, by the account's clock.")


class RefreshPauseModel(BaseModel):
    """The end of a refresh pause."""

    pausedUntil: datetime = Field(description="When stats are refreshed again, by the account's clock.")


@router.get("/accounts/{account_id}/clock")
async def show(account: AccountDep) -> ClockModel:
    """Return the time of the account, and whether its clock is frozen."""
    return ClockModel.of(account)


@router.patch("/accounts/{account_id}/clock", responses=errors(415))
async def change(account: AccountDep, changes: ClockChange) -> ClockModel:
    """Set, advance, freeze or resume the account's clock; growing campaigns and rate limits follow it."""
    clock = account.state.clock
    target = _target(clock.now(), changes)  # first, so that a refused request changes nothing
    if changes.frozen:
        clock.freeze(target)
    elif target is not None:
        clock.set(target)
    if changes.frozen is False:
        clock.resume()
    return ClockModel.of(account)


def _target(now: datetime, changes: ClockChange) -> datetime | None:
    """Return the new time of the clock; None if it is not set or advanced."""
    if changes.set is None and changes.advanceSeconds is None:
        return None
    start = now if changes.set is None else parse_rfc3339(changes.set)
    if start is None:
        refuse([Problem("body", "/set", "an RFC 3339 date-time with an offset", repr(changes.set))])
    try:
        target = start + timedelta(seconds=changes.advanceSeconds or 0)
    except OverflowError:
        target = None
    if target is None or not is_in_range(target):
        field = "set" if changes.advanceSeconds is None else "advanceSeconds"
        refuse([Problem("body", f"/{field}", _IN_RANGE, describe_json(getattr(changes, field)))])
    return target


@router.post("/accounts/{account_id}/pause-refresh", responses=errors(415))
async def pause_refresh(account: AccountDep, pause: RefreshPause) -> RefreshPauseModel:
    """Pause the refreshes of growing campaigns: their stats, including lastUpdated, stay as they are."""
    try:
        return RefreshPauseModel(pausedUntil=account.state.pause_refresh(timedelta(seconds=pause.seconds)))
    except OverflowError:
        refuse([Problem("body", "/seconds", _IN_RANGE, str(pause.seconds))])
