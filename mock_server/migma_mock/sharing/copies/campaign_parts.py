"""A campaign as a part: what was put, and what follows from the moment at which it was put."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from migma_contract.errors import Place, Problem
from migma_contract.openapi import Contract
from migma_contract.safe_text import one_line
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.campaign_file import MAX_TITLE
from migma_mock.messages.reply import ReplyMaker
from migma_mock.sharing.copies.shared_state import PutCampaign
from migma_mock.sharing.store.commit import Change
from migma_mock.sharing.store.parts import CAMPAIGN, UNREADABLE, decode, decode_time, encode, encode_time

_SECONDS_AT_ONCE = 0.005
"""So long campaigns are built before other requests are answered."""


def dump_campaign(put: PutCampaign) -> str:
    """Return the text of a campaign that was put."""
    campaign, sent_at = put
    if campaign is None:
        return encode(None)
    return encode(
        {
            "document": campaign.document,
            "source": campaign.source,
            "warnings": campaign.warnings,
            "sentAt": encode_time(sent_at),
        }
    )


def load_campaign(campaign_id: str, text: str, contract: Contract) -> PutCampaign:
    """Return the campaign of such a text.

    Another contract than that of the process where it was put may not allow it. Then its reply says so.
    """
    part = decode(text)
    if part is None:
        return PutCampaign(None)
    document, source = part["document"], part["source"]
    campaign = build_campaign(document, source, contract)
    if isinstance(campaign, list):
        return PutCampaign(_refused(campaign_id, source, campaign[0], contract))
    # Their places are those in what was sent, which may have been a response of the API.
    warnings = tuple(
        Problem(file, pointer, expected, got, message, Place(*place) if place else None)
        for file, pointer, expected, got, message, place in part["warnings"]
    )
    return PutCampaign(replace(campaign, warnings=warnings), decode_time(part["sentAt"]))


class BuiltCampaigns:
    """The campaigns of changes, which are built before the changes are loaded: that of many takes seconds.

    Args:
        contract: Returns the contract, with which they are built.
    """

    def __init__(self, contract: Callable[[], Contract]) -> None:
        self._contract = contract
        self._built: dict[tuple[str, str], PutCampaign] = {}

    async def build(self, changes: Iterable[Change]) -> None:
        """Build the campaigns of changes, with breaks in which the event loop answers other requests."""
        self._built.clear()
        until = time.monotonic() + _SECONDS_AT_ONCE
        for name, text in changes:
            if text is None or not name.startswith(CAMPAIGN):
                continue
            campaign_id = name.removeprefix(CAMPAIGN)
            with contextlib.suppress(*UNREADABLE):  # whoever takes it is told
                self._built[campaign_id, text] = load_campaign(campaign_id, text, self._contract())
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + _SECONDS_AT_ONCE

    def take(self, campaign_id: str, text: str) -> PutCampaign:
        """Return the campaign of a text, as :func:`load_campaign` does."""
        built = self._built.pop((campaign_id, text), None)
        return built or load_campaign(campaign_id, text, self._contract())


def _refused(campaign_id: str, source: str, problem: Problem, contract: Contract) -> Campaign:
    message = f"This campaign was put into a mock with another contract; with this one it is invalid: {problem.text}."
    reply = ReplyMaker(contract).error(500, "INTERNAL_ERROR", message, f"campaign {one_line(campaign_id)}")
    return Campaign(campaign_id, campaign_id[:MAX_TITLE], message, source, reply)
