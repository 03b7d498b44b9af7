"""A rule broken at a place."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters. What the vendor documents is breaking, what is derived a warning."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for breaking: for comparisons with ``--fail-on``."""
        return ("info", "warning", "breaking").index(self.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found at one place.

    Attributes:
        rule: The rule's id.
        level: Of this finding; the rule's, or lower where the case is milder.
        where: Status and JSON pointer, ``200 /data/openRate``; only the status where the body is not
            the place (``401``), ``header Retry-After`` for headers, ``-`` where no response came.
            It never holds an id, a value or a count that changes from run to run.
        message: One sentence that says what happened.
        expected: What would have held.
        got: What came.
        exchange: Index of the exchange that shows it, in the report's list.
        pointer: Place in openapi.json that asks for it (JSON pointer); "" where the rule has another source.
    """

    rule: str
    level: Level
    where: str
    message: str
    expected: str
    got: str
    exchange: int
    pointer: str = ""

    @property
    def fingerprint(self) -> str:
        """Rule and place, hashed: survives rewording, reordering, and edits of the document."""
        return fingerprint(self.rule, self.where)


def fingerprint(rule: str, where: str) -> str:
    """What identifies a finding from run to run: its rule and place, as 16 hexadecimal digits."""
    return hashlib.sha256(f"{rule}\n{where}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
