"""Find the one operation in a document: by its id in any case, else by the shape of its path."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import BUNDLE, Document
from migma_contract.suggestions import did_you_mean

OPERATION_ID = "GetCampaignStats"
"""The vendor's ``operationId``; other cases and separators count too: ``get_campaign_stats``."""

_SHAPE = re.compile(r".*/campaigns/{[^{}]+}/(stats|statistics)/?", re.IGNORECASE)
_METHODS = ("post", "put", "patch", "delete", "head", "options", "trace")
_SHOWN = 12


def is_stats_operation(path: str, operation_id: str | None) -> bool:
    """True if a GET operation has the id or the shape of the path of the operation that this project serves."""
    return _plain(operation_id) == _plain(OPERATION_ID) or bool(_SHAPE.fullmatch(path))


class FoundOperation(NamedTuple):
    """The operation.

    Attributes:
        path: Its path in the document.
        at: JSON pointer to it.
        node: The operation itself.
        item: Its path item, with references followed.
        item_at: JSON pointer to that.
        notice: A sentence for the user if it was not found by its id; else "".
    """

    path: str
    at: str
    node: dict[str, Any]
    item: dict[str, Any]
    item_at: str
    notice: str = ""


def find_operation(document: Document) -> FoundOperation:
    """Return the operation with the stats of a campaign.

    Raises:
        ContractError: There is none, or several may be meant; the message lists them.
    """
    found, external = list(_operations(document)), _external(document)
    by_id = [each for each in found if _plain(each.node.get("operationId")) == _plain(OPERATION_ID)]
    exact = [each for each in by_id if each.node.get("operationId") == OPERATION_ID]
    if len(exact or by_id) == 1:
        return (exact or by_id)[0]
    by_shape = [each for each in by_id or found if _SHAPE.fullmatch(each.path)]
    if len(by_shape) == 1:
        return _taken(by_shape[0], "for its path")
    if not by_id and len(found) == 1 and not external:
        return _taken(found[0], "since it is the only one")
    return _refuse(document, by_id or by_shape or found, external)


def _taken(found: FoundOperation, why: str) -> FoundOperation:
    id_ = found.node.get("operationId")
    named = f"has the operationId {id_!r}" if id_ else "has no operationId"
    return found._replace(notice=f"GET {found.path} is taken for {OPERATION_ID} {why}; it {named}.")


def _refuse(document: Document, candidates: list[FoundOperation], external: list[str]) -> NoReturn:
    others = [f"{method.upper()} {path}" for path, method in _other_methods(document)]
    if others and not candidates:
        document.refuse("/paths", f"a GET operation with the operationId {OPERATION_ID}", f"only {', '.join(others)}")
    names = [f"GET {each.path}{_named(each)}" for each in candidates[:_SHOWN]]
    more = [f"{len(candidates) - _SHOWN} others"] if len(candidates) > _SHOWN else []
    ids = [str(each.node.get("operationId", "")) for each in candidates]
    expected = f"one GET operation, or one with the operationId {OPERATION_ID}"
    hint = ""
    if candidates:
        near = did_you_mean(OPERATION_ID, ids)
        hint = f"Give the operation that you mean the operationId {OPERATION_ID}{near or '.'}"
    if external:
        hint = f"{len(external)} of the paths are in other files, such as {external[0]}. {BUNDLE}"
    got = f"operations: {', '.join([*names, *more]) or 'none'}"
    document.refuse("/paths", expected, got, hint)


def _named(found: FoundOperation) -> str:
    id_ = found.node.get("operationId")
    return f" ({id_})" if id_ else ""


def _plain(operation_id: Any) -> str:
    return re.sub(r"[^a-z0-9]", "", str(operation_id or "").lower())


def _operations(document: Document) -> Iterator[FoundOperation]:
    """Yield each GET operation that is in this document."""
    for path, item in _items(document):
        if _is_external(item):
            continue
        target, item_at = document.resolve(item, pointer("paths", path))
        if "get" in target:
            at = f"{item_at}/get"
            yield FoundOperation(
                path, at, document.expect(target["get"], at, dict, "an operation (an object)"), target, item_at
            )


def _other_methods(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the path and method of operations that have the id or the path, and are no GET."""
    for path, item in _items(document):
        for method in _METHODS if isinstance(item, dict) else ():
            node = item.get(method)
            if isinstance(node, dict) and (
                _plain(node.get("operationId")) == _plain(OPERATION_ID) or _SHAPE.fullmatch(path)
            ):
                yield path, method


def _external(document: Document) -> list[str]:
    return [path for path, item in _items(document) if _is_external(item)]


def _is_external(item: Any) -> bool:
    return isinstance(item, dict) and not str(item.get("$ref", "#")).startswith("#")


def _items(document: Document) -> Iterator[tuple[str, Any]]:
    paths = document.expect(document.root.get("paths"), "/paths", dict, "an object of paths")
    yield from ((path, item) for path, item in paths.items() if not path.startswith("x-"))
