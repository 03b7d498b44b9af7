"""The report of a comparison of two documents: each change is a finding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from migma_contract.finding import Level
from migma_contract.openapi.diff import Difference, DocumentChange
from migma_contract_tests.results.baseline import Baseline, apply
from migma_contract_tests.results.records import AcceptedRecord, ContractRecord, FindingRecord, RequestCounts
from migma_contract_tests.results.report import Report

Line = Callable[[str], int | None]
"""Returns the line of a JSON pointer in a document; None if it is not known."""


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """One of the two documents.

    Attributes:
        source: Its file or URL, as reports name it.
        version: The version that it says it has.
        line: Finds the lines of JSON pointers.
        notices: Sentences for the user about how it was read.
    """

    source: str
    version: str
    line: Line
    notices: Sequence[str] = ()


def document_report(
    documents: tuple[ComparedDocument, ComparedDocument],
    difference: Difference,
    baseline: Baseline | None,
    *,
    started: datetime,
    elapsed: float,
    fail_on: Level,
    complete: bool,
) -> Report:
    """Return the report.

    Args:
        documents: The old document and the new one.
        difference: What changed.
        baseline: Accepts changes; None accepts nothing.
        started: UTC.
        elapsed: Seconds.
        fail_on: The lowest level of a change that fails.
        complete: True if all operations were compared: then an entry of the baseline without a change is out of date.
    """
    old, new = documents
    applied = apply(baseline, difference.changes, started.date(), complete=complete)
    is_broken = any(change.level.rank >= fail_on.rank for change in applied.open)
    return Report(
        kind="diff",
        contract=ContractRecord(source=old.source, version=old.version),
        target=new.source,
        started=started,
        elapsed=elapsed,
        verdict="drift" if is_broken else "conforms",
        fail_on=fail_on,
        requests=RequestCounts(sent=0, max=0),
        operations=difference.operations,
        notices=(*old.notices, *new.notices, *_unread(documents, difference)),
        findings=tuple(_record(change, documents) for change in applied.open),
        accepted=tuple(
            AcceptedRecord(finding=_record(one.finding, documents), reason=one.reason, owner=one.owner)
            for one in applied.accepted
        ),
        baseline_notes=applied.notes,
    )


def _record(change: DocumentChange, documents: tuple[ComparedDocument, ComparedDocument]) -> FindingRecord:
    old, new = documents
    lines = {"line": old.line(change.pointer), "new_line": new.line(change.new_pointer)}
    return FindingRecord.model_validate(change).model_copy(update=lines)


def _unread(documents: tuple[ComparedDocument, ComparedDocument], difference: Difference) -> list[str]:
    """Return a sentence for each document with references that were not followed."""
    return [
        f"{document.source}: {len(references)} references lead to no place in it, and what they stand for was not "
        f"compared; the first is {references[0]}."
        for document, references in zip(documents, difference.unread, strict=True)
        if references
    ]
