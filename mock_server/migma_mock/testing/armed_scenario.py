"""ArmedScenario: a scenario that a test armed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Self

from migma_contract.errors import MigmaError
from migma_mock.faults import ArmedFault
from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.arguments import HIDDEN, argument_error
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.fault_handle import FaultHandle

__tracebackhide__ = HIDDEN


@explain_calls("scenario.")
class ArmedScenario:
    """A scenario that is armed on an account.

    As a context manager it is disarmed at the end, and fails if it was armed with ``expect_used`` and not used.

    Attributes:
        name: The name of the scenario.
        campaign_id: The only campaign that it is for; None for all replies of the account.
        expect_used: True to fail if it is not used, False not to; None for the choice of the account.
    """

    def __init__(
        self,
        backend: AccountBackend,
        name: str,
        campaign_id: str | None,
        faults: Sequence[ArmedFault],
        *,
        expect_used: bool | None = None,
    ) -> None:
        self.name = name
        self.campaign_id = campaign_id
        self.expect_used = expect_used
        self._backend = backend
        campaign = "" if campaign_id is None else f", campaign_id={campaign_id!r}"
        self._call = f"scenario({name!r}{campaign})"
        self._handles = [FaultHandle(backend, each) for each in faults]

    @property
    def account_name(self) -> str:
        """The name of its account for people."""
        return self._backend.account_name

    @property
    def faults(self) -> list[FaultHandle]:
        """Its armed faults, with their counts; empty if it is disarmed."""
        return [each for each in self._handles if each.is_armed]

    @property
    def is_used(self) -> bool:
        """True if at least one of its faults was applied."""
        return any(each.applied for each in self._handles)

    def disarm(self) -> None:
        """Disarm it; nothing happens if it is disarmed already."""
        self.settle()
        self._backend.disarm_scenario(self.name, self.campaign_id)

    def settle(self) -> None:
        """Read the counts of its faults for the last time, since it is about to be disarmed."""
        for each in self._handles:
            each.settle()

    def update(self, armed: Mapping[str, ArmedFault]) -> None:
        """Take the counts of its faults from those that are armed on the account, by id."""
        for each in self._handles:
            each.update(armed)

    def explain_unused(self) -> str:
        """Return why none of its faults was applied."""
        return f"{self._call} was applied 0 times, since {self._handles[0].explain_miss()}"

    def __enter__(self) -> Self:
        if not self.faults:
            hint = "A scenario is armed once. Arm it again for each block."
            raise argument_error("with scenario", "a scenario that is armed", self, hint)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.disarm()
        is_expected, self.expect_used = self.expect_used, False  # it is told once
        if error is None and is_expected and not self.is_used:
            raise AssertionError(f"the scenario was not used: {self.explain_unused()}")

    def __repr__(self) -> str:
        campaign = "" if self.campaign_id is None else f", campaign_id={self.campaign_id!r}"
        is_armed = False
        with suppress(MigmaError):  # its account is gone
            is_armed = bool(self.faults)
        return f"<scenario {self.name}{campaign}: {'armed' if is_armed else 'disarmed'}>"
