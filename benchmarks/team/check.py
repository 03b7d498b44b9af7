"""Check the answers of a proof against the journals and the model: a sentence for each contradiction."""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.team.evidence import AccountEvidence, Entry
from benchmarks.team.load_client import Answer
from benchmarks.team.model import AccountModel
from benchmarks.team.plan import AccountPlan

_TOLD = re.compile(r"lacks (\d+) requests? that came while the store could not be reached")


class Moved(NamedTuple):
    """A clock that was advanced.

    Attributes:
        account: The number of the account.
        time: Its new time.
        returned: When the control call had returned, by the client's monotonic clock.
    """

    account: int
    time: str
    returned: float


@dataclass(frozen=True)
class Proof:
    """All that is known after a run.

    Attributes:
        plans: The accounts.
        answers: What the clients got.
        evidence: What the mock says, by the number of the account.
        moves: The clocks that were advanced.
        unknown_key: How many requests came without a known key, as the mock says.
        may_lose: True if requests may have no answer since something was broken on purpose. What was answered has to
            be right all the same.
    """

    plans: Sequence[AccountPlan]
    answers: Sequence[Answer]
    evidence: Mapping[int, AccountEvidence]
    moves: Sequence[Moved] = ()
    unknown_key: int = 0
    may_lose: bool = False


def violations(proof: Proof) -> list[str]:
    """Return a sentence for each contradiction; none if all counts are exact."""
    by_account: dict[int, list[Answer]] = defaultdict(list)
    for answer in proof.answers:
        by_account[answer.request.account].append(answer)
    found = [f"account {number} is not of the plan" for number in by_account.keys() - {p.number for p in proof.plans}]
    if proof.unknown_key:
        found.append(f"{proof.unknown_key} requests came without a known key, expected none")
    for plan in proof.plans:
        label = f"account {plan.number} ({plan.kind})"
        evidence, answers = proof.evidence[plan.number], by_account[plan.number]
        moves = [move for move in proof.moves if move.account == plan.number]
        checks = (
            _numbers(evidence, answers),
            _each_once(evidence.entries, answers, may_lose=proof.may_lose),
            _as_modelled(plan, evidence, {answer.request.number for answer in answers if answer.is_lost}),
            _nothing_of_others(plan, answers),
            _none_claimed_without_the_store(plan, evidence.entries, answers),
            _growth(plan, evidence.entries),
            _freshness(evidence.entries, answers, moves),
        )
        found += [f"{label}: {sentence}" for check in checks for sentence in check]
    return found


def _numbers(evidence: AccountEvidence, answers: Sequence[Answer]) -> Iterator[str]:
    """The numbers of the journal have no gap, and it says so if requests were answered without it."""
    numbers = [entry.number for entry in evidence.entries]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the numbers of its journal have a gap or come twice: {_shown(numbers)}"
    unrecorded = sum(answer.is_unrecorded for answer in answers)
    if evidence.recorded < len(numbers) or (not unrecorded and evidence.recorded != len(numbers)):
        yield f"its journal says that it recorded {evidence.recorded} requests, and has {len(numbers)}"
    if evidence.requests != evidence.recorded:
        yield f"its list says {evidence.requests} requests, and its journal {evidence.recorded}"
    told = int(found[1]) if (found := _TOLD.search(evidence.gap)) else 0
    # A client does not learn of a response that was lost on its way; and if the store is lost while it is told, nobody
    # knows if it heard, so it is told again.
    most = 2 * unrecorded + sum(answer.is_lost for answer in answers)
    if not unrecorded <= told <= most:
        yield f"{unrecorded} requests were answered without the store, and its journal says {evidence.gap!r}"
    if evidence.verifies == bool(evidence.gap):
        passes = "passes" if evidence.verifies else "fails"
        yield f"a verification of its {len(numbers)} requests {passes}, and its journal says {evidence.gap!r}"
    if evidence.gap and not any(answer.is_unrecorded or answer.is_refused or answer.is_lost for answer in answers):
        yield f"its journal tells of a gap: {evidence.gap}"


def _each_once(entries: Sequence[Entry], answers: Sequence[Answer], *, may_lose: bool) -> Iterator[str]:
    """Each answer is in the journal exactly once, as the client got it, and nothing else is."""
    by_tag = {answer.request.number: answer for answer in answers}
    if len(by_tag) != len(answers):
        yield "a request was answered twice"
    counts = Counter(entry.tag for entry in entries)
    for entry in entries:
        answer = by_tag.get(entry.tag)
        if answer is None:
            yield f"entry {entry.number} of its journal is request {entry.tag}, which was not sent with its key"
        elif counts[entry.tag] > 1:
            yield f"request {entry.tag} is in its journal {counts[entry.tag]} times"
        elif answer.is_unrecorded and not may_lose:
            yield f"request {entry.tag} is in its journal, and its response says that it was not recorded"
        elif not answer.is_refused and not answer.is_unrecorded:
            yield from _same(entry, answer, may_lose=may_lose)
    for answer in answers:
        may_lack = answer.is_unrecorded or (may_lose and (answer.is_lost or answer.is_refused))
        if answer.request.number not in counts and not may_lack:
            what = f"was answered with {answer.status}" if answer.status else "got no response"
            yield f"request {answer.request.number} {what}, and is not in its journal"


def _same(entry: Entry, answer: Answer, *, may_lose: bool) -> Iterator[str]:
    if entry.campaign != answer.request.campaign:
        yield f"request {entry.tag} asked for {answer.request.campaign}, and its journal says {entry.campaign}"
    if answer.is_lost:
        if entry.status is not None and not may_lose:
            yield f"request {entry.tag} got no response, and its journal says {entry.status}"
    elif answer.status != entry.status:
        yield f"request {entry.tag} got {answer.status}, and its journal says {entry.status}"
    elif answer.body.decode(errors="replace") != entry.body:
        yield f"request {entry.tag} got another body than its journal says"


def _as_modelled(plan: AccountPlan, evidence: AccountEvidence, lost: Container[int]) -> Iterator[str]:
    """In the order of the journal, each reply is the one that a single process would give."""
    model = AccountModel(plan)
    known = {campaign.id for campaign in plan.campaigns}
    for entry in evidence.entries:
        if entry.campaign not in known:
            yield f"entry {entry.number} of its journal asks for {entry.campaign}, a campaign of another account"
            return
        expected = model.answer(entry.campaign, entry.time)
        if expected.fault == "delay" and entry.status is None and entry.tag in lost:
            continue  # the client did not wait
        fault = entry.matched_by.partition(",")[0].removeprefix("fault ") if "fault " in entry.matched_by else ""
        if not _is_growing(plan, entry.campaign) and (entry.status, entry.sent, fault) != tuple(expected):
            yield f"entry {entry.number}: expected {expected}, got {entry.status} {entry.sent} {entry.matched_by!r}"
            return  # all that follow would differ too
        if (entry.status, fault) != (expected.status, expected.fault):
            yield f"entry {entry.number}: expected {expected}, got {entry.status} {entry.matched_by!r}"
            return
    counted = [(fault.eligible, fault.applied) for fault in model.faults]
    if evidence.faults != counted:
        yield f"its faults were eligible and applied {evidence.faults} times, expected {counted}"


def _is_growing(plan: AccountPlan, campaign_id: str) -> bool:
    return any(campaign.grows for campaign in plan.campaigns if campaign.id == campaign_id)


def _nothing_of_others(plan: AccountPlan, answers: Iterable[Answer]) -> Iterator[str]:
    """The stats that its clients got are its own."""
    own = {step.sent for campaign in plan.campaigns for step in campaign.steps}
    for answer in answers:
        if answer.status == 200:
            sent = json.loads(answer.body)["data"]["totalSent"]
            if sent not in own:
                yield f"request {answer.request.number} got stats of another account (totalSent {sent})"


def _none_claimed_without_the_store(
    plan: AccountPlan, entries: Iterable[Entry], answers: Sequence[Answer]
) -> Iterator[str]:
    """Without the store, nothing is answered that would have counted: a fault that does not fire is a lie."""
    began = {answer.request.number: answer.began for answer in answers}
    model = AccountModel(plan)
    # From when on requests for a campaign count no more, since its faults are exhausted; never for most.
    free = {campaign.id: 0.0 for campaign in plan.campaigns if not model.may_claim(campaign.id)}
    for entry in entries:
        if entry.tag not in began or entry.campaign not in {campaign.id for campaign in plan.campaigns}:
            return  # other checks tell of it
        model.answer(entry.campaign, entry.time)
        for campaign in plan.campaigns:
            if not model.may_claim(campaign.id):
                free.setdefault(campaign.id, began[entry.tag])
    for answer in answers:
        if answer.is_unrecorded and answer.ended < free.get(answer.request.campaign, math.inf):
            yield f"request {answer.request.number} was answered without the store, which has its counts"


def _growth(plan: AccountPlan, entries: Iterable[Entry]) -> Iterator[str]:
    """A growing campaign has one reply at one time, and its counts never go down."""
    for campaign in plan.campaigns:
        if not campaign.grows:
            continue
        bodies: dict[str, str] = {}
        last = -1
        for entry in entries:
            if entry.campaign != campaign.id or entry.status != 200:
                continue
            if bodies.setdefault(entry.time, entry.body) != entry.body:
                yield f"entry {entry.number}: other stats than before at the same time, {entry.time}"
            opens = json.loads(entry.body)["data"]["totalOpens"]
            if opens < last:
                yield f"entry {entry.number}: totalOpens went down from {last} to {opens}"
            last = opens


def _freshness(entries: Iterable[Entry], answers: Sequence[Answer], moves: Sequence[Moved]) -> Iterator[str]:
    """A request that was sent after a control call returned sees its change."""
    times = {entry.tag: entry.time for entry in entries}
    for move in moves:
        for answer in answers:
            time = times.get(answer.request.number)
            if time is not None and answer.began > move.returned and time[:19] < move.time[:19]:
                yield f"request {answer.request.number} was sent after the clock was set to {move.time}, and saw {time}"


def _shown(numbers: Sequence[int]) -> str:
    odd = [number for place, number in enumerate(numbers, start=1) if number != place]
    return f"{len(numbers)} entries, the first wrong number is {odd[0]}"
