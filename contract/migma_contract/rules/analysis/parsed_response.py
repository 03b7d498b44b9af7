"""ParsedResponse: the response of an exchange, parsed and compared with the contract."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange
from migma_contract.finding import Level, Violation
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
from migma_contract.rules.intermediaries import FOREIGN_BODY
from migma_contract.stats.relation_checks import RelationViolation
from migma_contract.stats.relations import Relation, relation_violations
from migma_contract.timestamps import parse_http_date, parse_rfc3339

_CLOCK_TOLERANCE = timedelta(minutes=5)
"""Accepted difference between clocks before a time counts as in the future."""


@dataclass(frozen=True, eq=False)
class ParsedResponse:
    """The response of an exchange; what several rules need of it is computed once.

    Attributes:
        exchange: The exchange of the response.
        contract: The contract.
        index: Index of the exchange in the run; negative for an exchange of an earlier run.
    """

    exchange: Exchange
    contract: Contract
    index: int = 0

    @property
    def is_of_earlier_run(self) -> bool:
        """True for an exchange of an earlier run."""
        return self.index < 0

    @property
    def status(self) -> int:
        """The status; 0 without a response."""
        return self.exchange.status or 0

    @cached_property
    def has_body(self) -> bool:
        """True if the response is complete and should have a body of the API."""
        exchange, status = self.exchange, self.status
        if exchange.failure is not None or exchange.method == "HEAD" or exchange.purpose == "method":
            return False
        return status // 100 not in {0, 1, 3} and status not in STATUSES_WITHOUT_BODY | FOREIGN_BODY

    @property
    def is_success(self) -> bool:
        """True if the body should be a success envelope."""
        return expectations.is_success(self.exchange)

    @property
    def has_expected_status(self) -> bool:
        """True if the status is the one that the purpose of the request expects."""
        expected = expectations.expected_status(self.exchange.purpose, self.contract)
        return expected in {str(self.status), f"{self.status // 100}XX"}

    @cached_property
    def documented(self) -> Response:
        """The contract's response for the status; for an undocumented one, the envelope of its kind."""
        operation = self.contract.operation
        return operation.response(self.status) or (operation.success if self.is_success else operation.error)

    @cached_property
    def max_level(self) -> Level:
        """The highest level that findings in the body can have.

        With an unexpected status, the status is the finding, and findings in the body are only info. A request with
        an unusual id may be answered by a proxy. But for a page in place of the 404, the body is the finding.
        """
        is_page = self.exchange.purpose == "unknown-id" and expectations.is_unreadable_success(self.exchange)
        if is_page or (self.has_expected_status and self.exchange.purpose != "unusual-id"):
            return Level.BREAKING
        return Level.INFO

    @cached_property
    def value(self) -> Any:
        """The parsed body; invalid Unicode is replaced, since another rule reports it."""
        parsed = self.exchange.json
        if any(defect.kind == "surrogate" for defect in parsed.defects):
            return json.loads(json.dumps(parsed.value, ensure_ascii=False).encode("utf-8", "replace"))
        return parsed.value

    @property
    def envelope(self) -> Mapping[str, Any] | None:
        """The body if it is an object, else None."""
        return self.value if isinstance(self.value, Mapping) else None

    def field(self, name: str) -> Any:
        """Return the value of a field of the envelope; None if there is none."""
        return (self.envelope or {}).get(name)

    @cached_property
    def misplaced_stats(self) -> str | None:
        """JSON pointer to the stats if they are not in ``data``."""
        return misplaced_stats_pointer(self.contract, self.value) if self.is_success else None

    @cached_property
    def stats(self) -> Mapping[str, Any] | None:
        """The campaign's stats in ``data``; None if there are none."""
        data = self.field("data") if self.is_success else None
        return data if isinstance(data, Mapping) and self.misplaced_stats is None else None

    @cached_property
    def violations(self) -> list[SchemaViolation]:
        """The violations of the schema, without those whose cause another rule reports."""
        if self.envelope is None:
            return []
        not_numbers = {defect.pointer for defect in self.exchange.json.defects if defect.kind == "not-a-number"} - {""}
        found = [each for each in self.documented.violations(self.value) if each.pointer not in not_numbers]
        if self.misplaced_stats is None:
            return found
        return [e for e in found if e.pointer != STATS_POINTER and not e.pointer.startswith(f"{STATS_POINTER}/")]

    @cached_property
    def valid_stats(self) -> Mapping[str, Any]:
        """The documented fields of the stats with valid values, for rules about the meaning of the numbers."""
        invalid = {each.pointer for each in self.violations} | {each.pointer for each in self.exchange.json.defects}
        stats = self.stats or {}
        return {
            name: stats[name]
            for name in self.contract.stats.properties
            if name in stats and f"{STATS_POINTER}{pointer(name)}" not in invalid
        }

    @cached_property
    def violated_relations(self) -> list[tuple[Relation, RelationViolation]]:
        """The violations of the relations between the numbers."""
        now = self.latest_clock if self.is_from_the_future else None
        return relation_violations(self.valid_stats, now, self.contract.rates)

    @cached_property
    def latest_clock(self) -> datetime:
        """The time of the response, by the server's Date or by this machine's clock: the later one.

        Then a wrong clock on one side alone makes no time of a refresh one in the future.
        """
        received = self.exchange.started + timedelta(seconds=self.exchange.elapsed)
        date = parse_http_date(self.exchange.header("date") or "")
        return received if date is None else max(date, received)

    @cached_property
    def is_from_the_future(self) -> bool:
        """True if lastUpdated is later than both clocks, by more than clocks differ."""
        updated = parse_rfc3339(self.valid_stats.get("lastUpdated"), clamp=True)
        return updated is not None and updated - self.latest_clock > _CLOCK_TOLERANCE

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
        return f"{self.status or '-'} {stable_pointer(where)}".rstrip()

    def violation(
        self,
        where: str,
        message: str,
        expected: str,
        got: str,
        schema: str | None = None,
        *,
        level: Level | None = None,
    ) -> Violation:
        """Return the violation at a JSON pointer into the body; ``""`` is the whole response.

        ``schema`` is the place in the contract that requires it; without one, it is the documented response.
        """
        schema = self.documented.pointer if schema is None else schema
        return Violation(self.at(where), message, expected, got, schema, level, self.index)

    def stats_violation(self, name: str, message: str, expected: str, got: str) -> Violation:
        """Return the violation in a field of the stats."""
        schema = self.contract.stats.properties.get(name, "")
        return self.violation(f"{STATS_POINTER}{pointer(name)}", message, expected, got, schema)


def final_responses(run: Sequence[ParsedResponse]) -> list[ParsedResponse]:
    """Return the responses of a run without those that a later attempt replaced."""
    return [run[index] for index, _ in expectations.final_attempts([response.exchange for response in run])]
