"""PublishedDocument: the document that the vendor publishes now, and what it changes for clients of the contract."""

from dataclasses import dataclass

from migma_contract.errors import ContractError
from migma_contract.openapi.contract import Contract
from migma_contract.openapi.diff import DocumentChange, Operation, diff
from migma_contract.openapi.loader import parse_contract
from migma_contract.openapi.operation_finder import is_stats_operation
from migma_contract.openapi.reading import read_document
from migma_contract.openapi.sources import is_url, read_source


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A published document beside the contract.

    Attributes:
        source: Its file or URL.
        version: The version of the API that it says it has.
        contract: The document, compiled; None if it does not have the operation any more.
        changes: What it changes in the operation of the contract, the worst first.
        notices: Sentences for the user about where it is from.
    """

    source: str
    version: str
    contract: Contract | None
    changes: tuple[DocumentChange, ...]
    notices: tuple[str, ...] = ()


def read_published(source: str, contract: Contract, *, strict_nullable: bool = False) -> PublishedDocument:
    """Read a published document and compare it with the contract.

    Args:
        source: A file, or an http or https URL, which is fetched again.
        contract: The contract that clients and the mock rely on.
        strict_nullable: As for the contract.

    Raises:
        ContractError: It cannot be read, or is no document that the contract can be compared with.
    """
    content = read_source(source, refresh=is_url(source))
    try:
        compiled = _compile(content.raw, content.name, contract, strict_nullable=strict_nullable)
    except ContractError as error:
        raise ContractError(error.problems, " ".join(filter(None, (content.hint, error.hint)))) from error
    notices = (*content.notices, *content.keep())
    root = compiled.document if compiled else read_document(content.raw, content.name).root
    operations = {each.operation.template for each in (contract, compiled) if each}

    def is_served(operation: Operation) -> bool:
        return operation.method == contract.operation.method and operation.path in operations

    changes = tuple(diff(contract.document, root, only=is_served).changes)
    version = str(root["info"]["version"])
    return PublishedDocument(content.name, version, compiled, changes, notices)


def _compile(raw: bytes, source: str, contract: Contract, *, strict_nullable: bool) -> Contract | None:
    """Return a document, compiled; None if it only lacks the operation."""
    try:
        return parse_contract(raw, source=source, strict_nullable=strict_nullable, rates=contract.rates)
    except ContractError as error:
        # Only the search for the operation refuses the paths as a whole, after the rest was read.
        if [problem.pointer for problem in error.problems] == ["/paths"] and _lacks_operation(raw, source):
            return None
        raise


def _lacks_operation(raw: bytes, source: str) -> bool:
    """True if the paths of a document are all in it, and none is that of the operation."""
    paths = read_document(raw, source).root.get("paths")
    if not isinstance(paths, dict) or not paths:
        return False
    items = [(path, item) for path, item in paths.items() if isinstance(item, dict)]
    return not any("$ref" in item or ("get" in item and is_stats_operation(path, None)) for path, item in items)
