"""Hypothesis strategies for property tests of code that reads campaign stats.

::

    @given(campaign_stats("edge"))
    def test_every_campaign_has_a_summary(stats):
        assert summary(stats)
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from migma_contract.openapi import Contract, load_contract
from migma_contract.rate_unit import RATE_UNITS, RateUnit
from migma_contract.resources import openapi_path
from migma_mock.generation.profile import Profile, require_profile
from migma_mock.messages.body_forms import forms_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def campaign_stats(
    profile: Profile = "realistic", contract: Contract | None = None, *, rates: RateUnit | None = None
) -> "SearchStrategy[dict[str, Any]]":
    """Return a strategy for the stats of a campaign, which are the ``data`` of the envelope.

    Args:
        profile: The kind of campaign (:data:`migma_mock.generation.Profile`).
        contract: The contract with the schema that the profile ``schema`` follows; None for the built-in one.
        rates: The unit of the rates, ``fraction`` or ``percent``; None for that of the contract, by default fractions.
            The profile ``schema`` draws any number.

    Raises:
        ValueError: There is no such profile.
        ContractError: The built-in contract is needed and cannot be read.
        MissingExtraError: Hypothesis is not installed, or Schemathesis for the profile ``schema``.
    """
    require_profile(profile)
    if profile == "schema":
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        return schema.campaign_stats(contract or load_contract(openapi_path()))
    parts, stats = coherent_parts(profile, rates or (contract.rates if contract else RATE_UNITS[0]))
    return parts.map(stats) if contract is None else parts.map(stats).map(partial(_fitted, contract, profile))


def envelopes(
    profile: Profile = "realistic", contract: Contract | None = None, *, rates: RateUnit | None = None
) -> "SearchStrategy[dict[str, Any]]":
    """Return a strategy for whole success envelopes, as the endpoint sends them with status 200.

    Arguments and errors are those of :func:`campaign_stats`. With the profile ``schema`` the envelope is anything that
    the contract allows, so that ``data`` may be absent and ``success`` false.
    """
    require_profile(profile)
    if profile == "schema":
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        return schema.envelopes(contract or load_contract(openapi_path()))
    envelope = forms_of(contract).success if contract else lambda stats: {"success": True, "data": stats}
    return campaign_stats(profile, contract, rates=rates).map(envelope)


def _fitted(contract: Contract, profile: Profile, stats: dict[str, Any]) -> dict[str, Any]:
    """Return stats in the form of a contract; what it adds depends on the stats alone."""
    return forms_of(contract).stats.fit(stats, repr(stats), edge=profile == "edge", sparse=True)


def coherent_parts(
    profile: Profile, rates: RateUnit
) -> "tuple[SearchStrategy[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]":
    """Return a strategy for the parts of a coherent campaign, and the function that makes stats of them."""
    from migma_mock.generation.profiles import edge, realistic  # loads Hypothesis

    match profile:
        case "realistic":
            return realistic.PARTS, partial(realistic.stats, unit=rates)
        case "edge":
            return edge.PARTS, partial(edge.stats, unit=rates)
        case _:
            raise ValueError(f"no such profile: {profile!r}")
