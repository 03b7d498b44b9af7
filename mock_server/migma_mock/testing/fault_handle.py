"""FaultHandle: a fault that a test armed, as it is now."""

import reprlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

from migma_contract.errors import MigmaError
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.faults import ArmedFault, FaultSpec
from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.arguments import HIDDEN, argument_error, to_argument
from migma_mock.testing.explained_calls import explain_calls

__tracebackhide__ = HIDDEN


@explain_calls("fault.")
class FaultHandle:
    """A fault that is armed on an account; its counts grow with the requests.

    As a context manager it is disarmed at the end, and fails if it was armed with ``expect_used`` and not used up.

    Attributes:
        id: ``fault-1``, ``fault-2`` …, unique within the account.
        spec: The fault as it was armed.
        expect_used: True to fail if it is not used up, False not to; None for the choice of the account.
    """

    def __init__(
        self, backend: AccountBackend, armed: ArmedFault, call: str = "", *, expect_used: bool | None = None
    ) -> None:
        self.id = armed.id
        self.spec: FaultSpec = armed.spec
        self.expect_used = expect_used
        self._backend = backend
        self._call = call or _as_written(armed)
        self._latest = armed
        self._is_armed = True

    def __repr__(self) -> str:
        with suppress(MigmaError):  # its account is gone
            self._now()
        times = "" if self.spec.times is None else f" of {self.spec.times}"
        return f"<{self.id}: {self._call}, applied {self._latest.applied}{times} times>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FaultHandle) and other._backend is self._backend and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def account_name(self) -> str:
        """The name of its account for people."""
        return self._backend.account_name

    @property
    def eligible(self) -> int:
        """The number of replies it could have been applied to, those that it skipped included."""
        return self._now().eligible

    @property
    def applied(self) -> int:
        """The number of these it was applied to."""
        return self._now().applied

    @property
    def exhausted(self) -> bool:
        """True if it was applied as many times as its ``times`` allows."""
        return self._now().exhausted

    @property
    def is_armed(self) -> bool:
        """True until it is disarmed."""
        self._now()
        return self._is_armed

    @property
    def is_used(self) -> bool:
        """True if it is exhausted; without ``times``, if it was applied at least once."""
        return self.exhausted if self.spec.times is not None else self.applied > 0

    def disarm(self) -> None:
        """Disarm it; nothing happens if it is disarmed already."""
        if self._is_armed:
            self.settle()
            self._backend.disarm(self.id)

    def settle(self) -> None:
        """Read its counts for the last time, since it is about to be disarmed."""
        self._now()
        self._is_armed = False

    def _now(self) -> ArmedFault:
        if self._is_armed:
            self.update({fault.id: fault for fault in self._backend.faults})
        return self._latest

    def update(self, armed: Mapping[str, ArmedFault]) -> None:
        """Take its counts from the faults that are armed on the account, by id."""
        if self._is_armed:
            found = armed.get(self.id)
            self._is_armed = found is not None
            self._latest = found or self._latest

    def __enter__(self) -> Self:
        if not self.is_armed:
            hint = "A fault is armed once. Arm another one for each block."
            raise argument_error("with fault", "a fault that is armed", self, hint)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.disarm()
        is_expected, self.expect_used = self.expect_used, False  # it is told once
        if error is None and is_expected and not self.is_used:
            raise AssertionError(f"the fault was not used up: {self.explain_unused()}")

    def explain_unused(self) -> str:
        """Return how often it was applied, and why not more often."""
        times = f"{self.applied} times" if self.spec.times is None else f"{self.applied} of {self.spec.times} times"
        return f"{self._call} was applied {times}, since {self.explain_miss()}"

    def explain_miss(self) -> str:
        """Return why it was not applied more often."""
        try:
            requests, spec, eligible = self._backend.requests().entries, self.spec, self.eligible
        except UnknownAccountError:
            return "its account was deleted before"
        if not requests:
            return "no request came with a key of this account"
        if spec.campaign is not None and all(request.campaign_id != spec.campaign for request in requests):
            return f"no request was for campaign {spec.campaign!r}"
        if not eligible:
            return f"it could change none of the replies to {_count(len(requests), 'request')}"
        skipped = f" and skips the first {spec.skip}" if spec.skip else ""
        selected = f", and applies to each with a probability of {spec.probability:g}" if spec.probability < 1 else ""
        return f"it could change no more than {_count(eligible, 'reply', 'replies')}{skipped}{selected}"


def _as_written(armed: ArmedFault) -> str:
    """Return the call that arms such a fault, and the scenario that did."""
    given = armed.spec.model_dump(exclude={"kind"}, exclude_unset=True)
    arguments = [
        repr(armed.spec.kind),
        *(f"{to_argument(name)}={reprlib.repr(value)}" for name, value in given.items()),
    ]
    return f"fault({', '.join(arguments)})" + (f" of scenario {armed.scenario!r}" if armed.scenario else "")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
