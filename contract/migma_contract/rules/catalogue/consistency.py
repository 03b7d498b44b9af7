"""Rules on the reads of campaigns: stats belong to the campaign and only increase, and responses keep their shape."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from migma_contract.finding import Level, Violation
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.name_similarity import normalize
from migma_contract.rules.analysis.parsed_response import ParsedResponse, final_responses
from migma_contract.rules.rule import RunCheck, info, warning
from migma_contract.stats import COUNTS, number
from migma_contract.strict_json import type_names
from migma_contract.timestamps import parse_rfc3339


class _Read(NamedTuple):
    response: ParsedResponse
    counts: Mapping[str, float]
    updated: datetime | None

    def is_older_than(self, other: "_Read") -> bool:
        return self.updated is not None and other.updated is not None and self.updated < other.updated


def _responses(run: Sequence[ParsedResponse]) -> Iterator[ParsedResponse]:
    for response in final_responses(run):
        if response.has_body and response.exchange.json.readable and response.max_level is Level.BREAKING:
            yield response


def _stats_responses(run: Sequence[ParsedResponse]) -> Iterator[ParsedResponse]:
    for response in _responses(run):
        if response.exchange.purpose == "campaign" and response.stats is not None:
            yield response


def _successive_reads(run: Sequence[ParsedResponse]) -> Iterator[tuple[_Read, _Read]]:
    """Yield each read of a campaign after the newest one before it."""
    newest: dict[str, _Read] = {}
    for response in _stats_responses(run):
        stats = response.valid_stats
        counts = {name: value for name in COUNTS if (value := number(stats, name)) is not None}
        now = _Read(response, counts, parse_rfc3339(stats.get("lastUpdated")))
        before = newest.get(response.exchange.campaign_id)
        if before is not None:
            yield before, now
        if before is None or not now.is_older_than(before):
            newest[response.exchange.campaign_id] = now


def _counts_decreased(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    for before, now in _successive_reads(run):
        if now.is_older_than(before):
            continue
        for name, value in now.counts.items():
            earlier = before.counts.get(name, value)
            if value < earlier:
                message = f"{name} decreased from one read to the next, but lastUpdated did not."
                yield now.response.stats_violation(name, message, f"{earlier:.15g} or more", f"{value:.15g}")


def _older_state(*, stale: bool, message: str) -> RunCheck:
    """Return the check for a lastUpdated that decreased; the state is stale as a whole if no count increased."""

    def check_run(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
        for before, now in _successive_reads(run):
            increased = any(value > before.counts.get(name, value) for name, value in now.counts.items())
            if now.is_older_than(before) and increased is not stale:
                earlier, later = (str(read.response.valid_stats["lastUpdated"]) for read in (before, now))
                yield now.response.stats_violation("lastUpdated", message, f"{earlier} or later", later)

    return check_run


def _inconsistent_shape(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the fields with different types in different responses, unless a rule on one response reports them."""
    types: dict[str, str] = {}
    for response in _responses(run):
        reported = {each.pointer for each in response.violations} | {f.found_at for f in response.missing_fields}
        if response.misplaced_stats is not None:
            reported.add(STATS_POINTER)
        for declared in response.declared_objects:
            for name, value in declared.value.items():
                at, json_type = f"{declared.pointer}{pointer(name)}", _json_type(value)
                if at in reported or json_type == "null":
                    continue
                earlier = types.setdefault(response.at(at), json_type)
                if earlier != json_type:
                    level = None if name in declared.fields.properties else Level.INFO
                    message = f"{name} is {json_type} in one response and {earlier} in another."
                    schema = declared.fields.properties.get(name, "")
                    yield response.violation(at, message, f"{earlier} every time", json_type, schema, level=level)


def _json_type(value: Any) -> str:
    """Return the JSON type of a value, with one type for all numbers."""
    name = next(name for kind, name in type_names.items() if isinstance(value, kind))
    return "number" if name == "integer" else name


def _of_another_campaign(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the stats that name another campaign than the requested one.

    A field named ``id`` may be the id of the stats record, so it counts only if it is the id of another campaign of
    this run. A field named ``campaignId`` counts unless its value has another form, since a campaign may have two ids.
    """
    exchanges = [response.exchange for response in run]
    requested = {exchange.campaign_id.lower() for exchange in exchanges if exchange.purpose == "campaign"}
    for response in _stats_responses(run):
        wanted = response.exchange.campaign_id.lower()
        for name, value in (response.stats or {}).items():
            if not isinstance(value, str) or normalize(name) not in {"id", "campaignid"}:
                continue
            found = value.lower()
            has_same_form = normalize(name) == "campaignid" and _form(found) == _form(wanted)
            if found != wanted and (has_same_form or found in requested):
                message = f"The stats belong to another campaign than the requested one, by their {name}."
                yield response.stats_violation(name, message, response.exchange.campaign_id, value)


def _form(campaign_id: str) -> str:
    return re.sub("[0-9a-f]", "0", campaign_id)


RULES = (
    warning(
        "stats-of-another-campaign",
        "If the stats name their campaign, it is the requested one.",
        "A client shows one campaign's numbers under another's name.",
        "openapi.json, the path: the stats of the campaign with this id. The contract has no such field",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats\n\n"
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"campaignId": "507f191e810c19729de860ea", …}}',
        check_run=_of_another_campaign,
    ),
    warning(
        "counts-decreased",
        "Counts do not decrease from one read to the next, unless the whole snapshot is an older one.",
        "A client that stores differences stores negative ones.",
        "“Aggregate engagement stats”: events that were counted stay counted",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 350, "lastUpdated": "2026-01-31T09:35:00Z"}',
        check_run=_counts_decreased,
    ),
    warning(
        "last-updated-decreased",
        "lastUpdated does not decrease from one read to the next, unless the whole snapshot is an older one.",
        "A client that keeps the newest stats discards newer ones.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 415, "lastUpdated": "2026-01-31T08:30:00Z"}',
        check_run=_older_state(
            stale=False, message="lastUpdated decreased from one read to the next, but counts increased."
        ),
    ),
    info(
        "stale-snapshot",
        "A read returns a state at least as new as the read before it.",
        "Charts go back for a moment. The vendor allows it.",
        "openapi.json: “may be cached and slightly stale”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 398, "lastUpdated": "2026-01-31T09:00:00Z"}',
        check_run=_older_state(
            stale=True,
            message="A read returned an older state of the stats than the read before it, probably from a cache.",
        ),
    ),
    warning(
        "response-shape-inconsistent",
        "A field has the same type in every response, between reads and between campaigns.",
        "A client that was written for one response fails on another.",
        "openapi.json: one schema for every campaign",
        'campaign 1: {"success": true, "data": {…}, "metadata": {"cached": true}}\n'
        'campaign 2: {"success": true, "data": {…}, "metadata": "cached"}',
        check_run=_inconsistent_shape,
    ),
)
