"""ExpectedFaults: the faults that tests and fixtures armed on any account, until what armed them is over."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from migma_mock.arming_listeners import listeners


class _Armed(NamedTuple):
    """A fault or scenario.

    Attributes:
        handle: What the call returned.
        scope: The test that armed it, or what the fixture that did is for: a class, a module, the session. None for the
            whole run, if that was before the first test.
        test: The id of the test that ran then; "" before the first.
    """

    handle: Any
    scope: object
    test: str


class ExpectedFaults:
    """A plugin that knows what was armed with ``expect_used``, and by which test or fixture.

    Args:
        is_expected: Returns True if what a test or its module arms without ``expect_used`` has to be used.
    """

    def __init__(self, is_expected: Callable[[Any], bool]) -> None:
        self._is_expected = is_expected
        self._armed: list[_Armed] = []
        self._scope: Any = None
        self._test = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Listen until this run of pytest is over."""
        listeners.append(self._note)
        config.add_cleanup(lambda: listeners.remove(self._note))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Count what is armed from now on as armed by this test."""
        self._scope, self._test = item, item.nodeid
        try:
            return (yield)
        finally:
            self._scope = None

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, request: pytest.FixtureRequest) -> Any:
        """Count what a fixture arms as armed by what it is set up for."""
        outer, self._scope = self._scope, request.node
        try:
            return (yield)
        finally:
            self._scope = outer

    def _note(self, handle: Any) -> None:
        if handle.expect_used is None and self._scope is not None and self._is_expected(self._scope):
            handle.expect_used = True
        if handle.expect_used:
            self._armed.append(_Armed(handle, self._scope, self._test))

    def unused(self, item: pytest.Item, next_item: pytest.Item | None, *, has_failed: bool) -> str:
        """Return what should have been used up by now and was not, as text; "" if there is nothing.

        Args:
            item: The test that ends.
            next_item: The next one; what both belong to is not over.
            has_failed: True if the test failed, which may be why its own faults were not used.
        """
        if not self._armed:
            return ""
        from migma_contract.errors import MigmaError

        lasting = [None, *next_item.listchain()] if next_item else []
        over = [each for each in self._armed if each.scope not in lasting]
        self._armed = [each for each in self._armed if each.scope in lasting]
        lines = []
        for handle, scope, test in over:
            if not handle.expect_used or (has_failed and scope is item):
                continue
            try:
                reason = "" if handle.is_used else handle.explain_unused()
            except MigmaError as error:  # its mock cannot be reached any more
                reason = f"{handle!r}: {error}"
            if reason:
                by = f" by {test}" if test else ""
                lines.append(f"  {reason} (armed{by} on account {handle.account_name})")
        return "\n".join(["faults that were not used up:", *lines]) if lines else ""
