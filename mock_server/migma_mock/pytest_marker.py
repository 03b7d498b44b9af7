"""The marker ``migma_mock``: its arguments, and which of several markers of a test counts."""

from typing import Any

import pytest

MARKER = "migma_mock(empty=False, plan='unlimited', key_seed=None, start=None, strict=None, expect_used=None)"
_ARGUMENTS = ("empty", "plan", "key_seed", "start", "strict", "expect_used")
_SWITCHES = ("strict", "expect_used")


def account_options(node: pytest.Item) -> dict[str, Any]:
    """Return how the account of a test starts; markers of the test override those of its class and module."""
    options: dict[str, Any] = {}
    for mark in node.iter_markers("migma_mock"):
        options = dict(mark.kwargs) | options
    return {name: value for name, value in options.items() if name not in _SWITCHES}


def require_valid_markers(node: pytest.Item) -> None:
    """Fail a test whose markers have an unknown argument, or a switch that is not True, False or None."""
    for mark in node.iter_markers("migma_mock"):
        misspelt = [name for name in mark.kwargs if name not in _ARGUMENTS]
        if mark.args or misspelt:
            from migma_contract.suggestions import did_you_mean

            hint = did_you_mean(misspelt[0], _ARGUMENTS) if misspelt else ""
            unknown = ", ".join([*map(repr, mark.args), *misspelt])
            pytest.fail(f"the marker is {MARKER}; it does not take {unknown}{hint}", pytrace=False)
        for name in _SWITCHES:
            value = mark.kwargs.get(name)
            if value is not None and not isinstance(value, bool):
                pytest.fail(
                    f"the marker migma_mock({name}): expected True, False or None, got {value!r}", pytrace=False
                )


def is_on(node: pytest.Item | pytest.Collector, argument: str, option: str) -> bool:
    """Return an argument of the nearest marker that has it, or else the ini option."""
    given = (mark.kwargs.get(argument) for mark in node.iter_markers("migma_mock"))
    value = next((value for value in given if value is not None), None)
    return bool(node.config.getini(option) if value is None else value)
