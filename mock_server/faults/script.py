"""Script: a campaign whose answers come one after the other, and how fixtures write one."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, Self, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mock_server.faults.catalogue import FaultSpec
from mock_server.file_format import ReplyFile, Strict

MAX_STEPS = 100
MAX_TIMES = 1_000_000

Then = Literal["last", "loop"]

T = TypeVar("T")


class StepFile(Strict):
    """One step: ``{"stats": {…}}``, ``{"reply": {…}, "times": 2}``, or either or neither with a ``fault``."""

    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other answer, instead of stats.")
    fault: FaultSpec | None = Field(
        default=None, description="Befalls this step's answer; alone, that of the script's first step with stats."
    )
    times: int = Field(default=1, ge=1, le=MAX_TIMES, description="How many requests in a row get it.")

    @model_validator(mode="after")
    def _has_an_answer(self) -> Self:
        if self.stats is not None and self.reply is not None:
            raise PydanticCustomError("step", "either 'stats' or 'reply'")
        if self.stats is None and self.reply is None and self.fault is None:
            raise PydanticCustomError("step", "'stats', 'reply' or 'fault'")
        fault = self.fault
        if fault and (fault.campaign is not None or fault.times is not None or fault.probability != 1):
            raise PydanticCustomError("step", "a fault without campaign, times and probability: the step has its own")
        return self

    @property
    def has_answer(self) -> bool:
        """Whether it says itself what is answered, and is no fault alone."""
        return self.stats is not None or self.reply is not None


class ScriptFile(Strict):
    """Members of a campaign file that has a script: ``"replies": […], "then": "last"``."""

    replies: Annotated[list[StepFile], Field(min_length=1, max_length=MAX_STEPS)] = Field(
        description="The answers, in order."
    )
    then: Then = Field(default="last", description="After the last: `last` repeats it for ever, `loop` starts again.")

    @model_validator(mode="after")
    def _faults_have_an_answer_to_befall(self) -> Self:
        lonely = any(not step.has_answer for step in self.replies)
        if lonely and all(step.stats is None for step in self.replies):
            raise PydanticCustomError("script", "a step with 'stats', which a fault that stands alone befalls")
        return self

    @property
    def first_with_stats(self) -> int:
        """Which step's answer is befallen by a fault that stands alone."""
        return next(index for index, step in enumerate(self.replies) if step.stats is not None)


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
