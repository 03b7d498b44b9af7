"""Growing campaigns: stats as a function of the account's clock.

The numbers of a sent campaign grow: deliveries within minutes, the opens of Apple Mail Privacy Protection within the
hour, the opens of people over days. They are refreshed in steps, so that they are always a little old, as the vendor
says of its own ("may be cached and slightly stale").
"""

from migma_mock.campaigns.growth.config import GrowthFile, parse_relative
from migma_mock.campaigns.growth.model import Growth, refreshes_at, resolve, stats_at

__all__ = ["Growth", "GrowthFile", "parse_relative", "refreshes_at", "resolve", "stats_at"]
