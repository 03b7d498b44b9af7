"""CampaignMethods: the part of a handle that adds and deletes campaigns."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Unpack

from migma_contract.errors import ArgumentError, Problem
from migma_contract.timestamps import format_rfc3339
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.fixture_writer import generated_answer
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.generation import PROFILES, Profile, campaign_ids
from migma_mock.messages.body_forms import forms_of
from migma_mock.testing.arguments import HIDDEN, argument_error, argument_problems, require_id, to_members
from migma_mock.testing.handle_base import HandleBase
from migma_mock.testing.keyword_arguments import GrowthArguments, StatsArguments
from migma_mock.testing.stats_completion import complete_stats

__tracebackhide__ = HIDDEN

_TITLE_LENGTH = 120


class CampaignMethods(HandleBase):
    """Adds campaigns to an account and deletes them."""

    def campaign(self, campaign_id: str, **stats: Unpack[StatsArguments]) -> dict[str, Any]:
        """Add a campaign with some stats, and return all of them; the missing ones are filled in consistently.

        Rates are in the unit of the mock's setting ``rates``, by default fractions.

        Args:
            campaign_id: Its id.
            stats: Fields of the contract's stats; None omits an optional one.

        Raises:
            ArgumentError: A field is unknown, has a value that the contract refuses, or contradicts another field.
        """
        contract = self._mock.contract
        known = forms_of(contract).stats.fill(complete_stats(stats, self.clock.now, contract), str(campaign_id))
        document = _document("campaign", campaign_id, stats=known, rates=contract.rates)
        self._add(document, self.clock.now, partial(argument_problems, "campaign", above="/stats", name=str))
        return known

    def add_campaign(self, document: Mapping[str, Any]) -> None:
        """Add a campaign written as a fixture file writes it, with ``stats``, ``reply``, ``growth`` or ``script``.

        Raises:
            ArgumentError: With every mistake in it.
        """
        try:
            # As a JSON reader sees it; a copy, which later changes of the document do not reach.
            copy = json.loads(json.dumps(document, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise argument_error("add_campaign(document)", "JSON", document, f"{error}.") from None
        self._add(copy, self.clock.now, lambda problems: (p._replace(file="add_campaign(document)") for p in problems))

    def add_growing_campaign(
        self, campaign_id: str, *, recipients: int, sent_at: datetime | str, **growth: Unpack[GrowthArguments]
    ) -> None:
        """Add a campaign whose stats grow with the clock.

        Args:
            campaign_id: Its id.
            recipients: How many people it is sent to.
            sent_at: A datetime, or text: a date-time of RFC 3339, or relative to now, such as ``-3d12h``.
            growth: How it grows; the rates are those that it reaches after a month.

        Raises:
            ArgumentError: A parameter is unknown, or has a value that it cannot have.
        """
        call = "add_growing_campaign"
        members = to_members(call, growth, GrowthFile.model_fields)
        members["recipients"] = recipients
        members["sentAt"] = format_rfc3339(sent_at) if isinstance(sent_at, datetime) else sent_at
        document = _document(call, campaign_id, growth=members)
        self._add(document, self.clock.now, partial(argument_problems, call, above="/growth"))

    def add_generated_campaign(
        self, campaign_id: str | None = None, *, profile: Profile | None = None, seed: int | None = None
    ) -> str:
        """Add a campaign with random stats, and return its id; the same id and seed give the same stats.

        Args:
            campaign_id: None for another one each time, which depends on the seed.
            profile: ``realistic``, ``edge`` or ``schema``; None for the profile of the settings.
            seed: None for the seed of the settings.

        Raises:
            ArgumentError: There is no such profile, or the seed or the id is impossible.
        """
        call, settings = "add_generated_campaign", self._mock.settings
        profile, seed = profile or settings.profile, settings.seed if seed is None else seed
        if profile not in PROFILES:
            raise argument_error(f"{call}(profile)", f"one of {', '.join(PROFILES)}", profile)
        if not isinstance(seed, int):
            raise argument_error(f"{call}(seed)", "a whole number", seed)
        if campaign_id is None:
            campaign_id = self._mock.contract.allowed_id(
                campaign_ids(seed, (number := next(self._numbers)) + 1)[number]
            )
        envelope = self._mock.generator_of(profile=profile, seed=seed).envelope(require_id(call, campaign_id))
        document = _document(call, campaign_id, **generated_answer(envelope, profile))
        # Without the time: its lastUpdated may be later than what the account's clock shows.
        self._add(document, None, partial(argument_problems, call))
        return campaign_id

    def delete_campaign(self, campaign_id: str) -> bool:
        """Delete a campaign, so that its id gets 404; False if there is none."""
        known = require_id("delete_campaign", campaign_id)
        return self._change(lambda: self._account.state.delete(known))

    def _add(self, document: Any, now: datetime | None, located: Callable[[list[Problem]], Iterable[Problem]]) -> None:
        """Add a campaign, or raise an error with its problems as ``located`` returns them."""
        source = f"campaign {document['id']!r}" if isinstance(document, dict) and "id" in document else "campaign"
        campaign = build_campaign(document, source, self._mock.contract, now)
        if isinstance(campaign, list):
            raise ArgumentError(located(campaign))
        self._change(lambda: self._account.state.put(campaign))


def _document(call: str, campaign_id: str, **answer: object) -> dict[str, Any]:
    title = require_id(call, campaign_id)[:_TITLE_LENGTH]
    return {"id": campaign_id, "title": title, "description": "Added by a test.", **answer}
