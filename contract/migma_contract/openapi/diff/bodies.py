"""Compares the bodies of requests."""

from migma_contract.openapi.diff.change_rule import breaking, info
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.content import compare
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node

REMOVED = breaking(
    "request-body-removed",
    "A request does not have a body any more.",
    "The server may ignore or refuse what a client sends.",
    "before: POST /pets with a body\nafter:  POST /pets",
)
REQUIRED_ADDED = breaking(
    "required-request-body-added",
    "A request that had no body must have one.",
    "The server may refuse a request without it.",
    "before: POST /pets\nafter:  POST /pets with a body",
)
OPTIONAL_ADDED = info(
    "optional-request-body-added",
    "A request that had no body may have one.",
    "Clients that send none need not change.",
    "before: POST /pets\nafter:  POST /pets, or with a body",
)
BECAME_REQUIRED = breaking(
    "request-body-became-required",
    "A body that may be left out becomes required.",
    "The server may refuse a request without it.",
    'before: {"content": …}\nafter:  {"content": …, "required": true}',
)
BECAME_OPTIONAL = info(
    "request-body-became-optional",
    "A required body may be left out.",
    "Clients that send it need not change.",
    'before: {"content": …, "required": true}\nafter:  {"content": …}',
)

RULES = (REMOVED, REQUIRED_ADDED, OPTIONAL_ADDED, BECAME_REQUIRED, BECAME_OPTIONAL)


def compare_body(here: Here) -> None:
    """Compare the bodies of the requests of an operation."""
    old, new = _body(here, side=0), _body(here, side=1)
    spot = Spot("the request body", "body")
    if not old.value and not new.value:
        return
    if here.is_reversed:
        compare(here, spot, old.child("content"), new.child("content"), "response")
    elif not new.value:
        here.note(REMOVED, spot, (old, here.new.node), "the request has no body any more", "a body", "none")
    elif not old.value:
        is_required = new.get("required") is True
        rule, how = (REQUIRED_ADDED, "must") if is_required else (OPTIONAL_ADDED, "may")
        here.note(rule, spot, (here.old.node, new), f"the request {how} have a body", "none", f"a body ({how})")
    elif not here.same(old, new):
        was, now = (node.get("required") is True for node in (old, new))
        if now and not was:
            here.note(BECAME_REQUIRED, spot, (old, new), "{place} is required", "optional", "required")
        elif was and not now:
            here.note(BECAME_OPTIONAL, spot, (old, new), "{place} may be left out", "required", "optional")
        compare(here, spot, old.child("content"), new.child("content"), "request")


def _body(here: Here, side: int) -> Node:
    operation, document = (here.old, here.documents.old) if side == 0 else (here.new, here.documents.new)
    return document.follow(operation.node.child("requestBody"))
