"""Warnings about a fault that cannot change the replies it is meant for."""

from collections.abc import Collection, Iterable
from itertools import islice

from migma_contract.openapi import Contract
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.armed import ArmedFault, apply
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.reply import Reply

_IDS_COMPARED = 200

_REPLIES = {
    AppliesTo.ANY: "any reply",
    AppliesTo.BODY: "a reply with a body",
    AppliesTo.JSON: "a reply with a JSON body",
    AppliesTo.STATS: "a success with stats",
}


def arming_warnings(
    spec: FaultSpec,
    earlier: Iterable[ArmedFault],
    campaigns: Collection[bytes] | None,
    replies: Collection[Reply],
    contract: Contract,
) -> list[str]:
    """Return a sentence for each reason why a fault may never change a reply.

    Args:
        spec: The fault.
        earlier: The faults that were armed before it.
        campaigns: The ids of the account's campaigns; None if the mock generates a campaign for any id.
        replies: Every reply of the fault's campaign; empty if it names none, or one that does not exist.
        contract: The contract that the replies satisfy.
    """
    warnings = (
        _missing_campaign(spec, campaigns),
        _nothing_to_change(spec, replies, contract),
        _covered(spec, earlier),
    )
    return [warning for warning in warnings if warning]


def _missing_campaign(spec: FaultSpec, campaigns: Collection[bytes] | None) -> str:
    if spec.campaign is None or campaigns is None or spec.campaign.encode() in campaigns:
        return ""
    hint = did_you_mean(spec.campaign, (known.decode() for known in islice(campaigns, _IDS_COMPARED)))
    return (
        f"The account has no campaign {spec.campaign!r}{hint or '.'} "
        "Until that campaign exists, this fault affects only the 404 for its id."
    )


def _nothing_to_change(spec: FaultSpec, replies: Collection[Reply], contract: Contract) -> str:
    if not replies or any(apply(spec, reply, contract) for reply in replies):
        return ""
    statuses = " and ".join(dict.fromkeys(str(reply.status) for reply in replies))
    which = " ".join(filter(None, (_REPLIES[spec.applies_to], spec.condition)))
    return f"Campaign {spec.campaign!r} now answers with {statuses}, and {spec.kind} applies only to {which}."


def _covered(spec: FaultSpec, earlier: Iterable[ArmedFault]) -> str:
    for fault in earlier:
        other = fault.spec
        is_permanent = other.times is None and other.probability == 1 and not other.skip
        covers_campaign = other.campaign in (None, spec.campaign)
        if is_permanent and covers_campaign and other.applies_to_all and other.applies_to <= spec.applies_to:
            return (
                f"{fault.id} ({other.kind}), armed before this fault, changes every reply that this one could change. "
                "Disarm it first."
            )
    return ""
