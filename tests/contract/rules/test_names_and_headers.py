"""Similarity of field names, and headers that are not specific to this API."""

import pytest

from migma_contract.rules.analysis.known_headers import is_known_header
from migma_contract.rules.analysis.name_similarity import SIMILAR, similarity


def cases(text: str) -> list[tuple[str, str]]:
    return [(old, new) for old, _, new in (pair.partition(":") for pair in text.split())]


@pytest.mark.parametrize(
    ("old", "new"),
    cases(
        "openRate:open_rate openRate:OpenRate openRate:open-rate totalSent:sent lastUpdated:updatedAt bounces:bounced "
        "uniqueOpens:opensUnique unsubscribes:unsubscribeCount error:errorMessage error:errors totalDelivered:delivered"
    ),
)
def test_names_with_the_same_meaning_are_similar(old, new):
    assert similarity(old, new) >= SIMILAR


@pytest.mark.parametrize(
    ("old", "new"),
    cases("openRate:spamReports error:message success:ok lastUpdated:cached bounces:devices"),
)
def test_names_with_another_meaning_are_not_similar(old, new):
    assert similarity(old, new) < SIMILAR


def test_headers_of_infrastructure_are_known_but_not_others():
    assert all(
        map(
            is_known_header,
            (
                "Content-Type",
                "CF-Ray",
                "X-Amz-Cf-Id",
                "x-ratelimit-remaining",
                "RateLimit",
                "traceparent",
                "X-Mock-Undocumented",
            ),
        )
    )
    assert not any(map(is_known_header, ("X-Migma-Version", "X-Plan", "X-Stats-Source", "Api-Version")))
