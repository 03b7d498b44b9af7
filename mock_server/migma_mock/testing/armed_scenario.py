"""ArmedScenario: a scenario that a test armed."""

from typing import Self

from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.fault_handle import FaultHandle


@explain_calls("scenario.")
class ArmedScenario:
    """A scenario that is armed on an account; as a context manager, it is disarmed at the end.

    Attributes:
        name: The name of the scenario.
        campaign_id: The only campaign that it is for; None for all replies of the account.
    """

    def __init__(self, backend: AccountBackend, name: str, campaign_id: str | None) -> None:
        self._backend = backend
        self.name = name
        self.campaign_id = campaign_id

    @property
    def faults(self) -> list[FaultHandle]:
        """Its armed faults, with their counts; empty if it is disarmed."""
        wanted = (self.name, self.campaign_id)
        armed = [each for each in self._backend.faults if (each.scenario, each.spec.campaign) == wanted]
        return [FaultHandle(self._backend, each) for each in armed]

    def disarm(self) -> None:
        """Disarm it; nothing happens if it is disarmed already."""
        self._backend.disarm_scenario(self.name, self.campaign_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.disarm()

    def __repr__(self) -> str:
        campaign = "" if self.campaign_id is None else f", campaign_id={self.campaign_id!r}"
        return f"<scenario {self.name}{campaign}: {'armed' if self.faults else 'disarmed'}>"
