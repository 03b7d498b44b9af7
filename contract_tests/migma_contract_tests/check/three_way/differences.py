"""Differences between the published document, the contract and the live API, and which of them stands alone in each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migma_contract.finding import Finding, Level
from migma_contract.json_pointer import tokens
from migma_contract.rules.evaluate import Evaluation
from migma_contract_tests.check.three_way.accepted_requests import AcceptedRequests
from migma_contract_tests.results.three_way import Alone

if TYPE_CHECKING:
    # Loads the comparison of documents, which a check without a published document does not need.
    from migma_contract.openapi.diff import DocumentChange
    from migma_contract.openapi.published import PublishedDocument

_CONTENT_TYPE = " header Content-Type"
_ANY_NAME = re.compile(r"(\.\*|\.\(|\[\d).*")
"""The end of a place from a step that stands for many names, or for one item of a list."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding or a change, with what stands alone in it, and what each of the three has."""

    found: "Finding | DocumentChange"
    alone: Alone
    published: str
    contract: str
    live: str


def differences(
    by_contract: Evaluation,
    by_published: Evaluation | None,
    document: "PublishedDocument",
    requests: AcceptedRequests,
) -> Iterator[Difference]:
    """Yield each finding by the contract, and then each change and each finding by the published document alone.

    Args:
        by_contract: The run, judged by the contract.
        by_published: The run, judged by the published document; None if that does not have the operation.
        document: The published document.
        requests: The requests of the run that the API accepted.
    """
    if by_contract.lack:
        # Nothing of the API was seen, so that its answers show nothing about the documents.
        yield from (_unseen(change) for change in document.changes)
        return
    shown = _Shown(by_contract, by_published, document)
    yield from [shown.by_contract(finding) for finding in by_contract.findings]
    for change in document.changes:
        if change not in shown.explained:
            yield shown.by_document(change, requests)
    yield from shown.rest()


def _unseen(change: "DocumentChange") -> Difference:
    return Difference(change, "not-seen", change.got, change.expected, "not seen")


class _Shown:
    """The rows of findings by both documents; ``explained`` has the changes that the rows of findings include."""

    def __init__(self, by_contract: Evaluation, by_published: Evaluation | None, document: "PublishedDocument") -> None:
        self.explained: list[DocumentChange] = []
        self._changes = document.changes
        self._by_place: dict[str, list[DocumentChange]] = {}
        self._has_operation = by_published is not None
        findings, omitted = (by_published.findings, by_published.omitted) if by_published else ((), {})
        self._published = {(each.rule, each.where): each for each in findings}
        known = {(each.rule, each.where) for each in by_contract.findings}
        # Of a rule with more findings than an evaluation keeps, one may be missing only there.
        self._cut = by_contract.omitted.keys() | omitted.keys()
        self._only_published = [
            each for key, each in self._published.items() if key not in known and each.rule not in self._cut
        ]

    def by_contract(self, finding: Finding) -> Difference:
        """Return what a finding by the contract shows, and mark the changes that are about the same."""
        changes, same = self._about(finding), self._published.get((finding.rule, finding.where))
        if not self._has_operation:
            return Difference(finding, "live", "no such operation", finding.expected, finding.got)
        is_same = same is not None and same.expected == finding.expected
        if is_same or (not changes and (same or finding.rule in self._cut)):
            return Difference(finding, "live", finding.expected, finding.expected, finding.got)
        other = same or self._take_other(finding)
        self.explained += changes
        if other:
            return Difference(finding, "all", other.expected, finding.expected, finding.got)
        published = changes[0].got if changes else "as the live API"
        return Difference(finding, "contract", published, finding.expected, finding.got)

    def by_document(self, change: "DocumentChange", requests: AcceptedRequests) -> Difference:
        """Return what the run shows of a change that no finding by the contract is about."""
        shown = next((each for each in self._only_published if change in self._about(each)), None)
        if shown or requests.contradict(change):
            live = shown.got if shown else "as the contract"
            return Difference(change, "published", change.got, change.expected, live)
        return _unseen(change)

    def rest(self) -> Iterator[Difference]:
        """Yield the findings by the published document alone that no change explains: no client breaks by them."""
        for finding in self._only_published:
            if not self._about(finding):
                mild = replace(finding, level=Level.INFO, pointer="")
                yield Difference(mild, "published", finding.expected, "as the live API", finding.got)

    def _take_other(self, finding: Finding) -> Finding | None:
        """Remove and return the findings by the published document alone that are about the same place."""
        place = _place(finding)
        same = [each for each in self._only_published if _covers(place, _place(each)) or _covers(_place(each), place)]
        self._only_published = [each for each in self._only_published if each not in same]
        return same[0] if same else None

    def _about(self, finding: Finding) -> "list[DocumentChange]":
        """Return the changes at the place of a finding, or else at the nearest place around it."""
        place = _place(finding)
        if place not in self._by_place:
            lengths = [_nearest(change.places, place) for change in self._changes]
            longest = max(lengths, default=0)
            self._by_place[place] = [
                change for change, length in zip(self._changes, lengths, strict=True) if length == longest > 0
            ]
        return self._by_place[place]


def _place(finding: Finding) -> str:
    """Return the place of a finding as changes have it: ``200 .data.totalSent``."""
    status, slash, pointer = finding.where.partition(" /")
    if not slash:
        return finding.where
    steps = ("[]" if name == "*" else f".{name}" for name in tokens(f"/{pointer}"))
    return f"{status} {''.join(steps)}"


def _nearest(places: Sequence[str], place: str) -> int:
    """Return the length of the longest of the places that is this one or around it; 0 if none is."""
    if place.endswith(_CONTENT_TYPE):
        status = place.removesuffix(_CONTENT_TYPE)
        return max((len(each) for each in places if each.startswith(f"{status} ") and "/" in each), default=0)
    around = (_ANY_NAME.sub("", each) for each in places)
    return max((len(each) for each in around if _covers(each, place)), default=0)


def _covers(outer: str, inner: str) -> bool:
    return inner == outer or (bool(outer) and inner.startswith((f"{outer}.", f"{outer}[", f"{outer} .", f"{outer} [")))
