"""``/__mock__/accounts/{id}/scenarios``: arm, list and disarm scenarios."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from migma_mock.control.body_schemas import body_schema
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError, full_memory_refused, refuse
from migma_mock.control.routes.faults import FaultModel, fault_models
from migma_mock.control.strict_route import JsonBody, errors, strict_router
from migma_mock.faults import TooManyFaultsError
from migma_mock.scenarios import Verdict, load_scenarios, parse_scenario

router = strict_router("scenarios")


class ScenarioModel(BaseModel):
    """A scenario that can be armed by its name."""

    name: str
    title: str
    happens: str = Field(description="What a client gets.")
    clientShould: str = Field(description="What a client should do about it.")
    verdict: Verdict = Field(description="The verdict of `migma-contract check` on a server that behaves so.")
    rules: list[str] = Field(description="The rules that the check names.")
    faults: list[dict[str, Any]] = Field(description="The faults that it arms, in their order.")


class ArmedScenarioModel(BaseModel):
    """A scenario that is armed on an account."""

    name: str
    campaign: str | None = Field(description="The only campaign that it is for; null: all replies of the account.")
    faults: list[FaultModel] = Field(description="Its armed faults, which are disarmed together.")


@router.get("/scenarios")
async def catalogue() -> list[ScenarioModel]:
    """List all scenarios, with what a client should do about each."""
    return [ScenarioModel(name=name, **scenario.document()) for name, scenario in load_scenarios().items()]


@router.get("/accounts/{account_id}/scenarios")
async def list_all(account: AccountDep, mock: MockDep) -> list[ArmedScenarioModel]:
    """List the armed scenarios of an account."""
    return _armed(fault_models(account, mock))


@router.post(
    "/accounts/{account_id}/scenarios",
    status_code=201,
    openapi_extra=body_schema("ScenarioChoice"),
    responses=errors(409, 415, 507),
)
async def arm(account: AccountDep, document: JsonBody, mock: MockDep) -> ArmedScenarioModel:
    """Arm the faults of a scenario; if it is armed for the same campaign already, they replace its earlier ones."""
    scenario = parse_scenario(document, "body", mock.contract)
    if isinstance(scenario, list):
        refuse(scenario)
    try:
        with full_memory_refused():
            account.state.faults.arm_scenario(scenario.name, scenario.faults)
    except TooManyFaultsError as error:
        raise ControlError(409, str(error)) from error
    return _armed(fault_models(account, mock))[-1]


@router.delete("/accounts/{account_id}/scenarios/{name}", status_code=204)
async def disarm(
    account: AccountDep,
    name: str,
    campaign: Annotated[
        str | None, Query(description="The campaign that it is armed for; without it, it is armed for all replies.")
    ] = None,
) -> None:
    """Disarm all faults of a scenario."""
    if not account.state.faults.disarm_scenario(name, campaign):
        for_campaign = "" if campaign is None else f" for campaign {campaign[:128]!r}"
        raise ControlError(404, f"The account has no armed scenario {name[:128]!r}{for_campaign}.")


def _armed(faults: Sequence[FaultModel]) -> list[ArmedScenarioModel]:
    """Return the scenarios that some faults belong to, in the order of arming."""
    scenarios: dict[tuple[str, str | None], ArmedScenarioModel] = {}
    for model in faults:
        name, campaign = model.scenario, model.fault.get("campaign")
        if name is not None:
            empty = ArmedScenarioModel(name=name, campaign=campaign, faults=[])
            scenarios.setdefault((name, campaign), empty).faults.append(model)
    return list(scenarios.values())
