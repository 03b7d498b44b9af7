"""Campaign: what the mock knows under one id; and Script: the replies that it gives one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from migma_contract.errors import Problem
from migma_mock.campaigns.growth import GrowthFile
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


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with fixed stats, growing stats, or a scripted reply.

    Attributes:
        id, title, description: As in its file.
        source: Its file, as shown to people.
        reply: The reply to a request; for a growing campaign the one before it is sent, for a script the first one.
        stats: Its stats if they are fixed, else None.
        growth: How its stats grow, or None.
        script: Its replies one after the other, or None.
        document: The content of its file.
        warnings: What in it may be a mistake, although it is served.
    """

    id: str
    title: str
    description: str
    source: str
    reply: Reply
    stats: Mapping[str, Any] | None = None
    growth: GrowthFile | None = None
    script: Script | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    warnings: tuple[Problem, ...] = ()

    def is_like(self, other: "Campaign | None") -> bool:
        """True if another campaign answers in the same way; its file may have another name."""
        return other is not None and replace(self, source=other.source, warnings=other.warnings) == other

    @property
    def is_fixed(self) -> bool:
        """True if every request gets :attr:`reply`."""
        return self.growth is None and self.script is None

    @property
    def status_label(self) -> str:
        """The status of its reply, for lists; ``grows`` or ``steps`` if the reply changes."""
        if self.growth:
            return "grows"
        return "steps" if self.script else str(self.reply.status)
