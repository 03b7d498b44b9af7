"""``/__mock__/accounts/{id}/faults``: arm, list and disarm faults."""

from typing import Any

from pydantic import BaseModel, Field

from migma_mock.accounts.account import Account
from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError, full_memory_refused, refuse
from migma_mock.control.strict_route import JsonBody, errors, strict_router
from migma_mock.faults import FAULTS, TooManyFaultsError, parse_fault
from migma_mock.mock import Mock

router = strict_router("faults")


class FaultModel(BaseModel):
    """An armed fault, and how often it was applied."""

    id: str
    fault: dict[str, Any] = Field(description="The fault, as it was armed.")
    scenario: str | None = Field(description="The armed scenario that it belongs to, if any.")
    eligible: int = Field(description="Number of replies that it could have been applied to.")
    applied: int = Field(description="Number of these that it was applied to.")
    exhausted: bool = Field(description="True if it was applied as many times as its `times` allows.")
    warnings: list[str] = Field(
        description="Why it may never be applied: the account has no such campaign, it does not apply to the replies "
        "of its campaign, or a fault that was armed before changes all of them."
    )


class FaultKindModel(BaseModel):
    """A kind of fault."""

    kind: str
    description: str = Field(description="What the fault does.")
    clientSees: str = Field(description="What a client that uses httpx or Node's fetch gets.")
    example: dict[str, Any] = Field(description="A fault of this kind, to copy.")


@router.get("/faults")
async def kinds() -> list[FaultKindModel]:
    """List all kinds of faults, each with an example."""
    return [
        FaultKindModel(kind=kind, description=spec.sentence(), clientSees=spec.client_sees, example=spec.example)
        for kind, spec in FAULTS.items()
    ]


@router.get("/accounts/{account_id}/faults")
async def list_all(account: AccountDep, mock: MockDep) -> list[FaultModel]:
    """List the faults of an account in the order of arming, the exhausted ones included."""
    return fault_models(account, mock)


@router.post(
    "/accounts/{account_id}/faults",
    status_code=201,
    openapi_extra=body_schema("Fault"),
    responses=errors(409, 415, 507),
)
async def arm(account: AccountDep, document: JsonBody, mock: MockDep) -> FaultModel:
    """Arm a fault for the next replies of the account that it applies to; see the `warnings` of the response."""
    fault = parse_fault(document, "fault", mock.contract)
    if isinstance(fault, list):
        refuse(fault)
    try:
        with full_memory_refused():
            account.state.faults.arm(fault)
    except TooManyFaultsError as error:
        raise ControlError(409, str(error)) from error
    return fault_models(account, mock)[-1]


@router.delete("/accounts/{account_id}/faults", status_code=204)
async def clear(account: AccountDep) -> None:
    """Disarm all faults of an account."""
    account.state.faults.clear()


@router.delete("/accounts/{account_id}/faults/{fault_id}", status_code=204)
async def disarm(account: AccountDep, fault_id: str) -> None:
    """Disarm one fault."""
    if account.state.faults.disarm(fault_id) is None:
        raise ControlError(404, f"The account has no fault {fault_id[:128]!r}.")


def fault_models(account: Account, mock: Mock) -> list[FaultModel]:
    """Return the account's faults with their warnings."""
    armed = account.state.faults.list()
    arming_warnings = mock.engine.negotiator.arming_warnings
    return [
        FaultModel(
            id=fault.id,
            fault=fault.spec.model_dump(mode="json", exclude_unset=True),
            scenario=fault.scenario,
            eligible=fault.eligible,
            applied=fault.applied,
            exhausted=fault.exhausted,
            warnings=[] if fault.exhausted else arming_warnings(fault.spec, armed[:index], account.state),
        )
        for index, fault in enumerate(armed)
    ]
