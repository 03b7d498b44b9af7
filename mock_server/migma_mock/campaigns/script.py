"""Script: the replies that a campaign gives one after the other."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from migma_mock.faults.base import FaultSpec
from migma_mock.messages.reply import Reply

Then = Literal["last", "loop"]


class ScriptStep(NamedTuple):
    """One step of a script: a reply, the fault to apply to it if any, and how many requests in a row get it."""

    reply: Reply
    fault: FaultSpec | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Script:
    """The steps of a scripted campaign.

    Attributes:
        steps: At least one.
        then: After the last step, ``last`` repeats it and ``loop`` starts again.
    """

    steps: tuple[ScriptStep, ...]
    then: Then = "last"

    def step_for(self, number: int) -> ScriptStep:
        """Return the step for a request, counted from 0."""
        if self.then == "loop":
            number %= sum(step.times for step in self.steps)
        for step in self.steps:
            if number < step.times:
                return step
            number -= step.times
        return self.steps[-1]
