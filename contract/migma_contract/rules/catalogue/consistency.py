"""Rules over the reads of campaigns: stats are of whom was asked for and go forward, and answers keep their shape."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules import expectations
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.name_similarity import plain
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Run, Violation
from migma_contract.stats import COUNTS, number
from migma_contract.strict_json import type_names
from migma_contract.timestamps import parse_rfc3339


class _Read(NamedTuple):
    at: int
    answer: ParsedResponse
    counts: Mapping[str, float]
    updated: datetime | None

    def is_older_than(self, other: "_Read") -> bool:
        return self.updated is not None and other.updated is not None and self.updated < other.updated

    def fallen(self, since: "_Read") -> list[str]:
        return [name for name, value in self.counts.items() if value < since.counts.get(name, value)]

    def risen(self, since: "_Read") -> list[str]:
        return [name for name, value in self.counts.items() if value > since.counts.get(name, value)]


def _answers(run: Run) -> Iterator[tuple[int, ParsedResponse]]:
    for index, exchange in expectations.final_attempts(run.exchanges):
        answer = run.answers[index]
        if answer is not None and exchange.json.readable and answer.max_level is Level.BREAKING:
            yield index, answer


def _steps(run: Run) -> Iterator[tuple[_Read, _Read]]:
    """Each read of a campaign with the newest that came before it."""
    newest: dict[str, _Read] = {}
    for index, answer in _answers(run):
        if answer.exchange.purpose != "campaign" or answer.stats is None:
            continue
        stats = answer.valid_stats
        counts = {name: value for name in COUNTS if (value := number(stats, name)) is not None}
        now = _Read(index, answer, counts, parse_rfc3339(stats.get("lastUpdated")))
        before = newest.get(answer.exchange.campaign_id)
        if before is not None:
            yield before, now
        if before is None or not now.is_older_than(before):
            newest[answer.exchange.campaign_id] = now


def _is_snapshot(before: _Read, now: _Read) -> bool:
    """Whether a read is an older state as a whole: its stamp went back, and no count came forward."""
    return now.is_older_than(before) and not now.risen(before)


def _fell(run: Run) -> Iterator[Violation]:
    for before, now in _steps(run):
        if now.is_older_than(before):
            continue
        for name in now.fallen(before):
            yield Violation(
                now.answer.at(f"{STATS_POINTER}{pointer(name)}"),
                f"{name} went down from one read to the next, and lastUpdated did not go back.",
                f"{before.counts[name]:.15g} or more",
                f"{now.counts[name]:.15g}",
                run.contract.stats.properties.get(name, ""),
                now.at,
            )


def _went_back(run: Run) -> Iterator[Violation]:
    for before, now in _steps(run):
        if now.is_older_than(before) and not _is_snapshot(before, now):
            says = "lastUpdated went back from one read to the next, while counts rose."
            yield _stamp(before, now, says)


def _snapshot(run: Run) -> Iterator[Violation]:
    for before, now in _steps(run):
        if _is_snapshot(before, now):
            says = "A read shows an older state of the stats than one before it, as a whole: from a cache, it seems."
            yield _stamp(before, now, says)


def _stamp(before: _Read, now: _Read, says: str) -> Violation:
    stamps = [str((each.answer.stats or {}).get("lastUpdated")) for each in (before, now)]
    rule = now.answer.contract.stats.properties.get("lastUpdated", "")
    return Violation(
        now.answer.at(f"{STATS_POINTER}/lastUpdated"), says, f"{stamps[0]} or later", stamps[1], rule, now.at
    )


def _shapes(run: Run) -> Iterator[Violation]:
    """Members whose type differs between answers, where no rule about one answer says so."""
    first: dict[str, tuple[str, str]] = {}
    for index, answer in _answers(run):
        named = {violation.where for violation in answer.violations} | {d.to for d in answer.missing_fields}
        for place in answer.places:
            for name, value in place.value.items():
                at, kind = f"{place.pointer}{pointer(name)}", _kind(value)
                if at in named or kind is None or (at == STATS_POINTER and answer.misplaced_stats is not None):
                    continue
                where = answer.at(at)
                earlier, _ = first.setdefault(where, (kind, at))
                if earlier != kind:
                    level = None if name in place.fields.properties else Level.INFO
                    says = f"{name} is {kind} in one answer and {earlier} in another."
                    rule = place.fields.properties.get(name, "")
                    yield Violation(where, says, f"{earlier} each time", kind, rule, index, level)


def _kind(value: Any) -> str | None:
    """The JSON type as far as it makes a difference: numbers are one type, null is none."""
    if value is None:
        return None
    name = type_names.get(dict if isinstance(value, Mapping) else type(value), "")
    return "number" if name == "integer" else name


def _of_another(run: Run) -> Iterator[Violation]:
    """Stats that name a campaign, and not the one that was asked for.

    A member called ``id`` may name the record of the stats, so it counts only where it is another campaign's of
    this run. One called ``campaignId`` can mean little else, and is passed over only where it has another form,
    since a campaign may go by two ids.
    """
    asked = {exchange.campaign_id.lower() for exchange in run.exchanges if exchange.purpose == "campaign"}
    for index, answer in _answers(run):
        if answer.exchange.purpose != "campaign" or answer.stats is None:
            continue
        wanted = answer.exchange.campaign_id.lower()
        for name, value in answer.stats.items():
            found = value.lower() if isinstance(value, str) and plain(name) in {"id", "campaignid"} else wanted
            alike = plain(name) == "campaignid" and _form(found) == _form(wanted)
            if found != wanted and (alike or found in asked):
                says = f"The stats are of another campaign than was asked for, by their {name}."
                place = run.contract.stats.properties.get(name, "")
                where = answer.at(f"{STATS_POINTER}{pointer(name)}")
                yield Violation(where, says, answer.exchange.campaign_id, str(value), place, index)


def _form(campaign_id: str) -> str:
    return re.sub("[0-9a-f]", "0", campaign_id)


RULES = (
    Rule(
        "stats-of-another-campaign",
        Level.WARNING,
        "Where the stats name their campaign, it is the one that was asked for.",
        "A client shows one campaign's numbers under another's name.",
        "openapi.json, the path: the stats of the campaign with this id. The contract has no such member",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats\n\n"
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"campaignId": "507f191e810c19729de860ea", …}}',
        series=_of_another,
    ),
    Rule(
        "counts-decreased",
        Level.WARNING,
        "Counts do not go down from one read to the next, unless the whole snapshot is an older one.",
        "A client that stores differences stores negative ones.",
        "“Aggregate engagement stats”: what was counted stays counted",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 350, "lastUpdated": "2026-01-31T09:35:00Z"}',
        series=_fell,
    ),
    Rule(
        "last-updated-decreased",
        Level.WARNING,
        "lastUpdated does not go back from one read to the next, unless the whole snapshot is an older one.",
        "A client that keeps the newest stats throws away newer ones.",
        "openapi.json: “When these stats were last refreshed from the tracking worker.”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 415, "lastUpdated": "2026-01-31T08:30:00Z"}',
        series=_went_back,
    ),
    Rule(
        "stale-snapshot",
        Level.INFO,
        "A read shows a state at least as new as the one before it.",
        "Charts step back for a moment. The vendor allows for it.",
        "openapi.json: “may be cached and slightly stale”",
        'read 1: {"uniqueOpens": 410, "lastUpdated": "2026-01-31T09:30:00Z"}\n'
        'read 2: {"uniqueOpens": 398, "lastUpdated": "2026-01-31T09:00:00Z"}',
        series=_snapshot,
    ),
    Rule(
        "response-shape-inconsistent",
        Level.WARNING,
        "A member has the same type in every answer, between reads and between campaigns.",
        "A client that was written against one answer fails on another.",
        "openapi.json: one schema for every campaign",
        'campaign 1: {"success": true, "data": {…}, "metadata": {"cached": true}}\n'
        'campaign 2: {"success": true, "data": {…}, "metadata": "cached"}',
        series=_shapes,
    ),
)
