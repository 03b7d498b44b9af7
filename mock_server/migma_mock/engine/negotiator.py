"""Choose the reply of a request with a valid key: its campaign's, a generated one, or the one that it prefers."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from migma_contract.errors import ContractError
from migma_contract.extras import MissingExtraError
from migma_contract.ids_of_nobody import IDS_OF_NOBODY
from migma_contract.openapi import Contract
from migma_contract.safe_text import one_line
from migma_mock.accounts.state import AccountState
from migma_mock.campaigns.campaign import Campaign, ScriptStep
from migma_mock.engine.prefer import PreferenceError, Preferences, parse_prefer
from migma_mock.engine.static_replies import StaticReplies
from migma_mock.faults import ArmedFault, FaultSpec, apply, arming_warnings
from migma_mock.generation import Generator
from migma_mock.input_models import is_campaign_id
from migma_mock.messages.reply import Reply

_ID_SHOWN = 64
_GENERATED_BYTES_KEPT = 8_000_000
_REPLY_BYTES = 1024
"""Bytes of a generated reply beside its body and its id."""


class Negotiator:
    """Chooses among the replies of an account.

    Args:
        contract: Every reply satisfies it.
        static_replies: The replies that depend on no campaign.
        generator: Generates the stats of ids that nobody defined.
        add_metadata: Adds the metadata of an envelope; a script step needs it before its fault.
        generate_unknown: True if an unknown id gets generated stats instead of a 404.
    """

    def __init__(
        self,
        contract: Contract,
        static_replies: StaticReplies,
        generator: Generator,
        add_metadata: Callable[[Reply, AccountState], Reply],
        *,
        generate_unknown: bool,
    ) -> None:
        self._contract = contract
        self._make = static_replies.make
        self._static_replies = static_replies
        self._generator = generator
        self._add_metadata = add_metadata
        self._generate_unknown = generate_unknown
        self._generated: dict[str, Reply] = {}
        self._generated_bytes = 0

    def negotiate(self, campaign_id: bytes, state: AccountState) -> Reply:
        """Return the reply for an id: its campaign's, or a generated one, or the 404."""
        campaign = state.campaign(campaign_id)
        if campaign is None:
            return self._generate(campaign_id) if self._generate_unknown else self._static_replies.unknown_id
        if campaign.is_fixed:
            return campaign.reply
        if campaign.script is not None:
            step = state.next_script_step(campaign.id, campaign.script)
            return self._with_step_fault(step, self._add_metadata(step.reply, state))
        return state.current_reply(campaign, lambda stats: self._make.success(stats, campaign.reply.matched_by))

    def negotiate_preferred(self, prefer: bytes, campaign_id: bytes, state: AccountState) -> Reply:
        """Return the reply for an id under a ``Prefer`` header; a 400 with the choices if it asks for none of them."""
        try:
            preferences = parse_prefer(prefer)
            reply = self._preferred(preferences, campaign_id, state)
        except (PreferenceError, MissingExtraError) as error:
            return self._make.error(400, "INVALID_PREFERENCE", str(error), "invalid preference")
        if not preferences.applied:
            return reply
        reply = reply.with_headers((b"preference-applied", preferences.applied))
        return replace(reply, delay=preferences.wait or reply.delay)

    def preview(self, campaign: Campaign, state: AccountState) -> Reply:
        """Return the reply that a campaign, or a draft of one, gives now; nothing is counted."""
        if campaign.script is not None:
            step = campaign.script.step_for(state.script_requests(campaign))
            return self._with_step_fault(step, step.reply)
        stats = state.current_stats(campaign) if campaign.growth else None
        return campaign.reply if stats is None else self._make.success(stats, campaign.reply.matched_by)

    def arming_warnings(self, spec: FaultSpec, earlier: Iterable[ArmedFault], state: AccountState) -> list[str]:
        """Return the reasons why a fault may never apply in an account."""
        campaign = None if spec.campaign is None else state.campaign(spec.campaign.encode())
        replies = () if campaign is None else self._possible_replies(campaign, state)
        campaigns = None if self._generate_unknown else state.campaigns
        return arming_warnings(spec, earlier, campaigns, replies, self._contract)

    def _possible_replies(self, campaign: Campaign, state: AccountState) -> Collection[Reply]:
        """Return every reply that a campaign can give now; a script stays at its step."""
        stats = state.current_stats(campaign) if campaign.growth else None
        if stats is not None:
            return (self._make.success(stats, campaign.reply.matched_by),)
        if campaign.script is None:
            return (campaign.reply,)
        return [self._with_step_fault(step, step.reply) for step in campaign.script.steps]

    def _with_step_fault(self, step: ScriptStep, reply: Reply) -> Reply:
        """Return the reply of a script step, changed by the step's fault if it has one."""
        changed = step.fault and apply(step.fault, reply, self._contract)
        return changed or reply

    def _generate(self, raw_id: bytes) -> Reply:
        try:
            campaign_id = raw_id.decode()
        except UnicodeDecodeError:
            return self._static_replies.unknown_id
        if campaign_id in self._generated:
            return self._generated[campaign_id]
        if campaign_id in IDS_OF_NOBODY or not is_campaign_id(campaign_id):
            return self._static_replies.unknown_id
        try:
            return self._make_generated(campaign_id)
        except ContractError as error:
            return self._static_replies.refusal(500, "INTERNAL_ERROR", str(error))

    def _make_generated(self, campaign_id: str) -> Reply:
        # On one line, since the log shows it.
        matched_by = f"generated {one_line(campaign_id[:_ID_SHOWN])}"
        reply = self._make.enveloped(self._generator.envelope(campaign_id), matched_by)
        size = len(reply.body) + len(campaign_id.encode("utf-32")) + _REPLY_BYTES
        self._generated_bytes += size
        if self._generated_bytes > _GENERATED_BYTES_KEPT:
            # All at once: making one again takes 20 µs, and noting the use of each would slow down all requests.
            self._generated.clear()
            self._generated_bytes = size
        self._generated[campaign_id] = reply
        return reply

    def _preferred(self, preferences: Preferences, campaign_id: bytes, state: AccountState) -> Reply:
        if preferences.example is not None:
            campaign_id = preferences.example.encode("latin-1")
            if state.campaign(campaign_id) is None:  # an id with a comma, for instance, can only be encoded
                campaign_id = unquote_to_bytes(campaign_id)
            if state.campaign(campaign_id) is None:
                shown = preferences.example[:_ID_SHOWN]
                raise PreferenceError(f"Prefer: example= takes the id of a campaign, got {shown!r}.")
        if preferences.dynamic:
            reply = self._generate(campaign_id)
        elif preferences.dynamic is False and state.campaign(campaign_id) is None:
            reply = self._static_replies.unknown_id
        else:
            reply = self.negotiate(campaign_id, state)
        if preferences.code is None or reply.status == preferences.code:
            return reply
        return self._with_status(preferences.code, state)

    def _with_status(self, status: int, state: AccountState) -> Reply:
        of_campaigns = (campaign.reply for campaign in state.campaigns.values())
        replies = [*self._static_replies.by_status.values(), *of_campaigns]
        for reply in replies:
            if reply.status == status:
                return reply
        known = ", ".join(str(status) for status in sorted({reply.status for reply in replies}))
        raise PreferenceError(
            f"Prefer: code={status} has no reply here. The choices are {known}; a fixture adds others."
        )
