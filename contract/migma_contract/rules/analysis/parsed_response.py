"""Answer: a complete response, read with what the contract says of its status."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from migma_contract.exchange import STATUSES_WITHOUT_BODY, Exchange
from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract, Response, SchemaViolation
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import STATS_POINTER, Place, declared, misplaced_stats_pointer, stable
from migma_contract.rules.analysis.missing_fields import MissingField, missing_fields


@dataclass(frozen=True, eq=False)
class ParsedResponse:
    """A response that came whole and is to have a JSON body; what several rules need of it is worked out once.

    Attributes:
        exchange: It is the response of this one.
        contract: What it is held to.
        response: What the contract says of its status; of a status that the contract does not
            have, the documented envelope of its kind (success or error).
        success: Whether it is to be a success envelope.
    """

    exchange: Exchange
    contract: Contract
    response: Response
    success: bool

    @property
    def max_level(self) -> Level:
        """The highest level that its body can earn.

        Where the status is not what the purpose asks for, the status is the finding, and what is said of
        the body is information only. An odd id may be answered by something ahead of the API. A page in place of
        the 404 is no status to speak of: there the body is the finding.
        """
        is_page = self.exchange.purpose == "unknown-id" and expectations.is_unreadable_success(self.exchange)
        is_due = is_page or (
            expectations.is_expected(self.exchange, self.contract) and self.exchange.purpose != "unusual-id"
        )
        return Level.BREAKING if is_due else Level.INFO

    @cached_property
    def value(self) -> Any:
        """The parsed body; text that is no Unicode is replaced, since another finding names it."""
        parsed = self.exchange.json
        has_surrogates = any(defect.kind == "surrogate" for defect in parsed.defects)
        return _unicode(parsed.value) if has_surrogates else parsed.value

    @cached_property
    def root(self) -> Mapping[str, Any] | None:
        """The envelope; None where the body is not an object."""
        return self.value if isinstance(self.value, Mapping) else None

    @cached_property
    def misplaced_stats(self) -> str | None:
        """Where the stats stand, if not in ``data``."""
        return misplaced_stats_pointer(self.contract, self.value) if self.success else None

    @cached_property
    def stats(self) -> Mapping[str, Any] | None:
        """The campaign's stats; None where there are none in their place."""
        data = self.root.get("data") if self.success and self.root is not None else None
        return data if isinstance(data, Mapping) and self.misplaced_stats is None else None

    @cached_property
    def violations(self) -> list[SchemaViolation]:
        """What the schema says against the body, except where another rule has named the cause."""
        if self.root is None:
            return []
        unreadable = {defect.pointer for defect in self.exchange.json.defects if defect.kind == "not-a-number"}
        found = [v for v in self.response.violations(self.value) if v.where not in unreadable]
        if self.misplaced_stats is not None:
            found = [v for v in found if v.where != STATS_POINTER and not v.where.startswith(f"{STATS_POINTER}/")]
        return found

    @cached_property
    def valid_stats(self) -> Mapping[str, Any]:
        """The documented members of the stats that the schema accepts, for rules about what the numbers mean."""
        unsound = {v.where for v in self.violations} | {defect.pointer for defect in self.exchange.json.defects}
        stats, documented = self.stats or {}, self.contract.stats.properties
        return {
            name: stats[name]
            for name in documented
            if name in stats and f"{STATS_POINTER}{pointer(name)}" not in unsound
        }

    @cached_property
    def places(self) -> list[Place]:
        """The objects whose members the contract declares; not the stats where they are misplaced."""
        if self.response.schema_pointer is None or self.misplaced_stats == "":
            return []
        found = declared(self.contract, self.response.schema_pointer, self.value)
        return [place for place in found if place.pointer == "" or self.misplaced_stats is None]

    @cached_property
    def missing_fields(self) -> list[MissingField]:
        """Every required member that is absent, and every optional one that goes by another writing."""
        return missing_fields(self.contract, self.value, self.places, self.violations)

    def at(self, place: str = "") -> str:
        """A place of this answer (a JSON pointer), as findings name it."""
        return f"{self.exchange.status} {stable(place, self.value)}".rstrip()


def read(exchange: Exchange, contract: Contract) -> ParsedResponse | None:
    """The answer in an exchange; None where it is incomplete, or where no body of the API's is due."""
    status = exchange.status
    if status is None or exchange.failure is not None or exchange.method == "HEAD" or exchange.purpose == "method":
        return None
    if status // 100 in {1, 3} or status in STATUSES_WITHOUT_BODY | expectations.GATEWAY:
        return None
    success = expectations.is_success(exchange)
    fallback = contract.operation.success if success else contract.operation.error
    return ParsedResponse(exchange, contract, contract.operation.response(status) or fallback, success)


def _unicode(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_unicode(key): _unicode(member) for key, member in value.items()}
    return [_unicode(item) for item in value] if isinstance(value, list) else value
