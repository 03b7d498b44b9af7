"""A campaign file may break rules on purpose; and any file gives a campaign or problems."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_campaign import CAMPAIGN, REPLY, STATS, with_reply, with_stats

from migma_contract.errors import Problem
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import parse_campaign
from migma_mock.input_models import is_campaign_id


def accepted(contract, document):
    result = parse_campaign(json.dumps(document).encode(), "mine.json", contract)
    assert isinstance(result, Campaign), result
    return result


def test_a_valid_file_is_served_as_it_is(contract):
    result = accepted(contract, CAMPAIGN | {"$schema": "https://example.invalid/campaign.json"})
    assert (result.id, result.title, result.stats) == (CAMPAIGN["id"], "Mine", STATS)
    assert json.loads(result.reply.body) == {"success": True, "data": STATS}


def test_contradictory_numbers_are_allowed_if_the_file_says_so(contract):
    accepted(contract, with_stats(openRate=40) | {"incoherent": True})
    accepted(contract, with_reply(body={"success": True, "error": ""}) | {"incoherent": True})


def test_contradictory_numbers_must_still_satisfy_the_schema(contract):
    document = with_stats(openRate="40 %") | {"incoherent": True}
    assert parse_campaign(json.dumps(document).encode(), "mine.json", contract)[0].pointer == "/stats/openRate"


def test_an_undocumented_status_has_a_header_and_an_error_may_carry_data(contract):
    body = {"success": False, "error": "Slow down.", "data": {"openRate": 40}}
    result = accepted(contract, with_reply(status=429, body=body) | {"undocumented": True})
    assert (b"x-mock-undocumented", b"429") in result.reply.headers
    assert not accepted(contract, with_reply(body=body)).reply.headers[2:]


@pytest.mark.parametrize(
    "id_", ["a+b", "urn:x:1", "_V1St", "two words", "x" * 200, "a/b", "..x", "🦊", "a\0b", "a\nb", "%2e"]
)
def test_whatever_a_url_can_carry_is_an_id_and_a_title_and_a_description_are_optional(contract, id_):
    """The id was limited to a few characters, and both texts were required."""
    result = accepted(contract, {"id": id_, "stats": STATS})
    assert (result.id, result.title, result.description) == (id_, id_[:120], "")
    assert "\n" not in result.reply.matched_by


@given(st.text(max_size=130))
def test_an_id_is_any_text_that_a_url_can_carry(text):
    """Also percent-encoded, clients remove segments of dots from a path."""
    can_be_sent = text not in ("", ".", "..")
    try:
        text.encode()
    except UnicodeEncodeError:
        can_be_sent = False
    assert is_campaign_id(text) is can_be_sent


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CAMPAIGN, *STATS, *REPLY]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*CAMPAIGN, "reply", "undocumented", "incoherent"]), JSON))
def test_fields_of_any_type_give_a_campaign_or_problems(contract, changes):
    result = parse_campaign(json.dumps(CAMPAIGN | changes).encode(), "any.json", contract)
    for problem in [] if isinstance(result, Campaign) else result:
        assert not re.search(r"should|Input|unable|a valid (?!JSON)", problem.expected), "a phrase of pydantic"


@given(st.dictionaries(st.sampled_from([*STATS]), JSON | st.floats(1e300, 1e308) | st.integers(10**300, 10**380)))
def test_stats_of_any_size_give_a_campaign_or_problems(contract, changes):
    result = parse_campaign(json.dumps(with_stats(**changes)).encode(), "any.json", contract)
    assert isinstance(result, Campaign) or all(isinstance(problem, Problem) for problem in result)
