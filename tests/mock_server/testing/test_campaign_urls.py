"""stats_url: the URL of any id leads to its campaign, or to the 404 of that id."""

from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from migma_contract.safe_text import one_line
from migma_mock.input_models import is_campaign_id


@given(campaign_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(is_campaign_id))
@example(campaign_id="a+b")
@example(campaign_id="urn:x:1")
@example(campaign_id="_V1St")
@example(campaign_id="two words")
@example(campaign_id="a/b/../%2F")
@example(campaign_id="é")
@example(campaign_id="e\u0301")
@example(campaign_id="x" * 200)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_campaign_is_found_under_its_url(migma_mock, migma_transport, campaign_id):
    migma_mock.campaign(campaign_id)
    with httpx.Client(transport=migma_transport) as client:
        assert client.get(migma_mock.stats_url(campaign_id), headers=migma_mock.auth_headers).status_code == 200
    migma_mock.assert_requested(campaign_id, matched_by=f"campaign {one_line(campaign_id)}")


@pytest.mark.attack("hostile-input")
@given(campaign_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example(campaign_id="a/b")
@example(campaign_id="50%")
@example(campaign_id="a?b#c")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_other_id_is_one_segment_of_the_path(migma_mock, campaign_id):
    url = urlsplit(migma_mock.stats_url(campaign_id))
    before, segment, after = url.path.rsplit("/", 2)
    assert (before, unquote(segment), after) == ("/v1/campaigns", campaign_id, "stats")
    assert (url.query, url.fragment) == ("", "")


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("campaign_id", ["a/b", "50%", "a?b#c", "größe", "a b"])
def test_an_id_that_no_campaign_has_is_unknown_and_not_another_path(migma_mock, campaign_id):
    answer = httpx.get(migma_mock.stats_url(campaign_id), headers=migma_mock.auth_headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    migma_mock.assert_requested(campaign_id, matched_by="unknown id")
