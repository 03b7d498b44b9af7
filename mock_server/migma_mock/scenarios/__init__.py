"""Scenarios: named sets of faults that play what clients meet in production.

Each is a file in ``files/``, which is named after the scenario and read when it is needed.
"""

from migma_mock.scenarios.arming import ChosenScenario, faults_at_start, parse_scenario
from migma_mock.scenarios.catalogue import SCENARIO_NAMES, ScenarioName, load_scenario, load_scenarios
from migma_mock.scenarios.scenario import Scenario, Verdict

__all__ = [
    "SCENARIO_NAMES",
    "ChosenScenario",
    "Scenario",
    "ScenarioName",
    "Verdict",
    "faults_at_start",
    "load_scenario",
    "load_scenarios",
    "parse_scenario",
]
