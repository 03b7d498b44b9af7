"""FaultMethods: the part of a handle that arms faults and disarms them."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Unpack, overload

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning
from migma_mock.arming_listeners import tell
from migma_mock.faults import FAULTS
from migma_mock.faults.base import FaultKind
from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.arguments import HIDDEN, argument_error, argument_problems, to_members
from migma_mock.testing.armed_scenario import ArmedScenario
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.fault_handle import FaultHandle
from migma_mock.testing.handle_base import HandleBase
from migma_mock.testing.keyword_arguments import Distribution, ErrorArguments, FaultArguments

__tracebackhide__ = HIDDEN


@explain_calls()
class FaultMethods(HandleBase):
    """Arms faults on an account, and knows which of them were used."""

    def __init__(self, backend: AccountBackend) -> None:
        super().__init__(backend)
        self._armed: list[FaultHandle | ArmedScenario] = []

    def fail(self, status: int, **arguments: Unpack[ErrorArguments]) -> FaultHandle:
        """Answer with an error from now on: ``fail(503, times=2)``; without ``times``, until the fault is disarmed.

        Returns, raises and warns as :meth:`fault` does.
        """
        expect_used = arguments.pop("expect_used", None)
        return self._arm("fail", "status", {"status": status, **arguments}, expect_used=expect_used)

    # Each kind with its parameters, so that type checkers find those of another kind, and those that are missing.
    @overload
    def fault(
        self,
        kind: Literal["timeout", "reset", "empty-body", "invalid-json", "float-counts", "percent-rates"],
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(self, kind: Literal["status"], *, status: int, **arguments: Unpack[ErrorArguments]) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["html", "undocumented-status"], *, status: int = ..., **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["delay"],
        *,
        seconds: float | None = ...,
        distribution: Distribution | None = ...,
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["drip"], *, seconds: float = ..., pieces: int = ..., **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["reset-mid-body", "truncate"],
        *,
        after: int | None = ...,
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["wrong-content-length"], *, delta: int = ..., **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["wrong-content-type"], *, value: str = ..., **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["body"],
        *,
        status: int = ...,
        content_type: str | None = ...,
        headers: dict[str, str] = ...,
        body: Any = ...,
        text: str | None = ...,
        binary: str | None = ...,
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["set-field"],
        *,
        field: str,
        value: Any,
        on: Literal["success", "error"] | None = ...,
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["drop-field", "retype-field", "null-field"],
        *,
        field: str | list[str] = ...,
        **arguments: Unpack[FaultArguments],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["rename-field"], *, field: str = ..., to: str, **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    @overload
    def fault(
        self, kind: Literal["unknown-field"], *, name: str = ..., value: Any = ..., **arguments: Unpack[FaultArguments]
    ) -> FaultHandle: ...
    def fault(self, kind: FaultKind, *, expect_used: bool | None = None, **arguments: Any) -> FaultHandle:
        """Arm a fault of the closed list: ``fault("truncate", times=1)``.

        Args:
            kind: Its name.
            expect_used: True to fail the test if the fault was not applied as often as ``times`` says, or not once
                without ``times``; False not to; None for what the marker or the ini option says.
            arguments: Its parameters.

        Returns:
            The fault, as it is now: ``fault.applied``. As a context manager it is disarmed at the end.

        Raises:
            ArgumentError: There is no such kind, or an argument is unknown or has a value that it cannot have.

        Warns:
            IneffectiveFaultWarning: The fault may never change a reply; see docs/testing.md.
        """
        return self._arm("fault", kind, arguments, expect_used=expect_used)

    def _arm(self, call: str, kind: object, arguments: Mapping[str, Any], *, expect_used: bool | None) -> FaultHandle:
        require_expectation(call, expect_used)
        members = dict(arguments)
        if isinstance(kind, str) and kind in FAULTS:
            known = [member for member in FAULTS[kind].model_fields if member != "kind"]
            members = to_members(call, arguments, [*known, "expectUsed"])
        self._update_counts()
        armed = self._backend.arm({"kind": kind, **members})
        if isinstance(armed, list):
            raise ArgumentError(argument_problems(call, armed))
        try:
            for warning in armed.warnings:
                warnings.warn(warning, IneffectiveFaultWarning, stacklevel=4)
        except IneffectiveFaultWarning:  # where warnings are errors, the fault is not armed
            self._backend.disarm(armed.fault.id)
            raise
        text = f"{call}({', '.join(_as_written(call, kind, arguments))})"
        handle = FaultHandle(self._backend, armed.fault, text, expect_used=expect_used)
        self._remember(handle)
        return handle

    def _remember(self, armed: FaultHandle | ArmedScenario) -> None:
        self._armed.append(armed)
        tell(armed)

    @property
    def faults(self) -> list[FaultHandle]:
        """The armed faults, used up ones included, with their counts: ``mock.faults[0].applied``."""
        known = {fault.id: fault for fault in self._armed if isinstance(fault, FaultHandle)}
        return [known.get(armed.id) or FaultHandle(self._backend, armed) for armed in self._backend.faults]

    def disarm(self, fault: FaultHandle) -> None:
        """Disarm a fault that :meth:`fault` or :meth:`fail` returned; the same as ``fault.disarm()``."""
        if not isinstance(fault, FaultHandle):
            raise argument_error(
                "disarm(fault)", "what fault(…) or fail(…) returned", fault, "clear_faults() disarms all faults."
            )
        fault.disarm()

    def clear_faults(self) -> None:
        """Disarm all faults of the account."""
        self._settle_faults()
        self._backend.clear_faults()

    def assert_faults_used(self) -> None:
        """Fail if a fault that was armed here was not used up, unless it was armed with ``expect_used=False``.

        A fault is used up if it was applied as often as its ``times`` says; without ``times``, at least once. A
        scenario is if one of its faults was applied.

        Raises:
            AssertionError: With how often each of them was applied, and why not more often.
        """
        if text := self._unused_faults_text(by_default=True):
            raise AssertionError(text)

    def _unused_faults_text(self, *, by_default: bool) -> str:
        """Return the faults that should have been used up and were not, as text; "" if there are none.

        Each is told once: the next call tells only of others.

        Args:
            by_default: True to include those that were armed without ``expect_used``.
        """
        expected = [fault for fault in self._armed if (by_default if fault.expect_used is None else fault.expect_used)]
        unused = [fault for fault in expected if not fault.is_used]
        if not unused:
            return ""
        self._armed = [fault for fault in self._armed if fault not in unused]
        for fault in unused:
            fault.expect_used = False
        lines = [f"  {fault.explain_unused()}" for fault in unused]
        note = self._backend.requests().unknown_key_note
        return "\n".join(["faults that were not used up:", *lines, *([note] if note else [])])

    def _unused_at_end(self, error: type[BaseException] | None = None) -> str:
        """Return the unused faults of an account that is about to end, as text; expect nothing of its faults any more.

        Args:
            error: What ended it, which may be why they were not used: then they are not told.
        """
        unused = "" if error else self._unused_faults_text(by_default=False)
        for fault in self._armed:
            fault.expect_used = fault.expect_used and None  # False stays
        return unused

    def _update_counts(self) -> None:
        """Read the counts of all faults: one that is used up may make room for the next one, a scenario for itself."""
        armed = {fault.id: fault for fault in self._backend.faults} if self._armed else {}
        for fault in self._armed:
            fault.update(armed)

    def _settle_faults(self) -> None:
        """Read the counts of all faults for the last time, since they are about to be disarmed."""
        for fault in self._armed:
            fault.settle()


def require_expectation(call: str, expect_used: object) -> None:
    """Raise unless a call expects of what it arms that it is used, or not, or neither.

    Raises:
        ArgumentError: It is another value.
    """
    if expect_used is not None and not isinstance(expect_used, bool):
        raise argument_error(f"{call}(expect_used)", "True, False or None", expect_used)


def _as_written(call: str, kind: object, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the arguments of a call as the test may have written them."""
    first = "status" if call == "fail" else ""
    yield repr(arguments[first]) if first else repr(kind)
    yield from (f"{name}={value!r}" for name, value in arguments.items() if name != first)
