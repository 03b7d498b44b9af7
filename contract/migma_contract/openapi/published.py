"""PublishedDocument: the document that the vendor publishes now, and what it changes for clients of the contract."""

from dataclasses import dataclass
from typing import Any

from migma_contract.errors import ContractError
from migma_contract.openapi.contract import Contract
from migma_contract.openapi.diff import DocumentChange, Operation, diff
from migma_contract.openapi.document import Document
from migma_contract.openapi.loader import parse_contract
from migma_contract.openapi.operation_finder import is_stats_operation
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
        root = Document(content.raw, content.name, strict_nullable=strict_nullable).root
        compiled = None
        if _has_operation(root, contract.operation.template):
            compiled = parse_contract(
                content.raw, source=content.name, strict_nullable=strict_nullable, rates=contract.rates
            )
    except ContractError as error:
        raise ContractError(error.problems, " ".join(filter(None, (content.hint, error.hint)))) from error
    notices = (*content.notices, *content.keep())
    paths = {each.operation.template for each in (contract, compiled) if each}

    def is_served(operation: Operation) -> bool:
        return operation.method == contract.operation.method and operation.path in paths

    changes = tuple(diff(contract.document, root, only=is_served).changes)
    info = root.get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    return PublishedDocument(content.name, version, compiled, changes, notices)


def _has_operation(root: dict[str, Any], path: str) -> bool:
    """True if a document has the operation of a path, perhaps at another one, or may have it: then to compile it tells.

    A document with other operations only is one that the operation was removed from.
    """
    paths = root.get("paths")
    if not isinstance(paths, dict) or not paths:
        return True
    return any(
        "$ref" in item
        or (isinstance(get := item.get("get"), dict) and (at == path or is_stats_operation(at, get.get("operationId"))))
        for at, item in paths.items()
        if isinstance(item, dict)
    )
