"""``migma-contract patch``: read a report, propose the change of its document, and write it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from migma_contract.openapi.patch.operation import Effect
from migma_contract.openapi.sources import is_url
from migma_contract.resources import openapi_path
from migma_contract_tests.cli.read_documents import read_contract
from migma_contract_tests.patch.patched_document import apply_to_file, require_patchable
from migma_contract_tests.patch.proposal import Proposal, propose
from migma_contract_tests.patch.read_report import read_report
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.rates import rate_unit
from migma_contract_tests.results.report import Report


@dataclass(frozen=True, kw_only=True)
class PatchOptions:
    """The options of a proposal.

    Attributes:
        report: The file of the report; ``-`` is standard input.
        contract: The file or URL of the document; None for the one that the report names.
        only: Leave out changes of another effect.
        apply: True to write the document.
        strict_nullable: As for the check.
    """

    report: Path
    contract: str | None = None
    only: Effect | None = None
    apply: bool = False
    strict_nullable: bool = False


def make_proposal(options: PatchOptions) -> tuple[Report, Proposal]:
    """Return a report and what to change in its document, and write the document if that is asked for.

    Raises:
        ReportError: The report cannot be used.
        ContractError: The document cannot be used.
        SettingsError: The document cannot be written, is not the one of the report, or has changed since.
    """
    report = read_report(options.report)
    source = options.contract or _source_of(report)
    path = _file_to_write(source) if options.apply else None
    contract = read_contract(source, strict_nullable=options.strict_nullable, rates=rate_unit(None))
    if path is not None:
        require_patchable(path, contract)
    proposal = propose(report, contract, only=options.only, strict_nullable=options.strict_nullable)
    if path is not None:
        _require_unchanged(proposal)
        if proposal.operations:
            apply_to_file(proposal, path)
    return report, proposal


def _source_of(report: Report) -> str | None:
    """Return the file or URL of the document that a report is about; None for the built-in one.

    Raises:
        SettingsError: The report has only the name of a file that is elsewhere.
    """
    source = report.contract.source
    if is_url(source) or Path(source).is_file():
        return source
    if source == openapi_path().name:
        return None
    raise option_error("--contract", f"the file {source}, with the document of the check", "nothing")


def _file_to_write(source: str | None) -> Path:
    if source is None:
        hint = "Copy it, and name the copy with --contract for the check and for the patch."
        raise option_error("--apply", "the file of a contract", "the built-in contract", hint)
    if is_url(source):
        hint = "Save the document, and name the file with --contract."
        raise option_error("--apply", "the file of a contract", "a URL", hint)
    return Path(source)


def _require_unchanged(proposal: Proposal) -> None:
    """Refuse to write a document that has changed since the check.

    Raises:
        SettingsError: It allows what a finding says that it does not.
    """
    if proposal.stale:
        finding = proposal.stale[0]
        expected = f"{proposal.contract.source} as it was when it was checked"
        got = f"one that allows what {finding.rule} at {finding.where} is about"
        raise option_error("--apply", expected, got, "Run the check again. Nothing was written.")


def exit_code(report: Report, proposal: Proposal) -> Literal[0, 1, 3]:
    """Return the exit code of the command: 0 if the changed document answers every finding."""
    if report.verdict == "inconclusive":
        return 3
    return 1 if proposal.unanswered else 0
