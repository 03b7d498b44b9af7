"""FaultMethods: the part of a handle that arms faults."""

import warnings
from collections.abc import Mapping
from typing import Any, Unpack

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning
from migma_mock.faults import FAULTS, ArmedFault, FaultKind, parse_fault
from migma_mock.testing.arguments import HIDDEN, argument_error, argument_problems, to_members
from migma_mock.testing.handle_base import HandleBase
from migma_mock.testing.keyword_arguments import ErrorArguments, FaultArguments

__tracebackhide__ = HIDDEN

_DISARM_ALL = "clear_faults() disarms all faults."


class FaultMethods(HandleBase):
    """Arms faults on an account and disarms them."""

    def fail(self, status: int, **arguments: Unpack[ErrorArguments]) -> ArmedFault:
        """Answer with an error from now on: ``fail(503, times=2)``; without ``times``, until the fault is disarmed.

        Raises and warns as :meth:`fault` does.
        """
        return self._arm("fail", "status", {"status": status, **arguments})

    def fault(self, kind: FaultKind, **arguments: Unpack[FaultArguments]) -> ArmedFault:
        """Arm a fault of the closed list: ``fault("truncate", times=1)``.

        Raises:
            ArgumentError: There is no such kind, or an argument is unknown or has a value that it cannot have.

        Warns:
            IneffectiveFaultWarning: The fault may never change a reply; see docs/testing.md.
        """
        return self._arm("fault", kind, arguments)

    def _arm(self, call: str, kind: object, arguments: Mapping[str, Any]) -> ArmedFault:
        members = dict(arguments)
        if isinstance(kind, str) and kind in FAULTS:
            known = [member for member in FAULTS[kind].model_fields if member != "kind"]
            members = to_members(call, arguments, known)
        spec = parse_fault({"kind": kind, **members}, call, self._mock.contract)
        if isinstance(spec, list):
            raise ArgumentError(argument_problems(call, spec))
        state = self._account.state
        # Before it is armed: where warnings are errors, it is not.
        for warning in self._mock.engine.negotiator.arming_warnings(spec, state.faults.list(), state):
            warnings.warn(warning, IneffectiveFaultWarning, stacklevel=3)
        return self._change(lambda: state.faults.arm(spec))

    @property
    def faults(self) -> list[ArmedFault]:
        """The armed faults, used up ones included, with their counts: ``mock.faults[0].applied``."""
        return self._account.state.faults.list()

    def disarm(self, fault: ArmedFault) -> None:
        """Disarm a fault that :meth:`fault` or :meth:`fail` returned."""
        if not isinstance(fault, ArmedFault):
            raise argument_error("disarm(fault)", "what fault(…) or fail(…) returned", fault, _DISARM_ALL)
        self._change(lambda: self._account.state.faults.disarm(fault.id))

    def clear_faults(self) -> None:
        """Disarm all faults of the account."""
        self._change(self._account.state.faults.clear)
