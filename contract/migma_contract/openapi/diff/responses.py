"""Compares the responses of an operation: statuses, headers and bodies."""

import re

from migma_contract.openapi.diff.change_rule import breaking, info, warning
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.content import compare, compare_schemas
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import Operation
from migma_contract.openapi.diff.schemas import Context
from migma_contract.openapi.diff.side import Side

_STATUS = re.compile(r"[1-5](?:\d\d|XX)|default", re.IGNORECASE)

SUCCESS_REMOVED = breaking(
    "success-status-removed",
    "An operation does not have a status of success any more.",
    "A client that waits for this status takes another one for a failure.",
    "before: 200\nafter:  201",
)
SUCCESS_ADDED = info(
    "success-status-added",
    "An operation has a new status of success.",
    "A client that expects one certain status must know it; most take any 2xx for success.",
    "before: 200\nafter:  200, 202",
)
ERROR_REMOVED = info(
    "error-status-removed",
    "An operation does not have the status of an error any more.",
    "A client that handles it goes on to work.",
    "before: 200, 409\nafter:  200",
)
ERROR_ADDED = info(
    "error-status-added",
    "An operation has the status of a new error.",
    "Clients must expect errors that no document names.",
    "before: 200\nafter:  200, 409",
)
REQUIRED_HEADER_REMOVED = breaking(
    "required-response-header-removed",
    "A response does not have a required header any more.",
    "A client that relies on it fails.",
    'before: {"X-Total": {"required": true}}\nafter:  {}',
)
HEADER_REMOVED = warning(
    "response-header-removed",
    "A response does not have an optional header any more.",
    "A client that reads it when it is there never gets it.",
    'before: {"X-Total": {}}\nafter:  {}',
)
HEADER_OPTIONAL = breaking(
    "response-header-became-optional",
    "A required header of a response may be left out.",
    "A client that relies on it fails without it.",
    'before: {"X-Total": {"required": true}}\nafter:  {"X-Total": {}}',
)
HEADER_REQUIRED = info(
    "response-header-became-required",
    "A header of a response that could be left out is always sent.",
    "Clients may rely on it.",
    'before: {"X-Total": {}}\nafter:  {"X-Total": {"required": true}}',
)
HEADER_ADDED = info(
    "response-header-added",
    "A response has a new header.",
    "Clients ignore headers that they do not know.",
    'before: {}\nafter:  {"X-Total": {}}',
)

RULES = (
    SUCCESS_REMOVED,
    SUCCESS_ADDED,
    ERROR_REMOVED,
    ERROR_ADDED,
    REQUIRED_HEADER_REMOVED,
    HEADER_REMOVED,
    HEADER_OPTIONAL,
    HEADER_REQUIRED,
    HEADER_ADDED,
)


def compare_responses(here: Here) -> None:
    """Compare the responses of an operation."""
    old, new = _responses(here.documents.old, here.old), _responses(here.documents.new, here.new)
    for status, node in old.items():
        match = _covering(status, new)
        if match is not None:
            _compare_response(here, status, node, new[match])
        elif not here.is_reversed and not any(_covering(each, {status: node}) for each in new):
            rule = SUCCESS_REMOVED if status.startswith("2") else ERROR_REMOVED
            text = f"the status {status} is not documented any more"
            here.note(rule, _spot(status), (node, here.new.node), text, status, ", ".join(new))
    for status, node in new.items():
        if status in old:
            continue
        match = _covering(status, old)
        if match is not None:
            _compare_response(here, status, old[match], node)
        elif not here.is_reversed and not any(_covering(each, {status: node}) for each in old):
            rule = SUCCESS_ADDED if status.startswith("2") else ERROR_ADDED
            text = f"the status {status} is new"
            here.note(rule, _spot(status), (here.old.node, node), text, ", ".join(old), status)


def _responses(side: Side, operation: Operation) -> dict[str, Node]:
    """Return the responses by status, ranges in upper case."""
    found = operation.node.child("responses").members()
    return {
        status if status == "default" else status.upper(): side.follow(node)
        for status, node in found
        if _STATUS.fullmatch(status)
    }


def _covering(status: str, responses: dict[str, Node]) -> str | None:
    """Return the entry for a status: itself, or the range that it is in."""
    if status in responses:
        return status
    span = f"{status[0]}XX"
    return span if status != "default" and span in responses else None


def _spot(status: str) -> Spot:
    return Spot("the default response" if status == "default" else f"the response {status}", status)


def _compare_response(here: Here, status: str, old: Node, new: Node) -> None:
    if here.same(old, new):
        return
    direction = here.direction("response")
    compare(here, _spot(status), old.child("content"), new.child("content"), direction)
    if not here.is_reversed:
        _compare_headers(here, status, old, new)


def _compare_headers(here: Here, status: str, old: Node, new: Node) -> None:
    was, now = _headers(here.documents.old, old), _headers(here.documents.new, new)
    for name in dict.fromkeys((*was, *now)):
        spot = Spot(f"the header {name} of {_spot(status)}", f"{status} header {name}")
        one, other = was.get(name), now.get(name)
        if one is None or other is None:
            if one is not None:
                rule = REQUIRED_HEADER_REMOVED if one.get("required") is True else HEADER_REMOVED
                here.note(rule, spot, (one, new), "{place} is not documented any more", name, "nothing")
            elif other is not None:
                here.note(HEADER_ADDED, spot, (old, other), "{place} is new", "nothing", name)
            continue
        before, after = (node.get("required") is True for node in (one, other))
        if before and not after:
            here.note(
                HEADER_OPTIONAL, spot, (one, other), "{place} is not always sent any more", "required", "optional"
            )
        elif after and not before:
            here.note(HEADER_REQUIRED, spot, (one, other), "{place} is always sent", "optional", "required")
        compare_schemas(here, spot, one, other, Context("response", "scalars"))


def _headers(side: Side, response: Node) -> dict[str, Node]:
    """Return the headers of a response by name in lower case; the media type is not one of them."""
    found = {name.lower(): side.follow(node) for name, node in response.child("headers").named()}
    found.pop("content-type", None)
    return found
