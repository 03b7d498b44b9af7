"""Generated campaigns are valid by two validators, and look as their profile promises."""

import json
import statistics
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import schemathesis

from migma_contract.errors import ContractError
from migma_contract.openapi import parse_contract
from migma_contract.stats import COUNTS, MAX_COUNT, CampaignStats, relation_violations
from migma_mock.generation import Generator, campaign_ids

COHERENT = ("realistic", "edge")
NOW = datetime(2026, 1, 2, tzinfo=UTC)  # later than any campaign in any time zone
COUNT = 3_400
VALIDATED = 300


@pytest.fixture(scope="module")
def envelopes(generators):
    """Envelopes of each profile, enough for their shape; validation takes longer and uses the first ones."""
    return {profile: [g.envelope(i) for i in campaign_ids(11, COUNT)] for profile, g in generators.items()}


@pytest.fixture(scope="module")
def realistic(envelopes):
    return [envelope["data"] for envelope in envelopes["realistic"]]


# Every campaign is valid.


@pytest.mark.parametrize("count", [VALIDATED, pytest.param(COUNT, marks=pytest.mark.long)])
def test_every_envelope_satisfies_the_contract_by_two_validators(contract, profile, envelopes, count):
    """The validators are the mock's own and that of Schemathesis."""
    document = schemathesis.openapi.from_dict(json.loads(contract.raw), config=schemathesis.Config())
    operation = document[contract.operation.template][contract.operation.method]
    for body in envelopes[profile][:count]:
        assert contract.operation.success.violations(body) == []
        response = httpx.Response(200, json=body, request=httpx.Request("GET", "http://mock.invalid/"))
        response.elapsed = timedelta()
        operation.validate_response(response)


@pytest.mark.parametrize("profile", COHERENT)
def test_coherent_profiles_satisfy_all_relations(profile, envelopes):
    for body in envelopes[profile][:VALIDATED]:
        assert body.keys() == {"success", "data"}
        assert body["success"] is True
        assert relation_violations(body["data"], NOW) == []
        CampaignStats.model_validate(body["data"])


def test_every_envelope_survives_json(profile, envelopes):
    for body in envelopes[profile][:VALIDATED]:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
        assert json.loads(text) == body


def test_different_ids_have_different_stats(profile, envelopes):
    stats = [json.dumps(body["data"]) for body in envelopes[profile] if "data" in body]
    assert len(set(stats)) > 0.99 * len(stats)


def test_another_seed_gives_every_id_another_campaign(contract, profile, generators):
    one, other = generators[profile], Generator(contract, seed=-1, profile=profile)
    ids = campaign_ids(0, 100)
    assert sum(one.envelope(i) == other.envelope(i) for i in ids) < 20


# The shape of each profile.


def deciles(values):
    return [min(values), *statistics.quantiles(values, n=10), max(values)]


def test_realistic_sizes_spread_over_orders_of_magnitude(realistic):
    sizes = deciles([stats["totalSent"] for stats in realistic])
    assert 10 <= sizes[0] < sizes[2] < 3_000 < sizes[5] < 30_000 < sizes[8] < sizes[10] <= 3_200_000
    assert len({stats["totalSent"] for stats in realistic}) > 1_500


@pytest.mark.parametrize(
    ("part", "whole", "low", "median", "high"),
    [
        ("totalDelivered", "totalSent", 0.89, (0.975, 0.995), 0.9995),
        ("bounces", "totalSent", 0, (0.005, 0.025), 0.11),
        ("uniqueOpens", "totalDelivered", 0.09, (0.29, 0.41), 0.61),
        ("uniqueClicks", "totalDelivered", 0.001, (0.015, 0.035), 0.13),
        ("totalOpens", "uniqueOpens", 1.05, (1.3, 1.7), 2.55),
        ("unsubscribes", "totalDelivered", 0, (0.001, 0.0035), 0.011),
        ("mppOpens", "totalOpens", 0.19, (0.35, 0.5), 0.61),
        ("botOpens", "totalOpens", 0, (0.01, 0.05), 0.11),
        ("botClicks", "totalClicks", 0, (0.05, 0.2), 0.4),
    ],
)
def test_realistic_shares_are_in_the_usual_ranges(*, part, whole, low, median, high, realistic):
    """Small campaigns are left out, since whole numbers distort their shares."""
    shares = [stats[part] / stats[whole] for stats in realistic if stats["totalSent"] > 5_000 and part in stats]
    assert low <= min(shares)
    assert max(shares) <= high
    assert median[0] < statistics.median(shares) < median[1]


def test_realistic_clicks_rise_with_opens(realistic):
    large = [stats for stats in realistic if stats["totalSent"] > 5_000]
    opens, clicks = ([stats[name] for stats in large] for name in ("openRate", "clickRate"))
    assert statistics.correlation(opens, clicks) > 0.25


def test_coherent_profiles_omit_optional_fields_sometimes(envelopes):
    for profile in COHERENT:
        for name in ("botOpens", "botClicks", "mppOpens"):
            present = sum(name in body["data"] for body in envelopes[profile])
            assert 0.3 < present / len(envelopes[profile]) < 0.7


def test_edge_reaches_the_boundaries(envelopes):
    edge = [body["data"] for body in envelopes["edge"]]
    reached = {
        "nothing sent": lambda s: s["totalSent"] == 0,
        "one sent": lambda s: s["totalSent"] == 1,
        "largest integer sent": lambda s: s["totalSent"] == MAX_COUNT,
        "all bounced": lambda s: s["bounces"] == s["totalSent"] > 0,
        "all opened": lambda s: s["uniqueOpens"] == s["totalDelivered"] > 0,
        "each opened once": lambda s: s["uniqueOpens"] == s["totalOpens"] > 0,
        "clicks without opens": lambda s: s["uniqueClicks"] > s["uniqueOpens"] == 0,
        "rate 0": lambda s: s["openRate"] == 0,
        "rate 1": lambda s: s["clickRate"] == 1,
        "rate rounded": lambda s: s["openRate"] == 0.33,
        "rate exact": lambda s: s["openRate"] == 1 / 3,
        "only bots": lambda s: s.get("botOpens") == s["totalOpens"] > 0,
        "leap day": lambda s: "-02-29T" in s["lastUpdated"],
        "farthest east": lambda s: s["lastUpdated"].endswith("+14:00"),
        "farthest west": lambda s: s["lastUpdated"].endswith("-12:00"),
        "fractional seconds": lambda s: "." in s["lastUpdated"],
    }
    assert [name for name, holds in reached.items() if not any(map(holds, edge))] == []


def test_schema_reaches_what_only_a_schema_allows(contract, envelopes):
    bodies = envelopes["schema"]
    stats = [body["data"] for body in bodies if "data" in body]
    reached = {
        "no data": any("data" not in body for body in bodies),
        "success false": any(not body["success"] for body in bodies),
        "success true": any(body["success"] for body in bodies),
        "error absent": any("error" not in body for body in bodies),
        "error null": any(body.get("error", "") is None for body in bodies),
        "error text": any(isinstance(body.get("error"), str) for body in bodies),
        "bots": any("botOpens" in s for s in stats),
        "no bots": any("botOpens" not in s for s in stats),
        "unknown fields": any(s.keys() - contract.stats.properties.keys() for s in stats),
        "rates out of bounds": any(s["openRate"] > 1 for s in stats) and any(s["openRate"] < 0 for s in stats),
        **{f"negative {name}": any(s.get(name, 0) < 0 for s in stats) for name in COUNTS},
    }
    assert [name for name, is_reached in reached.items() if not is_reached] == []


# A contract that a profile cannot follow.


@pytest.mark.parametrize(
    ("change", "profile", "place"),
    [
        ('"totalSent": {"type": "integer", "maximum": 2', "realistic", "/components/schemas/CampaignStats/properties"),
        (
            '"totalSent": {"type": "integer", "minimum": 5e15, "maximum": 6e15',
            "edge",
            "/components/schemas/CampaignStats/properties",
        ),
        ('"totalSent": {"not": {}', "schema", "/paths/~1v1~1campaigns~1{id}~1stats/get"),
    ],
)
def test_a_contract_that_a_profile_cannot_follow_is_refused_with_the_place(contract, change, profile, place):
    document = json.dumps(json.loads(contract.raw)).replace('"totalSent": {"type": "integer"', change)
    document = document.replace('"required": ["success"]', '"required": ["success", "data"]')
    generator = Generator(parse_contract(document.encode(), source="newer.json"), seed=7, profile=profile)
    with pytest.raises(ContractError) as caught:
        [generator.envelope(i) for i in campaign_ids(1, 200)]
    assert {problem.file for problem in caught.value.problems} == {"newer.json"}
    assert all(problem.pointer.startswith(place) for problem in caught.value.problems)


# Ids.


def test_ids_have_the_vendors_form_and_are_distinct_and_repeatable():
    ids = campaign_ids(3, 2_000)
    assert len(set(ids)) == 2_000
    assert all(len(i) == 24 and set(i) <= set("0123456789abcdef") and i != "0" * 24 for i in ids)
    assert campaign_ids(3, 10) == ids[:10]
    assert not set(campaign_ids(4, 2_000)) & set(ids)
