"""Strategies for property tests of your own: code that reads campaign stats, tried on every kind of them.

::

    @given(campaign_stats("edge"))
    def test_every_campaign_has_a_summary(stats):
        assert summary(stats)
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from migma_contract.openapi import Contract, load_contract
from migma_contract.resources import openapi_path
from migma_mock.generation.profile import Profile, require_profile

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def campaign_stats(
    profile: Profile = "realistic", contract: Contract | None = None
) -> "SearchStrategy[dict[str, Any]]":
    """A campaign's stats, what the envelope holds as ``data``.

    Args:
        profile: What kind of campaign (:data:`migma_mock.generation.Profile`).
        contract: Whose schema of ``data`` the profile ``schema`` follows; the built-in one if not given.

    Raises:
        ValueError: There is no such profile.
        ContractError: The built-in contract is needed and cannot be read.
        MissingExtraError: Hypothesis is not installed, or Schemathesis for the profile ``schema``.
    """
    require_profile(profile)
    if profile == "schema":
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        return schema.campaign_stats(contract or load_contract(openapi_path()))
    parts, stats = coherent(profile)
    return parts.map(stats)


def envelopes(profile: Profile = "realistic", contract: Contract | None = None) -> "SearchStrategy[dict[str, Any]]":
    """A whole success envelope, as the endpoint answers it with status 200.

    Arguments and errors are those of :func:`campaign_stats`. With the profile ``schema`` the envelope itself
    is anything that the contract admits, so ``data`` may be absent and ``success`` false.
    """
    require_profile(profile)
    if profile == "schema":
        from migma_mock.generation.profiles import schema  # loads Schemathesis

        return schema.envelopes(contract or load_contract(openapi_path()))
    return campaign_stats(profile).map(lambda stats: {"success": True, "data": stats})


def coherent(profile: Profile) -> "tuple[SearchStrategy[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]":
    """A coherent profile's parts, any choice of which is sound, and how they make a campaign's stats."""
    from migma_mock.generation.profiles import edge, realistic  # loads Hypothesis

    match profile:
        case "realistic":
            return realistic.PARTS, realistic.stats
        case "edge":
            return edge.PARTS, edge.stats
        case _:
            raise ValueError(f"no such profile: {profile!r}")
