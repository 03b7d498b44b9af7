"""DocumentChange: a change of a contract for its clients."""

from dataclasses import dataclass

from migma_contract.finding import Level, fingerprint


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A change between two documents, once for all operations that it affects.

    Attributes:
        rule: Id of the rule.
        level: The rule's level, or info if the document says that nobody may rely on the operation.
        where: Where it is: an operation and a place in it, or a JSON pointer to a part that several operations share.
        message: One sentence that says what changed, with the first operation that it affects.
        expected: What the old document has.
        got: What the new one has.
        pointer: JSON pointer into the old document.
        new_pointer: JSON pointer into the new one.
        operations: The operations that it affects, such as ``GET /pets/{id}``.
        places: Its places in the operations, without their names: ``200 .data.name``, ``header X-Team``.
    """

    rule: str
    level: Level
    where: str
    message: str
    expected: str
    got: str
    pointer: str
    new_pointer: str
    operations: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Hash of rule and place; it stays the same when texts, the order of changes or other parts change."""
        return fingerprint(self.rule, self.where)
