"""Doubts about a fault: what keeps it, as things stand, from striking the answers that are meant."""

from collections.abc import Collection, Iterable
from itertools import islice

from migma_contract.openapi import Contract
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.armed import ArmedFault, apply
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.reply import Reply

_IDS_COMPARED = 200

_OF_ITS_OWN = frozenset({"campaign", "times", "probability", "seed"})
"""Members that say when a fault strikes, and not what it does."""

_MEANT = {
    AppliesTo.ANY: "any answer",
    AppliesTo.BODY: "an answer with a body",
    AppliesTo.JSON: "an answer with a JSON body",
    AppliesTo.STATS: "a success with stats",
}


def arming_warnings(
    spec: FaultSpec,
    earlier: Iterable[ArmedFault],
    campaigns: Collection[bytes] | None,
    answers: Iterable[Reply],
    contract: Contract,
) -> list[str]:
    """A sentence for each reason why a fault may never strike; none where nothing is in its way.

    Args:
        spec: The fault.
        earlier: Those that were armed before it.
        campaigns: Ids of the account's campaigns; None where any id is answered.
        answers: All that the campaign it names has as things stand; empty where it names none that is there.
        contract: That they hold to.
    """
    found = []
    if spec.probability == 0:
        found.append("Its probability is 0: it strikes nothing.")
    if spec.campaign is not None and campaigns is not None and spec.campaign.encode() not in campaigns:
        found.append(_no_campaign(spec.campaign, campaigns))
    known = list(answers)
    if known and not any(apply(spec, answer, contract) for answer in known):
        found.append(_nothing_to_befall(spec, known))
    found += (_shadow(fault) for fault in islice((each for each in earlier if _is_shadowed(spec, each)), 1))
    return found


def _no_campaign(campaign_id: str, campaigns: Iterable[bytes]) -> str:
    meant = did_you_mean(campaign_id, (id_.decode() for id_ in islice(campaigns, _IDS_COMPARED)))
    effect = "Until that campaign exists, this fault affects only the 404 for its id."
    return f"The account has no campaign {campaign_id!r}{meant or '.'} {effect}"


def _nothing_to_befall(spec: FaultSpec, answers: Iterable[Reply]) -> str:
    statuses = ", ".join(dict.fromkeys(str(answer.status) for answer in answers))
    meant = _MEANT[spec.applies_to] + ("" if spec.befalls_all else " that has what it changes")
    return f"Campaign {spec.campaign!r} answers {statuses} as things stand, and {spec.kind} is for {meant}."


def _shadow(fault: ArmedFault) -> str:
    return f"{fault.id} ({fault.spec.kind}), armed before, applies_to all answers that this one could: disarm it first."


def _is_shadowed(spec: FaultSpec, fault: ArmedFault) -> bool:
    """Whether no answer that a fault could befall is left over by one that was armed before it."""
    before = fault.spec
    if before.times is not None or before.probability < 1 or before.campaign not in (None, spec.campaign):
        return False
    return (before.befalls_all and before.applies_to <= spec.applies_to) or _what(before) == _what(spec)


def _what(spec: FaultSpec) -> tuple[object, ...]:
    members = spec.model_dump(exclude=set(_OF_ITS_OWN))
    return (type(spec), members)
