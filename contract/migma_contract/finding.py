"""Finding: a violated rule at one place."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """The severity of a finding. Violations of documented behaviour are breaking, of derived behaviour warnings."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for breaking."""
        return _RANKS[self]


_RANKS = {Level.INFO: 0, Level.WARNING: 1, Level.BREAKING: 2}


def lowest(*levels: Level | None) -> Level:
    """Return the least serious of the given levels."""
    return min((level for level in levels if level is not None), key=_RANKS.__getitem__)


class Violation(NamedTuple):
    """A violated rule at one place of one exchange; :mod:`migma_contract.rules.evaluate` makes the Finding from it.

    Attributes:
        where, message, expected, got, pointer: As in Finding.
        level: Set only if this case is less serious than the rule's own level.
        exchange: Index of the exchange in the run.
    """

    where: str
    message: str
    expected: str
    got: str
    pointer: str = ""
    level: Level | None = None
    exchange: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A violated rule at one place.

    Attributes:
        rule: Id of the rule.
        level: The rule's level, or a lower one for a less serious case.
        where: Status and JSON pointer, ``200 /data/openRate``; only the status (``401``) if the body is not
            the place, ``header Retry-After`` for headers, ``-`` without a response.
            It never contains an id, a value or a count that changes from run to run.
        message: One sentence that says what is wrong.
        expected: What the rule requires.
        got: What the response has.
        exchange: Index of the exchange that shows it, in the report's list.
        pointer: JSON pointer to the place in openapi.json that requires it; "" if the rule has another source.
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
        """Hash of rule and place; it stays the same when texts, the order of findings or the document change."""
        return fingerprint(self.rule, self.where)


def fingerprint(rule: str, where: str) -> str:
    """Return the identity of a finding across runs: 16 hexadecimal digits made from its rule and place."""
    return hashlib.sha256(f"{rule}\n{where}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
