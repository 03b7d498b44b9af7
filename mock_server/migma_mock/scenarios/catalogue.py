"""The scenarios by name: one file each."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from migma_mock.scenarios.scenario import Scenario

ScenarioName = Literal[
    "outage-503",
    "outage-522",
    "connection-reset",
    "flaky-5-percent",
    "slow-tail",
    "quota-exhausted",
    "key-expired",
    "firewall-page",
    "login-page",
    "other-error-format",
    "error-with-200",
    "accepted-without-stats",
    "eventual-consistency",
    "stale-cache",
    "wrong-campaign",
    "empty-stats",
    "renamed-field",
    "null-counts",
    "numbers-as-text",
    "float-counts",
    "percent-rates",
    "scanner-burst",
    "mpp-on",
    "mpp-off",
]
"""The names of all scenarios, so that type checkers and editors know them; each has a file of this name."""

SCENARIO_NAMES: tuple[str, ...] = get_args(ScenarioName)

_FOLDER = Path(__file__).with_name("files")


@cache
def load_scenario(name: str) -> Scenario:
    """Return the scenario of one of :data:`SCENARIO_NAMES`."""
    return Scenario.model_validate_json((_FOLDER / f"{name}.json").read_bytes())


def load_scenarios() -> Mapping[str, Scenario]:
    """Return all scenarios by name."""
    return {name: load_scenario(name) for name in SCENARIO_NAMES}
