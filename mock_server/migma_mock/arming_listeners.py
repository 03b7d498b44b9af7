"""The listeners that are told of the faults and scenarios that handles in this process arm.

It imports nothing of the mock, since the pytest plugin imports it in every session.
"""

from collections.abc import Callable
from typing import Any

listeners: list[Callable[[Any], object]] = []
"""The last one is called with each armed fault or scenario: a run of pytest within another one has its own."""


def tell(armed: Any) -> None:
    """Tell the last listener, if there is one, of a fault or scenario that was armed."""
    if listeners:
        listeners[-1](armed)
