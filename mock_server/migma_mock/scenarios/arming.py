"""Choose scenarios by their names, and get their faults ready to be armed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from migma_contract.errors import Problem, SettingsError
from migma_contract.openapi import Contract
from migma_contract.rate_unit import RateUnit
from migma_contract.stats import with_rates_in
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.armed import InitialFault
from migma_mock.faults.base import FaultSpec
from migma_mock.faults.kinds.set_field import SetField
from migma_mock.input_models import CampaignId, Strict, model_problems
from migma_mock.scenarios.catalogue import SCENARIO_NAMES, load_scenario


def _require_name(name: str) -> str:
    if name not in SCENARIO_NAMES:
        got = f"{describe_json(name)}{did_you_mean(name, SCENARIO_NAMES)}"
        words = {"names": ", ".join(SCENARIO_NAMES), "got": got}
        raise PydanticCustomError("scenario", "one of {names}, got {got}", words)
    return name


_KnownName = Annotated[str, AfterValidator(_require_name), WithJsonSchema({"type": "string", "enum": SCENARIO_NAMES})]


class ScenarioChoice(Strict):
    """A scenario, and which replies it is for."""

    name: _KnownName = Field(description="The name of the scenario.")
    campaign: CampaignId | None = Field(
        default=None, description="Only replies for this campaign id; null: all replies of the account."
    )


@dataclass(frozen=True)
class ChosenScenario:
    """A scenario that can be armed.

    Attributes:
        name: Its name.
        campaign: The campaign that it is for; None for all replies.
        faults: Its faults, each for that campaign.
    """

    name: str
    campaign: str | None
    faults: Sequence[FaultSpec]


def parse_scenario(document: Any, source: str, contract: Contract) -> ChosenScenario | list[Problem]:
    """Return a scenario that is chosen by parsed JSON, or every problem with it.

    Args:
        document: The choice as users write it: ``{"name": "outage-503", "campaign": "spring-sale"}``.
        source: The name of the document, for messages.
        contract: The contract that replies satisfy; it may make a scenario impossible.
    """
    try:
        choice = ScenarioChoice.model_validate(document)
    except ValidationError as error:
        return list(model_problems(error, source, ScenarioChoice))
    # Without a campaign, the fault is as short in JSON as in its file.
    update = {} if choice.campaign is None else {"campaign": choice.campaign}
    scenario = load_scenario(choice.name)
    faults = [_with_rates_in(contract.rates, fault).model_copy(update=update) for fault in scenario.faults]
    problems = [problem for fault in faults for problem in fault.contract_problems(contract)]
    if problems:
        return [problem._replace(file=source, pointer="/name") for problem in problems]
    return ChosenScenario(choice.name, choice.campaign, faults)


def _with_rates_in(unit: RateUnit, fault: FaultSpec) -> FaultSpec:
    """Return a fault whose stats, if it sets any, have their rates in a unit; files have fractions."""
    if not isinstance(fault, SetField) or not isinstance(fault.value, dict):
        return fault
    return fault.model_copy(update={"value": with_rates_in(fault.value, "fraction", unit)})


def faults_at_start(names: Iterable[str], contract: Contract) -> list[InitialFault]:
    """Return the faults of the scenarios that the setting ``scenario`` names.

    Raises:
        SettingsError: There is no such scenario, or it is impossible under the contract; with every reason.
    """
    faults: list[InitialFault] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        scenario = parse_scenario({"name": name}, "--scenario", contract)
        if isinstance(scenario, ChosenScenario):
            faults += [InitialFault(fault, name) for fault in scenario.faults]
        else:
            problems += [problem._replace(pointer="") for problem in scenario]
    if problems:
        raise SettingsError(problems, "`migma-mock scenarios` lists all with what each does.")
    return faults
