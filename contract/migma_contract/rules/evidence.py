"""Evidence: whether a run saw anything of the contract, or only an outage, another server, or a rejected key."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal

from migma_contract.deep_json import load_any_depth
from migma_contract.exchange import Exchange, Purpose
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import all_objects, stats_pointer
from migma_contract.rules.analysis.name_similarity import normalize

Lack = Literal[
    "outage",  # every request failed: no response, a gateway's status, or 5xx
    "outage-with-key",  # every request with the key failed; only requests without it were answered
    "other-server-with-key",  # every request with the key got the same page or failure that is not the API's
    "other-server",  # no response has the envelope of the API or anything like its stats
    "same-failure",  # every request got the same failure, with and without the key
    "account",  # every request with the key got the same refusal, such as a plan that has ended
    "unreadable",  # no campaign could be read: the key, the id, or a temporary condition
]
"""The reason why a run shows nothing of the contract."""

_ASKED: frozenset[Purpose] = frozenset(
    {"campaign", "missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key"}
)
"""Purposes whose response comes from the API itself. An unusual id may be answered by a proxy, HEAD has no body."""

_WITH_KEY: frozenset[Purpose] = frozenset({"campaign", "unknown-id"})
ACCOUNT = frozenset({402, 421, 423, 451})
"""Statuses that concern the account of the key, or its region, rather than the contract."""

_FIELDS = frozenset({"data", "error", "code", "metadata"})
"""Fields of which an envelope with ``success`` true has one."""

_SCANNED = 64 * 1024
"""Bytes of a body that are searched if it is not JSON."""

_SUCCESS = re.compile(r"\bsuccess\b\W{0,4}(true|false)", re.IGNORECASE)
_ENVELOPE = re.compile(rb'\{\s*"success"\s*:\s*(true|false)\s*,\s*"(data|error)"')
_WORD = re.compile(r"[\w%-]+")
_MESSAGE = 2000
"""Characters of a message that are compared."""

_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<title|<script|<!--)", re.IGNORECASE)


def lack_of_evidence(exchanges: Sequence[Exchange], contract: Contract) -> Lack | None:
    """Return why a run shows nothing of the contract; None if it shows something, or has no read of a campaign."""
    asked = [each for _, each in expectations.final_attempts(exchanges) if each.purpose in _ASKED]
    reads = [each for each in asked if each.purpose == "campaign"]
    if not reads or any(has_stats(each, contract) for each in asked if not expectations.has_no_evidence(each)):
        return None if expectations.has_usable_read(exchanges) else "unreadable"
    with_key = [each for each in asked if each.purpose in _WITH_KEY]
    is_told_apart = _has_documented_statuses(asked, contract)
    if all(map(is_outage, asked)):
        return "outage"
    if all(map(is_outage, with_key)):
        return "outage-with-key"
    if not any(is_from_api(each, contract) for each in exchanges) and not is_told_apart:
        return "other-server"
    if _are_alike(asked):
        return "same-failure"
    is_foreign = not any(is_from_api(each, contract) for each in with_key)
    if is_foreign and _are_alike(with_key) and not all(map(_is_json_success, with_key)):
        return "other-server-with-key"
    if all(each.status in ACCOUNT for each in with_key):
        return "account"
    return None if expectations.has_usable_read(exchanges) else "unreadable"


def discloses_stats(exchange: Exchange, contract: Contract) -> bool:
    """True if complete stats came without a valid key. That is drift, whatever the other requests got."""
    return expectations.key_kind(exchange) != "valid" and has_complete_stats(exchange, contract)


def is_from_api(exchange: Exchange, contract: Contract) -> bool:
    """True if a response has the API's envelope and is no redirect, which any server may send."""
    return exchange.status not in expectations.REDIRECTS and carries_envelope(exchange, contract)


def carries_envelope(exchange: Exchange, contract: Contract) -> bool:
    """True if a response has the API's envelope or something like its stats, in JSON or in any other text."""
    if not exchange.json.readable and is_html(exchange):
        return _ends_with_envelope(exchange.body)
    if not exchange.json.readable:
        return _mentions_envelope(exchange.body, contract)
    value = exchange.json.value
    if isinstance(value, str):
        return _mentions_envelope(value.encode("utf-8", "replace"), contract)
    return _is_envelope(value) or has_stats(exchange, contract)


def is_html(exchange: Exchange) -> bool:
    """True if the body is an HTML page."""
    is_declared = "html" in (exchange.header("content-type") or "").lower() and b"<" in exchange.body[:200]
    return is_declared or _HTML.match(exchange.body) is not None


def is_page(exchange: Exchange) -> bool:
    """True if a page or a text, with the status of an answer, came in place of the API's JSON."""
    if exchange.failure is not None or exchange.status not in range(200, 500) or exchange.json.readable:
        return False
    return exchange.body.strip() != b"" and not _ends_with_envelope(exchange.body)


def is_outage(exchange: Exchange) -> bool:
    """True if a request failed on the way or in the server, without an answer to what was asked."""
    if expectations.has_no_evidence(exchange) or exchange.status == 407:
        return True
    if exchange.failure is not None and exchange.failure.kind == "reset":
        return not exchange.body
    return exchange.failure is None and exchange.status is not None and exchange.status >= 500


def same_answer(one: Exchange, other: Exchange) -> bool:
    """True if two responses say the same: the same status, and the same error or body."""
    return what_it_says(one) == what_it_says(other)


def _is_envelope(value: object) -> bool:
    # Health checks answer {"success": true, "message": …}, which is not the envelope.
    return (
        isinstance(value, Mapping)
        and "success" in value
        and (value["success"] is not True or not _FIELDS.isdisjoint(value))
    )


def has_stats(exchange: Exchange, contract: Contract) -> bool:
    """True if a body has something like the stats: their names, and values that are no schemas as in a description."""
    if not exchange.json.readable:
        return False
    found = stats_pointer(contract, exchange.json.value)
    return found is not None and _has_values(dict(all_objects(exchange.json.value))[found])


def has_complete_stats(exchange: Exchange, contract: Contract) -> bool:
    """True if an object with all required fields of the stats is anywhere in a body."""
    required = contract.stats.required.keys()
    objects = all_objects(exchange.json.value)
    return bool(required) and any(required <= value.keys() and _has_values(value) for _, value in objects)


def _has_values(stats: Mapping[str, object]) -> bool:
    containers = sum(isinstance(each, Mapping | list) for each in stats.values())
    return 2 * containers < len(stats)


def _ends_with_envelope(page: bytes) -> bool:
    """True if an envelope follows a warning of the server's language, rather than being quoted by a page."""
    found = _ENVELOPE.search(page[:_SCANNED])
    if found is None:
        return False
    try:
        load_any_depth(page[found.start() :].decode())
    except ValueError:
        return False
    return True


def _has_documented_statuses(asked: Sequence[Exchange], contract: Contract) -> bool:
    """True if the statuses alone tell keys apart, and known campaigns from unknown ones, as the contract has it."""
    if not {each.purpose for each in asked} >= {"campaign", "missing-key", "unknown-id"}:
        return False
    return all(str(each.status) == expectations.expected_status(each.purpose, contract) for each in asked)


def _are_alike(asked: Sequence[Exchange]) -> bool:
    """True if requests of several kinds got the same failure, whatever was asked."""
    if len({each.purpose for each in asked}) < 2 or any(each.failure is not None for each in asked):
        return False
    if all((each.status or 0) >= 300 for each in asked):
        return len({each.status for each in asked}) == 1
    return len({what_it_says(each) for each in asked}) == 1 and not any(map(_claims_success, asked))


def _claims_success(exchange: Exchange) -> bool:
    value = exchange.json.value
    return isinstance(value, Mapping) and "success" in value and value["success"] is not False


def _is_json_success(exchange: Exchange) -> bool:
    """True if a client takes a response for a success: a failure with 200 behind a check of keys is the API's."""
    return exchange.failure is None and exchange.json.readable and expectations.is_success(exchange)


def what_it_says(exchange: Exchange) -> Hashable:
    """Return what a response says, without what differs from one response to the next, such as a request id."""
    value = exchange.json.value
    if isinstance(value, Mapping):
        message = str(value.get("error", value.get("message")))[:_MESSAGE]
        # A word with a digit may be a reference, which differs in each response.
        words = _WORD.sub(lambda word: "#" if any(map(str.isdecimal, word[0])) else word[0], message)
        return exchange.status, words, str(value.get("code"))
    return exchange.status, b"" if is_html(exchange) else exchange.body


def _mentions_envelope(body: bytes, contract: Contract) -> bool:
    text = body[:_SCANNED].replace(b"\0", b"").decode("utf-8", "replace")
    if _SUCCESS.search(text):
        return True
    letters = normalize(text)
    names = {normalize(name) for name in contract.stats.required or contract.stats.properties}
    return bool(names) and 2 * sum(name in letters for name in names) >= len(names)
