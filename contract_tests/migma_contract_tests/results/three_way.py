"""The part of a report on three things that can disagree: the published document, the contract and the live API."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from migma_contract.finding import Level
from migma_contract_tests.results.records import Record, Text

Alone = Literal["published", "contract", "live", "all", "not-seen"]
"""The corner that differs from the other two; ``all`` if all three differ, ``not-seen`` if no response shows it."""

Corner = Literal["agrees", "stands alone", "unclear", "not seen"]
"""The verdict on one of the three."""

Action = Literal["update-contract", "report-to-vendor", "expect-change", "ask-vendor", "none"]

_TODO: dict[tuple[Alone, bool], tuple[Action, str]] = {
    ("contract", True): (
        "update-contract",
        "Update openapi.json (the published document, or migma-contract patch), then fix fixtures and the client.",
    ),
    ("contract", False): (
        "update-contract",
        "Update openapi.json (the published document, or migma-contract patch). No client breaks.",
    ),
    ("live", True): (
        "report-to-vendor",
        "Report to the vendor: the API violates both documents. Until that is fixed, the client must expect it.",
    ),
    ("live", False): ("none", "Nothing must be done: no client breaks."),
    ("published", True): (
        "expect-change",
        "Ask the vendor: the published document is ahead of the API, or wrong. Prepare the client; keep openapi.json.",
    ),
    ("published", False): (
        "report-to-vendor",
        "Report to the vendor: the API does not do what the published document says. No client breaks.",
    ),
    ("all", True): (
        "ask-vendor",
        "Ask the vendor which is right. Until then, the client must expect what the API sends; keep openapi.json.",
    ),
    ("all", False): ("ask-vendor", "Ask the vendor which is right. No client breaks."),
    ("not-seen", True): (
        "expect-change",
        "Prepare the client for the change. Update openapi.json when a response shows it, or the vendor confirms it.",
    ),
    ("not-seen", False): ("none", "Nothing must be done: no client breaks."),
}
"""The advice, by what stands alone, and whether clients may break."""


def _action(members: dict[str, Any]) -> Action:
    return _TODO[members["alone"], members["level"] is not Level.INFO][0]


def _todo(members: dict[str, Any]) -> str:
    return _TODO[members["alone"], members["level"] is not Level.INFO][1]


class ThreeWayRow(Record):
    """A finding of the check, or a change of the published document, compared with the third."""

    rule: Annotated[
        Text, Field(description="Rule of the finding; or of the change, as `migma-contract diff` reports it.")
    ]
    level: Level
    where: Annotated[Text, Field(description="As in findings, or as in a comparison of documents.")]
    message: Annotated[Text, Field(description="One sentence on what differs. Wording may change.")]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{16}$", description="For the baseline.")]
    is_change: Annotated[
        bool, Field(description="True for a change of the published document, which is not among the findings.")
    ]
    line: Annotated[int | None, Field(ge=1, description="Line in the contract's file.")] = None
    alone: Annotated[Alone, Field(description="Which of the three differs from the other two.")]
    published: Annotated[Text, Field(description="What the published document has.")]
    contract: Annotated[Text, Field(description="What the contract has, and so the mock.")]
    live: Annotated[Text, Field(description="What the live API has.")]
    action: Action = Field(default_factory=_action, description="What to do.")
    todo: Text = Field(default_factory=_todo, description="What to do, in words. Wording may change.")
    accepted: Annotated[Text, Field(description="Reason and owner in the baseline that accepts it; else empty.")] = ""

    @property
    def needs_action(self) -> bool:
        """True if there is something to do about it."""
        return self.action != "none" and not self.accepted


class ThreeWayRecord(Record):
    """The published document, the contract (which the mock serves) and the live API, compared."""

    source: Annotated[Text, Field(description="File or URL of the published document.")]
    version: Annotated[Text, Field(description="The version of the API that it names.")]
    published: Annotated[Corner, Field(description="The verdict on the published document.")]
    contract: Annotated[Corner, Field(description="The verdict on the contract, and so on the mock.")]
    live: Annotated[Corner, Field(description="The verdict on the live API.")]
    notices: Annotated[tuple[Text, ...], Field(description="How the published document was read.")] = ()
    rows: Annotated[tuple[ThreeWayRow, ...], Field(description="Findings first, then changes.")] = ()

    def failing(self, fail_on: Level) -> list[ThreeWayRow]:
        """Return the changes of the published document that count as drift; findings count for themselves."""
        return [row for row in self.rows if row.is_change and not row.accepted and row.level.rank >= fail_on.rank]


def corners(rows: Iterable[ThreeWayRow], *, is_live_seen: bool) -> dict[str, Corner]:
    """Return the verdict on each of the three, by its name."""
    found = {row.alone for row in rows if row.needs_action}
    verdicts: dict[str, Corner] = {}
    for name in ("published", "contract", "live"):
        is_unclear = "all" in found or ("not-seen" in found and name != "live")
        verdicts[name] = "stands alone" if name in found else "unclear" if is_unclear else "agrees"
    return verdicts if is_live_seen else verdicts | {"live": "not seen"}
