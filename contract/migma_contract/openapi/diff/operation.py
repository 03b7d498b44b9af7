"""Compares one operation of two documents, and tells what its removal or addition means."""

from migma_contract.openapi.diff.bodies import compare_body
from migma_contract.openapi.diff.change_rule import breaking, info, warning
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.deprecation import (
    DEPRECATED,
    NOT_DEPRECATED,
    SUNSET,
    deprecation_text,
    is_over,
    sunset,
)
from migma_contract.openapi.diff.here import Documents, Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import STABILITY_LEVELS, Operation, operations, pairs
from migma_contract.openapi.diff.parameters import compare_parameters
from migma_contract.openapi.diff.responses import compare_responses
from migma_contract.openapi.diff.schemas.annotations import compare_text
from migma_contract.openapi.diff.security import compare_security
from migma_contract.openapi.diff.servers import compare_servers

REMOVED = breaking(
    "operation-removed",
    "An operation is not in the document any more.",
    "A client that calls it gets an error.",
    "before: GET /pets, DELETE /pets/{id}\nafter:  GET /pets",
)
DEPRECATED_REMOVED = warning(
    "deprecated-operation-removed",
    "An operation that was deprecated, without a date, is not in the document any more.",
    "A client that still calls it gets an error, as was announced.",
    'before: {"deprecated": true}\nafter:  nothing',
)
SUNSET_REMOVED = info(
    "sunset-operation-removed",
    "An operation whose sunset date is past is not in the document any more.",
    "A client that still calls it gets an error since that date.",
    'before: {"deprecated": true, "x-sunset": "2026-01-01"}\nafter:  nothing',
)
ADDED = info(
    "operation-added",
    "The document has a new operation.",
    "Clients may call it.",
    "before: GET /pets\nafter:  GET /pets, DELETE /pets/{id}",
)
WEBHOOK_REMOVED = breaking(
    "webhook-removed",
    "A webhook or a callback is not in the document any more.",
    "A client that waits for it is not called.",
    "before: orderCreated\nafter:  nothing",
)
WEBHOOK_ADDED = info(
    "webhook-added",
    "The document has a new webhook or callback.",
    "Clients may ask to be called.",
    "before: nothing\nafter:  orderCreated",
)
STABILITY = breaking(
    "stability-decreased",
    "The x-stability-level of an operation is lower than before.",
    "Clients were told that they may rely on it, and are told that they may not.",
    'before: {"x-stability-level": "beta"}\nafter:  {"x-stability-level": "alpha"}',
)
ID = info(
    "operation-id-changed",
    "The operationId of an operation changed.",
    "Code that is made from the new document has another name for the operation.",
    'before: {"operationId": "listPets"}\nafter:  {"operationId": "getPets"}',
)

RULES = (REMOVED, DEPRECATED_REMOVED, SUNSET_REMOVED, ADDED, WEBHOOK_REMOVED, WEBHOOK_ADDED, STABILITY, ID)

_SPOT = Spot("the operation", "")


def compare_operation(here: Here) -> None:
    """Compare an operation that both documents have."""
    if not here.is_reversed:
        compare_security(here)
        compare_servers(here)
    if here.same(here.old.node, here.new.node) and here.same(here.old.item, here.new.item):
        return
    _compare_itself(here)
    compare_parameters(here)
    compare_body(here)
    compare_responses(here)
    _compare_callbacks(here)


def removed(documents: Documents, operation: Operation, parent: Node, *, is_webhook: bool = False) -> None:
    """Add that an operation is not in the new document."""
    rule = WEBHOOK_REMOVED if is_webhook else REMOVED
    if is_over(operation.node):
        rule = SUNSET_REMOVED
    elif operation.node.get("deprecated") is True and not sunset(operation.node):
        rule = DEPRECATED_REMOVED
    until = f", although it was to go on {sunset(operation.node)}" if rule is REMOVED and sunset(operation.node) else ""
    text = f"{{place}} is not documented any more{until}"
    documents.found.add(operation, _SPOT, Change(rule, operation.node.at, parent.at, text, operation.label, "nothing"))


def added(documents: Documents, operation: Operation, parent: Node, *, is_webhook: bool = False) -> None:
    """Add that an operation is not in the old document."""
    rule = WEBHOOK_ADDED if is_webhook else ADDED
    change = Change(rule, parent.at, operation.node.at, "{place} is new", "nothing", operation.label)
    documents.found.add(operation, _SPOT, change)


def _compare_itself(here: Here) -> None:
    old, new = here.old.node, here.new.node
    was, now = (node.get("deprecated") is True for node in (old, new))
    if was != now:
        here.note(DEPRECATED if now else NOT_DEPRECATED, _SPOT, (old, new), deprecation_text(new if now else None))
    elif now and sunset(old) != sunset(new):
        before, after = (sunset(node) or "no date" for node in (old, new))
        here.note(SUNSET, _SPOT, (old, new), f"{{place}} goes on {after} instead of {before}", before, after)
    _compare_stability(here)
    names = old.get("operationId", str), new.get("operationId", str)
    if names[0] != names[1] and all(names):
        before, after = (str(name) for name in names)
        here.note(ID, _SPOT, (old, new), f"the operationId changed from {before} to {after}", before, after)
    if here.documents.schemas.descriptions:
        for keyword in ("summary", "description"):
            one = Comparison()
            texts = [node if node.get(keyword) is not None else None for node in (old, new)]
            compare_text(one, texts[0], texts[1], keyword, (old.at, new.at))
            here.documents.found.add_all(here.old, _SPOT, one)


def _compare_stability(here: Here) -> None:
    before, after = (
        node.get("x-stability-level", str) or STABILITY_LEVELS[0] for node in (here.old.node, here.new.node)
    )
    if before not in STABILITY_LEVELS or after not in STABILITY_LEVELS:
        return
    if STABILITY_LEVELS.index(after) < STABILITY_LEVELS.index(before):
        text = f"the stability of {{place}} is {after} instead of {before}"
        here.note(STABILITY, _SPOT, (here.old.node, here.new.node), text, before, after)


def _compare_callbacks(here: Here) -> None:
    """Compare the requests that the server sends because of this one."""
    documents = here.documents
    lists = [
        [
            each._replace(path=f"{operation.path} callback {name} {each.path}")
            for name, node in operation.node.child("callbacks").named()
            for each in operations(side, side.follow(node))
        ]
        for side, operation in ((documents.old, here.old), (documents.new, here.new))
    ]
    compare_webhooks(documents, lists, (here.old.node, here.new.node), here.seen)


def compare_webhooks(
    documents: Documents, lists: list[list[Operation]], parents: tuple[Node, Node], seen: set[tuple[str, str]]
) -> None:
    """Compare webhooks or callbacks, which the server calls, in the old document and in the new one."""
    for pair in pairs(*lists):
        if pair.old and pair.new:
            places = pair.old.node.at, pair.new.node.at
            if places not in seen:
                seen.add(places)
                compare_operation(Here(documents, pair.old, pair.new, seen, is_reversed=True))
        elif pair.old:
            removed(documents, pair.old, parents[1], is_webhook=True)
        elif pair.new:
            added(documents, pair.new, parents[0], is_webhook=True)
