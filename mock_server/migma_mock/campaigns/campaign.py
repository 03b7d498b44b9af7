"""Campaign: what the mock knows under one id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migma_mock.campaigns.growth import GrowthFile
from migma_mock.campaigns.script import Script
from migma_mock.messages.reply import Reply


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
