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
    """An armed fault, and how often it was applied."""

    id: str
    fault: dict[str, Any] = Field(description="As it was armed.")
    eligible: int = Field(description="How many replies it could have been applied to.")
    applied: int = Field(description="How many of these it was applied to.")
    exhausted: bool = Field(description="True if it was applied as many times as its `times` allows.")
    warnings: list[str] = Field(
        description="Why it may never be applied: the account has no such campaign, it does not apply to the replies "
        "of its campaign, or a fault that was armed before changes all of them."
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
    clientSees: str = Field(description="What a client that uses httpx or Node's fetch gets.")
    example: dict[str, Any] = Field(description="To copy.")


@router.get("/faults")
async def kinds() -> list[FaultKind]:
    """The closed list of faults, each with an example."""
    return [
        FaultKind(kind=entry.kind, sentence=entry.sentence, clientSees=entry.client_sees, example=dict(entry.example))
        for entry in FAULTS.values()
    ]


@router.get("/accounts/{account_id}/faults")
async def list_all(account: AccountDep, request: Request) -> list[FaultModel]:
    """The account's faults in the order of arming, the exhausted ones included."""
    return _models(account, request)


@router.post(
    "/accounts/{account_id}/faults", status_code=201, openapi_extra=body_schema("Fault"), responses=errors(409, 415)
)
async def arm(account: AccountDep, request: Request) -> FaultModel:
    """Arm a fault for the next replies of the account that it applies to; see the ``warnings`` of the response."""
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
    """Return the account's faults with their warnings."""
    armed = account.state.faults.list()
    negotiator = get_mock(request).engine.negotiator
    return [
        FaultModel.of(
            fault, [] if fault.exhausted else negotiator.arming_warnings(fault.spec, armed[:index], account.state)
        )
        for index, fault in enumerate(armed)
    ]
