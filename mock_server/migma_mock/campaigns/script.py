"""Script: a campaign whose answers come one after the other, and how fixtures write one."""

from collections.abc import Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

Then = Literal["last", "loop"]

T = TypeVar("T")


class Step(NamedTuple, Generic[T]):
    """An item of a script, and how many times in a row it comes."""

    item: T
    times: int = 1


class Script(Generic[T]):
    """Items one after the other, the last for ever or all of them again. What an item is, is the caller's matter.

    Args:
        steps: At least one, each at least once.
        then: What comes after the last one's times.
    """

    def __init__(self, steps: Sequence[Step[T]], then: Then = "last") -> None:
        if not steps or any(step.times < 1 for step in steps):
            message = "a script has at least one step, and each comes at least once"
            raise ValueError(message)
        self._steps = tuple(steps)
        self._then = then
        self._index = self._repeats = 0

    @property
    def position(self) -> tuple[int, int]:
        """Which step is next (from 0), and how often it came already."""
        return self._index, self._repeats

    def next(self) -> T:
        """The item for the next request."""
        step = self._steps[self._index]
        is_last = self._index == len(self._steps) - 1
        if self._repeats + 1 < step.times:
            self._repeats += 1
        elif not is_last:
            self._index, self._repeats = self._index + 1, 0
        elif self._then == "loop":
            self._index = self._repeats = 0
        return step.item

    def reset(self) -> None:
        """Start again."""
        self._index = self._repeats = 0
