"""``/__mock__/accounts/{id}/faults``: arm, list and disarm faults."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field

from migma_mock.accounts.account import Account
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, get_mock
from migma_mock.control.errors import ControlError, refuse
from migma_mock.control.strict_route import errors, json_of, strict_router
from migma_mock.faults import FAULTS, ArmedFault, TooManyFaultsError, parse_fault

router = strict_router("faults")


class FaultModel(BaseModel):
    """An armed fault, and how often it struck."""

    id: str
    fault: dict[str, Any] = Field(description="As it was armed.")
    eligible: int = Field(description="Replies that it could have befallen.")
    applied: int = Field(description="Replies that it befell.")
    exhausted: bool = Field(description="Whether it has struck as often as it was to.")
    warnings: list[str] = Field(
        description="Why it may never strike as things stand: a campaign that the account does not have, or whose "
        "answers it does not apply to; a fault armed before it that leaves no answer over; a probability of 0. Empty "
        "when nothing is in its way."
    )

    @classmethod
    def of(cls, armed: ArmedFault, warnings: list[str]) -> "FaultModel":
        """The same, for JSON."""
        fault = {"kind": armed.spec.kind.value} | armed.spec.model_dump(mode="json", exclude_unset=True)
        return cls(
            id=armed.id,
            fault=fault,
            eligible=armed.eligible,
            applied=armed.applied,
            exhausted=armed.exhausted,
            warnings=warnings,
        )


class FaultKind(BaseModel):
    """One of the closed list of faults."""

    kind: str
    sentence: str = Field(description="What it does.")
    seen: str = Field(description="What httpx and Node's fetch make of it.")
    example: dict[str, Any] = Field(description="To copy.")


@router.get("/faults")
async def kinds() -> list[FaultKind]:
    """The closed list of faults, each with an example."""
    return [
        FaultKind(kind=entry.kind, sentence=entry.sentence, seen=entry.seen, example=dict(entry.example))
        for entry in FAULTS.values()
    ]


@router.get("/accounts/{account_id}/faults")
async def list_all(account: AccountDep, request: Request) -> list[FaultModel]:
    """The account's faults in the order of arming, spent ones included."""
    return _models(account, request)


@router.post(
    "/accounts/{account_id}/faults", status_code=201, openapi_extra=body_schema("Fault"), responses=errors(409, 415)
)
async def arm(account: AccountDep, request: Request) -> FaultModel:
    """Arm a fault; it applies_to the account's next replies that it applies to. Mind the ``warnings`` of the answer."""
    fault = parse_fault(json_of(await request.body()), "fault", get_mock(request).contract)
    if isinstance(fault, list):
        refuse(fault)
    try:
        account.state.faults.arm(fault)
    except TooManyFaultsError as error:
        raise ControlError(409, str(error)) from error
    return _models(account, request)[-1]


@router.delete("/accounts/{account_id}/faults", status_code=204)
async def clear(account: AccountDep) -> None:
    """Disarm all of the account's faults."""
    account.state.faults.clear()


@router.delete("/accounts/{account_id}/faults/{fault_id}", status_code=204)
async def disarm(account: AccountDep, fault_id: str) -> None:
    """Disarm one fault."""
    if account.state.faults.disarm(fault_id) is None:
        raise ControlError(404, "The account has no such fault.")


def _models(account: Account, request: Request) -> list[FaultModel]:
    """The account's faults, each with what is in its way."""
    armed = account.state.faults.list()
    negotiator = get_mock(request).engine.negotiator
    return [
        FaultModel.of(
            fault, [] if fault.exhausted else negotiator.arming_warnings(fault.spec, armed[:index], account.state)
        )
        for index, fault in enumerate(armed)
    ]
