"""``migma-contract diff``: read two documents, compare them, and report what changed for clients."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from migma_contract.errors import ContractError, Problem
from migma_contract.finding import Level
from migma_contract.openapi.diff import Difference, Operation, diff
from migma_contract.openapi.operation_finder import is_stats_operation
from migma_contract.openapi.reading import ReadDocument, read_document
from migma_contract.openapi.sources import MAX_CONTRACT_BYTES, is_url, read_source
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_contract_tests.check.contract_lines import name_for_reports
from migma_contract_tests.cli.baseline_update import save_accepted
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.results.baseline import Baseline
from migma_contract_tests.results.document_report import ComparedDocument, document_report
from migma_contract_tests.results.report import Report

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""The largest document that is compared; GitHub's has 13 MB."""

_VERSIONS = ("3.0", "3.1")


@dataclass(frozen=True, kw_only=True)
class DiffOptions:
    """The options of a comparison.

    Attributes:
        old: The file or URL of the document that clients know.
        new: That of the document that they will meet.
        only: The path to compare alone; None for all.
        descriptions: True to report changed descriptions too.
        refresh: True to fetch documents of URLs again.
        fail_on: The lowest level of a change that fails.
        baseline: Accepts changes; None accepts nothing.
        update: The file that accepts the changes found; None for none.
    """

    old: str
    new: str
    only: str | None = None
    descriptions: bool = False
    refresh: bool = False
    fail_on: Level = Level.BREAKING
    baseline: Baseline | None = None
    update: Path | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    root: dict[str, Any]
    document: ComparedDocument


def compare_documents(options: DiffOptions) -> Report:
    """Return the report of a comparison, and write the baseline if that is asked for.

    Raises:
        ContractError: A document cannot be read, or is not OpenAPI 3.0 or 3.1.
        SettingsError: An option cannot be used.
    """
    started, begin = datetime.now(UTC), time.perf_counter()
    if options.refresh and not (is_url(options.old) or is_url(options.new)):
        raise option_error("--refresh", "the URL of a document with it", f"the files {options.old} and {options.new}")
    old, new = (_read(source, refresh=options.refresh) for source in (options.old, options.new))
    only, paths = options.only, [*_paths(old), *_paths(new)]
    difference = diff(
        old.root,
        new.root,
        descriptions=options.descriptions,
        only=lambda operation: only is None or operation.is_at(only),
        first=_is_served,
    )
    if only is not None and not difference.operations:
        raise option_error("--only", "a path of one of the documents", f"{only!r}{did_you_mean(only, paths)}")
    return _report(options, (old.document, new.document), difference, (started, begin))


def _report(
    options: DiffOptions,
    documents: tuple[ComparedDocument, ComparedDocument],
    difference: Difference,
    times: tuple[datetime, float],
) -> Report:
    started, begin = times
    baseline, complete = options.baseline, options.only is None
    if options.update and baseline is not None:
        baseline = save_accepted(baseline, difference.changes, started.date(), options.update, complete=complete)
    return document_report(
        documents,
        difference,
        baseline,
        started=started,
        elapsed=time.perf_counter() - begin,
        fail_on=options.fail_on,
        complete=complete,
    )


def _is_served(operation: Operation) -> bool:
    return operation.method == "GET" and is_stats_operation(operation.path, operation.node.get("operationId", str))


def _paths(read: _Read) -> Sequence[str]:
    paths = read.root.get("paths")
    return list(paths) if isinstance(paths, dict) else []


def _read(source: str, *, refresh: bool) -> _Read:
    """Read a document of any size that this command takes."""
    content = read_source(source, refresh=refresh and is_url(source), limit=MAX_DOCUMENT_BYTES)
    try:
        read = read_document(content.raw, content.name)
        root = _require_openapi(read, content.name)
    except ContractError as error:
        raise ContractError(error.problems, " ".join(filter(None, (content.hint, error.hint)))) from error
    # In a larger document, to find the lines would take longer than to compare it.
    has_lines = len(content.raw) <= MAX_CONTRACT_BYTES
    info = root.get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    document = ComparedDocument(
        name_for_reports(content.name),
        version,
        lambda pointer: read.place(pointer).line if has_lines else None,
        (*content.notices, *content.keep()),
    )
    return _Read(root, document)


def _require_openapi(read: ReadDocument, source: str) -> dict[str, Any]:
    root = read.root
    if not isinstance(root, dict):
        raise ContractError([Problem(source, "", "an OpenAPI document (an object)", describe_json(root))])
    version = root.get("openapi")
    if not isinstance(version, str) or not version.startswith(_VERSIONS):
        is_swagger = "openapi" not in root and "swagger" in root
        at = "/swagger" if is_swagger else "/openapi"
        got = f"Swagger {describe_json(root['swagger'])}" if is_swagger else describe_json(version)
        raise ContractError([Problem(source, at, "OpenAPI 3.0 or 3.1", got, place=read.place(at))])
    return root
