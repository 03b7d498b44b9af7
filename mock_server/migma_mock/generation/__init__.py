"""Campaigns that nobody wrote down: drawn by Hypothesis, the same for the same id for ever.

Three profiles (:data:`PROFILES`), two ways to have them: strategies for property tests of your own
(:func:`campaign_stats`, :func:`envelopes`), and :class:`Generator`, which answers for a campaign id.
Hypothesis, and Schemathesis for the profile ``schema``, load when the first campaign is drawn, not on import.
"""

from migma_mock.generation.generator import Generator
from migma_mock.generation.ids import campaign_ids
from migma_mock.generation.profile import PROFILES, Profile
from migma_mock.generation.strategies import campaign_stats, envelopes

__all__ = ["PROFILES", "Generator", "Profile", "campaign_ids", "campaign_stats", "envelopes"]
