"""Reads whose stats belong to another campaign than the requested one: by a name in them, or by their counts."""

import re
from collections.abc import Mapping, Sequence

from migma_contract.rules.analysis.mixed_up_campaigns import MixUp, mixed_up_campaigns
from migma_contract.rules.analysis.name_similarity import normalize
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.reads import Read, campaign_reads


def ids_in_stats(read: Read) -> Mapping[str, str]:
    """Return the fields of a campaign's stats that may name a campaign."""
    fields = (read.response.stats or {}).items()
    return {name: value for name, value in fields if isinstance(value, str) and normalize(name) in {"id", "campaignid"}}


def names_of_others(read: Read, run: Sequence[ParsedResponse]) -> Mapping[str, str]:
    """Return the fields of a campaign's stats that name another campaign than the requested one.

    A field named ``id`` may be the id of the stats record, so it counts only if it is the id of another campaign of
    this run. A field named ``campaignId`` counts unless its value has another form, since a campaign may have two ids.
    """
    requested = {each.exchange.campaign_id.lower() for each in run if each.exchange.purpose == "campaign"}
    names: dict[str, str] = {}
    for name, value in ids_in_stats(read).items():
        found = value.lower()
        has_same_form = normalize(name) == "campaignid" and _form(found) == _form(read.campaign)
        if found != read.campaign and (has_same_form or found in requested):
            names[name] = value
    return names


def reads_with_counts_of_others(run: Sequence[ParsedResponse]) -> list[MixUp]:
    """Return the reads with the counts of another campaign, without those that name one."""
    return mixed_up_campaigns([read for read in campaign_reads(run) if not names_of_others(read, run)])


def own_reads(run: Sequence[ParsedResponse]) -> list[Read]:
    """Return the reads of campaigns without those that may show another campaign."""
    mixed_up: set[int] = set()
    for read, other, has_switched in reads_with_counts_of_others(run):
        mixed_up |= {read.position} if has_switched else {read.position, other.position}
    reads = [read for read in campaign_reads(run) if read.position not in mixed_up]
    return [read for read in reads if not names_of_others(read, run)]


def _form(campaign_id: str) -> str:
    return re.sub("[0-9a-f]", "0", campaign_id)
