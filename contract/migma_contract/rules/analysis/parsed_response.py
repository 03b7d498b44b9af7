"""ParsedResponse: a complete response, parsed and compared with the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange
from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract, Response, SchemaViolation
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import (
    STATS_POINTER,
    DeclaredObject,
    declared_objects,
    misplaced_stats_pointer,
    stable_pointer,
)
from migma_contract.rules.analysis.missing_fields import MissingField, missing_fields


@dataclass(frozen=True, eq=False)
class ParsedResponse:
    """A complete response that should have a JSON body; what several rules need of it is computed once.

    Attributes:
        exchange: The exchange of the response.
        contract: The contract.
        documented: The contract's response for the status; for an undocumented status, the
            documented envelope of its kind (success or error).
        is_success: True if the body should be a success envelope.
    """

    exchange: Exchange
    contract: Contract
    documented: Response
    is_success: bool

    @property
    def max_level(self) -> Level:
        """The highest level that findings in the body can have.

        With an unexpected status, the status is the finding, and findings in the body are only info. A request with
        an unusual id may be answered by a proxy. But for a page in place of the 404, the body is the finding.
        """
        is_page = self.exchange.purpose == "unknown-id" and expectations.is_unreadable_success(self.exchange)
        is_expected = expectations.has_expected_status(self.exchange, self.contract)
        if is_page or (is_expected and self.exchange.purpose != "unusual-id"):
            return Level.BREAKING
        return Level.INFO

    @cached_property
    def value(self) -> Any:
        """The parsed body; invalid Unicode is replaced, since another rule reports it."""
        parsed = self.exchange.json
        has_surrogates = any(defect.kind == "surrogate" for defect in parsed.defects)
        return _valid_unicode(parsed.value) if has_surrogates else parsed.value

    @cached_property
    def envelope(self) -> Mapping[str, Any] | None:
        """The body if it is an object, else None."""
        return self.value if isinstance(self.value, Mapping) else None

    @cached_property
    def misplaced_stats(self) -> str | None:
        """JSON pointer to the stats if they are not in ``data``."""
        return misplaced_stats_pointer(self.contract, self.value) if self.is_success else None

    @cached_property
    def stats(self) -> Mapping[str, Any] | None:
        """The campaign's stats in ``data``; None if there are none."""
        data = self.envelope.get("data") if self.is_success and self.envelope is not None else None
        return data if isinstance(data, Mapping) and self.misplaced_stats is None else None

    @cached_property
    def violations(self) -> list[SchemaViolation]:
        """The violations of the schema, without those whose cause another rule reports."""
        if self.envelope is None:
            return []
        not_numbers = {defect.pointer for defect in self.exchange.json.defects if defect.kind == "not-a-number"}
        found = [each for each in self.documented.violations(self.value) if each.pointer not in not_numbers]
        if self.misplaced_stats is None:
            return found
        return [e for e in found if e.pointer != STATS_POINTER and not e.pointer.startswith(f"{STATS_POINTER}/")]

    @cached_property
    def valid_stats(self) -> Mapping[str, Any]:
        """The documented fields of the stats with valid values, for rules about the meaning of the numbers."""
        invalid = {each.pointer for each in self.violations}
        invalid |= {defect.pointer for defect in self.exchange.json.defects}
        stats, documented = self.stats or {}, self.contract.stats.properties
        return {
            name: stats[name]
            for name in documented
            if name in stats and f"{STATS_POINTER}{pointer(name)}" not in invalid
        }

    @cached_property
    def declared_objects(self) -> list[DeclaredObject]:
        """The objects whose fields the contract declares, without misplaced stats."""
        if self.documented.schema_pointer is None or self.misplaced_stats == "":
            return []
        found = declared_objects(self.contract, self.documented.schema_pointer, self.value)
        return [each for each in found if each.pointer == "" or self.misplaced_stats is None]

    @cached_property
    def missing_fields(self) -> list[MissingField]:
        """Every required field that is absent, and every optional one with another spelling."""
        return missing_fields(self.contract, self.value, self.declared_objects, self.violations)

    def at(self, where: str = "") -> str:
        """Return a JSON pointer into the body as findings show it, after the status."""
        return f"{self.exchange.status} {stable_pointer(where, self.value)}".rstrip()


def parse_response(exchange: Exchange, contract: Contract) -> ParsedResponse | None:
    """Return the response of an exchange; None if it is incomplete, or needs no body of the API."""
    status = exchange.status
    if status is None or exchange.failure is not None or exchange.method == "HEAD" or exchange.purpose == "method":
        return None
    if status // 100 in {1, 3} or status in STATUSES_WITHOUT_BODY | expectations.GATEWAY:
        return None
    is_success = expectations.is_success(exchange)
    fallback = contract.operation.success if is_success else contract.operation.error
    return ParsedResponse(exchange, contract, contract.operation.response(status) or fallback, is_success)


def _valid_unicode(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_valid_unicode(key): _valid_unicode(field) for key, field in value.items()}
    return [_valid_unicode(item) for item in value] if isinstance(value, list) else value
