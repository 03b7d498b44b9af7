"""Which reply a request gets that may have one: its campaign's, a generated one, or what it prefers."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from migma_contract.errors import ContractError
from migma_contract.openapi import Contract
from migma_mock.accounts.state import AccountState
from migma_mock.campaigns.campaign import Campaign, ScriptStep
from migma_mock.engine.prefer import PreferenceError, Preferences, parse_prefer
from migma_mock.engine.static_replies import StaticReplies
from migma_mock.faults import ArmedFault, FaultSpec, apply, arming_warnings
from migma_mock.generation import Generator
from migma_mock.input_models import is_campaign_id
from migma_mock.messages.reply import Reply

NO_SUCH_ID = "0" * 24
"""The ObjectId that never exists: the vendor's SDK uses it for that in its live test."""

_ID_SHOWN = 64
_GENERATED_KEPT = 4096


class Negotiator:
    """Chooses among what an account has.

    Args:
        contract: What replies hold to.
        standing: Replies that depend on no campaign.
        generator: Draws generated stats.
        finish: Adds what every envelope carries, which a step of a script needs before its fault.
        generate_unknown: Whether an id that no campaign has gets generated stats, and not a 404.
    """

    def __init__(
        self,
        contract: Contract,
        static_replies: StaticReplies,
        generator: Generator,
        finish: Callable[[Reply], Reply],
        *,
        generate_unknown: bool,
    ) -> None:
        self._contract = contract
        self._make = static_replies.make
        self._standing = static_replies
        self._generator = generator
        self.add_metadata = finish
        self._generate_unknown = generate_unknown
        self._generated = lru_cache(_GENERATED_KEPT)(self._make_generated)

    def negotiate(self, campaign_id: bytes, state: AccountState) -> Reply:
        """The reply for an id: its campaign's, else a generated one or the 404."""
        campaign = state.campaign(campaign_id)
        if campaign is None:
            return self._draw(campaign_id) if self._generate_unknown else self._standing.unknown_id
        return campaign.reply if campaign.is_fixed else self._moving(campaign, state)

    def negotiate_preferred(self, prefer: bytes, campaign_id: bytes, state: AccountState) -> Reply:
        """The reply for an id under a ``Prefer`` header; a 400 that says what could be met, if it cannot be."""
        try:
            wish = parse_prefer(prefer)
            reply = self._wished(wish, campaign_id, state)
        except PreferenceError as error:
            return self._make.error(400, "INVALID_PREFERENCE", str(error), "impossible preference")
        if not wish.applied:
            return reply
        return replace(reply.with_headers((b"preference-applied", wish.applied)), delay=wish.wait or reply.delay)

    def arming_warnings(self, spec: FaultSpec, earlier: Iterable[ArmedFault], state: AccountState) -> list[str]:
        """Why a fault may never apply in an account as it is."""
        campaign = None if spec.campaign is None else state.campaign(spec.campaign.encode())
        answers = () if campaign is None else self._answers(campaign, state)
        return arming_warnings(
            spec, earlier, None if self._generate_unknown else state.campaigns, answers, self._contract
        )

    def _answers(self, campaign: Campaign, state: AccountState) -> Iterable[Reply]:
        """All that a campaign answers as things stand; of a script, without taking a turn."""
        stats = state.current_stats(campaign) if campaign.growth else None
        if stats is not None:
            return (self._make.success(stats, campaign.reply.matched_by),)
        return [self.with_step_fault(turn, turn.reply) for turn, _times in campaign.script] or (campaign.reply,)

    def _moving(self, campaign: Campaign, state: AccountState) -> Reply:
        if campaign.script:
            turn = state.next_script_step(campaign)
            return self.with_step_fault(turn, self.add_metadata(turn.reply))
        return state.current_reply(campaign, lambda stats: self._make.success(stats, campaign.reply.matched_by))

    def with_step_fault(self, turn: ScriptStep, reply: Reply) -> Reply:
        """Return the reply of a script step, changed by the step's fault if it has one."""
        changed = turn.fault and apply(turn.fault, reply, self._contract)
        return changed or reply

    def _draw(self, raw_id: bytes) -> Reply:
        campaign_id = raw_id.decode("ascii", "replace")
        if campaign_id == NO_SUCH_ID or not is_campaign_id(campaign_id):
            return self._standing.unknown_id
        try:
            return self._generated(campaign_id)
        except ContractError as error:
            return self._standing.refusal(500, "INTERNAL_ERROR", str(error))

    def _make_generated(self, campaign_id: str) -> Reply:
        return self._make.enveloped(self._generator.envelope(campaign_id), f"generated {campaign_id[:_ID_SHOWN]}")

    def _wished(self, wish: Preferences, campaign_id: bytes, state: AccountState) -> Reply:
        if wish.example is not None:
            campaign_id = wish.example.encode("latin-1")
            if state.campaign(campaign_id) is None:
                raise PreferenceError(f"Prefer: example= takes the id of a campaign, got {wish.example[:_ID_SHOWN]!r}.")
        if wish.dynamic:
            asked = self._draw(campaign_id)
        elif wish.dynamic is False and state.campaign(campaign_id) is None:
            asked = self._standing.unknown_id
        else:
            asked = self.negotiate(campaign_id, state)
        if wish.code is None or asked.status == wish.code:
            return asked
        return self._with_status(wish.code, state)

    def _with_status(self, status: int, state: AccountState) -> Reply:
        first = (campaign.reply for campaign in state.campaigns.values())
        replies = [*self._standing.by_status.values(), *first]
        for reply in replies:
            if reply.status == status:
                return reply
        known = ", ".join(str(status) for status in sorted({reply.status for reply in replies}))
        raise PreferenceError(f"Prefer: code={status} has no reply here. There are {known}; a fixture adds others.")
