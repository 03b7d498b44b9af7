"""Generated campaigns, drawn by Hypothesis: the same id always gets the same campaign.

There are three profiles (:data:`PROFILES`) and two ways to use them: Hypothesis strategies for property tests of client
code (:func:`campaign_stats`, :func:`envelopes`), and :class:`Generator`, which returns the campaign of an id.
Hypothesis, and Schemathesis for the profile ``schema``, are imported when the first campaign is drawn.
"""

from migma_mock.generation.generator import Generator, campaign_ids
from migma_mock.generation.profile import PROFILES, Profile
from migma_mock.generation.strategies import campaign_stats, envelopes

__all__ = ["PROFILES", "Generator", "Profile", "campaign_ids", "campaign_stats", "envelopes"]
