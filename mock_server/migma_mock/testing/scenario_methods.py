"""ScenarioMethods: the part of a handle that arms scenarios."""

import warnings

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning
from migma_mock.scenarios import ScenarioName
from migma_mock.testing.arguments import HIDDEN, argument_problems
from migma_mock.testing.armed_scenario import ArmedScenario
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.fault_methods import FaultMethods, require_expectation

__tracebackhide__ = HIDDEN


@explain_calls()
class ScenarioMethods(FaultMethods):
    """Arms scenarios on an account, and faults alone."""

    def scenario(
        self, name: ScenarioName, *, campaign_id: str | None = None, expect_used: bool | None = None
    ) -> ArmedScenario:
        """Arm all faults of a scenario: ``scenario("outage-503")``; see docs/scenarios.md.

        Used as a context manager, it is disarmed at the end; ``disarm()`` of what it returns does the same.

        Args:
            name: One of the scenarios that ``migma-mock scenarios`` lists.
            campaign_id: The only campaign that it is for; None for all replies of the account.
            expect_used: True to fail the test if none of its faults was applied; False not to; None for what the
                marker or the ini option says.

        Raises:
            ArgumentError: There is no such scenario, the id is impossible, or the contract makes it impossible.

        Warns:
            IneffectiveFaultWarning: A fault of it may never change a reply; see docs/testing.md.
        """
        require_expectation("scenario", expect_used)
        self._update_counts()
        result = self._backend.arm_scenario({"name": name, "campaign": campaign_id})
        if isinstance(result, list):
            raise ArgumentError(argument_problems("scenario", result))
        armed = ArmedScenario(self._backend, name, campaign_id, result.faults, expect_used=expect_used)
        try:
            for warning in result.warnings:
                warnings.warn(warning, IneffectiveFaultWarning, stacklevel=3)
        except IneffectiveFaultWarning:  # where warnings are errors, it is not armed
            armed.disarm()
            raise
        self._remember(armed)
        return armed
