"""Evidence: the finding and the response that a change of a document is made from."""

from typing import NamedTuple


class Evidence(NamedTuple):
    """One observation that the document does not allow.

    Attributes:
        rule: Id of the rule that reports it.
        where: The place in the response, as the finding has it: ``200 /data/openRate``.
        exchange: Index of the exchange that shows it, in the report.
        seen: What was seen there, with its JSON type.
    """

    rule: str
    where: str
    exchange: int
    seen: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.where}: {self.seen} in exchange {self.exchange}"
