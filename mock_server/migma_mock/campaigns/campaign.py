"""Campaign: what the mock knows under one id, and the file that says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from migma_mock.campaigns.growth import GrowthFile
from migma_mock.campaigns.script import Script, Step, Then
from migma_mock.faults import FaultSpec
from migma_mock.messages.reply import Reply


class ScriptStep(NamedTuple):
    """One answer of a script: a reply, and the fault that applies_to it, if any."""

    reply: Reply
    fault: FaultSpec | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the mock knows under one id.

    Attributes:
        id, title, description: As the file has them.
        source: The file it came from, as shown to people.
        reply: What a request for it gets; of a growing campaign, until it is sent; of a script, at first.
        stats: Its stats, where they are fixed; else None.
        growth: How its stats grow; else None.
        script: Its answers one after the other; else empty.
        then: What comes after the last one.
        document: The file, as written.
    """

    id: str
    title: str
    description: str
    source: str
    reply: Reply
    stats: Mapping[str, Any] | None = None
    growth: GrowthFile | None = None
    script: tuple[Step[ScriptStep], ...] = ()
    then: Then = "last"
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_fixed(self) -> bool:
        """Whether its answer is always :attr:`reply`."""
        return self.growth is None and not self.script

    @property
    def answers(self) -> str:
        """How it answers, for lists: its status, or that this changes."""
        return "grows" if self.growth else "steps" if self.script else str(self.reply.status)

    def start(self) -> Script[ScriptStep]:
        """Its script from the beginning."""
        return Script(self.script, self.then)
