"""Names that are near enough for a rename, and headers that say nothing about this API."""

import pytest

from migma_contract.rules.analysis.known_headers import is_known
from migma_contract.rules.analysis.name_similarity import SIMILAR, likeness


def cases(text: str) -> list[tuple[str, str]]:
    return [(old, new) for old, _, new in (pair.partition(":") for pair in text.split())]


@pytest.mark.parametrize(
    ("old", "new"),
    cases(
        "openRate:open_rate openRate:OpenRate openRate:open-rate totalSent:sent lastUpdated:updatedAt bounces:bounced "
        "uniqueOpens:opensUnique unsubscribes:unsubscribeCount error:errorMessage error:errors totalDelivered:delivered"
    ),
)
def test_names_that_mean_the_same_are_alike(old, new):
    assert likeness(old, new) >= SIMILAR


@pytest.mark.parametrize(
    ("old", "new"),
    cases("openRate:spamReports error:message success:ok lastUpdated:cached bounces:devices"),
)
def test_names_that_mean_something_else_are_not(old, new):
    assert likeness(old, new) < SIMILAR


def test_headers_of_infrastructure_are_known_and_others_are_not():
    assert all(
        map(is_known, ("Content-Type", "CF-Ray", "X-Amz-Cf-Id", "x-ratelimit-remaining", "RateLimit", "traceparent"))
    )
    assert not any(map(is_known, ("X-Migma-Version", "X-Plan", "X-Stats-Source", "Api-Version")))
