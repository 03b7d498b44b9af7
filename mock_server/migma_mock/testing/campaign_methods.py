"""CampaignMethods: the part of a handle that adds and deletes campaigns."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from migma_contract.errors import ArgumentError, Problem
from migma_contract.timestamps import format_rfc3339
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.generation import PROFILES, Profile
from migma_mock.testing.arguments import HIDDEN, argument_error, argument_problems, is_json, require_id, to_members
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.handle_base import HandleBase
from migma_mock.testing.keyword_arguments import GrowthArguments, StatsArguments

__tracebackhide__ = HIDDEN

_TITLE_LENGTH = 120


@explain_calls()
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
        document = _document("campaign", campaign_id, stats=_as_json(stats))
        completed = self._backend.put_completed_campaign(document)
        if isinstance(completed, list):
            raise ArgumentError(argument_problems("campaign", completed, above="/stats", name=str))
        return completed

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
        if problems := self._backend.put_campaign(copy):
            raise ArgumentError(problem._replace(file="add_campaign(document)") for problem in problems)

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
        if problems := self._backend.put_campaign(document):
            raise ArgumentError(argument_problems(call, problems, above="/growth"))

    def add_generated_campaign(
        self, campaign_id: str | None = None, *, profile: Profile | None = None, seed: int | None = None
    ) -> str:
        """Add a campaign with random stats, and return its id; the same id and seed give the same stats.

        The first one of a profile takes a fraction of a second, or about one for ``schema``. An event loop runs on
        meanwhile with ``await asyncio.to_thread(mock.add_generated_campaign)``.

        Args:
            campaign_id: None for another one each time, which depends on the seed.
            profile: ``realistic``, ``edge`` or ``schema``; None for the profile of the settings.
            seed: None for the seed of the settings.

        Raises:
            ArgumentError: There is no such profile, or the seed or the id is impossible.
        """
        call = "add_generated_campaign"
        if profile is not None and profile not in PROFILES:
            raise argument_error(f"{call}(profile)", f"one of {', '.join(PROFILES)}", profile)
        if seed is not None and not isinstance(seed, int):
            raise argument_error(f"{call}(seed)", "a whole number", seed)
        known = None if campaign_id is None else require_id(call, campaign_id)
        number = next(self._numbers) if known is None else 0
        added = self._backend.put_generated_campaign(known, profile, seed, number)
        if isinstance(added, list):
            raise ArgumentError(argument_problems(call, added))
        return added

    def delete_campaign(self, campaign_id: str) -> bool:
        """Delete a campaign, so that its id gets 404; False if there is none."""
        return self._backend.delete_campaign(require_id("delete_campaign", campaign_id))


def _document(call: str, campaign_id: str, **answer: object) -> dict[str, Any]:
    title = require_id(call, campaign_id)[:_TITLE_LENGTH]
    return {"id": campaign_id, "title": title, "description": "Added by a test.", **answer}


def _as_json(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Return stats with times as text.

    Raises:
        ArgumentError: A value is not JSON.
    """
    values = {name: format_rfc3339(v) if isinstance(v, datetime) else v for name, v in stats.items()}
    problems = [
        Problem(f"campaign({name})", "", "a JSON value", repr(value))
        for name, value in values.items()
        if not is_json(value)
    ]
    if problems:
        raise ArgumentError(problems)
    return values
