"""A growing campaign: its stats as a function of the account's clock.

Whoever sends a campaign sees its numbers grow: deliveries within minutes, the opens of Apple Mail Privacy Protection
within the hour, people's opens over days. The numbers are collected in steps, so that they are a little old whenever
they are read, as the vendor says of its own ("may be cached and slightly stale").
"""

from migma_mock.campaigns.growth.config import GrowthFile
from migma_mock.campaigns.growth.model import Events, Growth, resolve, stats_at, step_at
from migma_mock.campaigns.growth.relative_time import parse_relative, print_relative

__all__ = ["Events", "Growth", "GrowthFile", "parse_relative", "print_relative", "resolve", "stats_at", "step_at"]
