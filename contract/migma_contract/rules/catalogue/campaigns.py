"""The rule on the campaigns of a run: each returns stats of its own."""

from collections.abc import Iterator, Sequence

from migma_contract.finding import Level, Violation
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.mixed_up_campaigns import MixUp, are_alike
from migma_contract.rules.analysis.other_campaigns import (
    ids_in_stats,
    names_of_others,
    reads_with_counts_of_others,
)
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.reads import Read, campaign_reads
from migma_contract.rules.rule import warning

_MAX_IDS = 5
_SHOWN = ("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks")


def _of_another_campaign(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the stats that name another campaign than the requested one, and the first that have its counts."""
    for read in campaign_reads(run):
        wanted = _id(read)
        for name, value in names_of_others(read, run).items():
            message = f"The stats of campaign {wanted} belong to another campaign, by their {name}: {value}."
            yield read.response.stats_violation(name, message, wanted, value)
    mix_ups = sorted(reads_with_counts_of_others(run), key=_order)
    if mix_ups:
        yield _switched(mix_ups, run) if mix_ups[0].has_switched else _same(mix_ups)


def _order(mix_up: MixUp) -> tuple[bool, bool]:
    """Sort the certain ones first, and of two reads the later one."""
    return mix_up.may_be_one_campaign, mix_up.read.position < mix_up.other.position


def _switched(mix_ups: Sequence[MixUp], run: Sequence[ParsedResponse]) -> Violation:
    """Return the violation for a read with the counts of another campaign; whose counts they are is not known."""
    read, other, _ = mix_ups[0]
    reads = [each for each in campaign_reads(run) if not names_of_others(each, run)]
    alike = [each for each in reads if each.position in {read.position, other.position} or _has_counts_of(each, read)]
    alike.sort(key=lambda each: each.campaign != read.campaign)
    positions = {each.position for each in alike}
    campaigns = {read.campaign, other.campaign}
    if any({m.read.campaign, m.other.campaign} == campaigns and m.read.position not in positions for m in mix_ups):
        message = f"Campaigns {_id(read)} and {_id(other)} exchanged their counts from one read to the next."
    else:
        named = _list(_named_reads(alike, reads))
        message = f"{named[0].upper()}{named[1:]} have {_what_is_alike(alike)}."
    return read.response.violation(STATS_POINTER, message, "counts of its own for each campaign", _counts(read))


def _has_counts_of(one: Read, other: Read) -> bool:
    return one.counts == other.counts or are_alike(one, other)


def _named_reads(some: Sequence[Read], reads: Sequence[Read]) -> list[str]:
    """Return some reads as text, by campaign: ``read 1 of campaign A``, ``both reads of campaign B``."""
    campaigns: dict[str, list[Read]] = {}
    for read in some:
        campaigns.setdefault(read.campaign, []).append(read)
    return [
        f"{_numbers(found, sum(each.campaign == campaign for each in reads))} of campaign {_id(found[0])}"
        for campaign, found in campaigns.items()
    ]


def _numbers(found: Sequence[Read], of_all: int) -> str:
    if len(found) == of_all:
        return {1: "the read", 2: "both reads"}.get(of_all, f"all {of_all} reads")
    numbers = [str(each.response.exchange.sample) for each in found]
    return f"read {numbers[0]}" if len(numbers) == 1 else f"reads {_list(numbers)}"


def _what_is_alike(reads: Sequence[Read]) -> str:
    if all(each.counts == reads[0].counts for each in reads):
        return "the same counts"
    return f"{'' if all(each.events == reads[0].events for each in reads) else 'nearly '}the same opens and clicks"


def _same(mix_ups: Sequence[MixUp]) -> Violation:
    """Return the violation for all campaigns that have the counts of one."""
    read, other, _ = mix_ups[0]
    campaigns = {other.campaign: _id(other)}
    campaigns |= {each.read.campaign: _id(each.read) for each in mix_ups if each.other.campaign == other.campaign}
    level, expected = None, "opens and clicks of its own for each campaign"
    if mix_ups[0].may_be_one_campaign:
        level, expected = Level.INFO, f"{expected}, unless these are ids of one campaign"
    message = f"{len(campaigns)} campaigns have the same opens and clicks: {_list(list(campaigns.values()))}."
    return read.response.violation(STATS_POINTER, message, expected, _counts(read), level=level)


def _number_of_comparisons(run: Sequence[ParsedResponse]) -> int:
    """Return the number of reads that name a campaign and of pairs of campaigns whose counts can be told apart."""
    reads = campaign_reads(run)
    comparable = len({read.campaign for read in reads if are_alike(read, read)})
    return sum(bool(ids_in_stats(read)) for read in reads) + comparable * (comparable - 1) // 2


def _id(read: Read) -> str:
    return read.response.exchange.campaign_id


def _list(ids: Sequence[str]) -> str:
    shown = [*ids[:_MAX_IDS], f"{len(ids) - _MAX_IDS} more"] if len(ids) > _MAX_IDS else ids
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _counts(read: Read) -> str:
    return ", ".join(f"{name} {read.counts[name]:.15g}" for name in _SHOWN if name in read.counts)


RULES = (
    warning(
        "stats-of-another-campaign",
        "Stats name no other campaign than the requested one, and no other one has the same opens and clicks.",
        "A client shows one campaign's numbers under another's name.",
        "openapi.json, the path: the stats of the campaign with this id",
        "GET /v1/campaigns/507f1f77bcf86cd799439011/stats\n\n"
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {"campaignId": "507f191e810c19729de860ea", …}}',
        check_run=_of_another_campaign,
        comparisons=_number_of_comparisons,
    ),
)
