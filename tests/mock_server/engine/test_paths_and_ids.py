"""Paths that the contract does not have, hostile ids, and ids whose stats are generated."""

import json
from urllib.parse import quote, unquote

import pytest

from migma_contract.ids_of_nobody import NO_SUCH_ID, UNUSUAL_ID
from migma_mock import create_app
from migma_mock.generation import PROFILES, Generator

NO_IDS = ["%2e", "%2E%2e", "..", ".", "%ff", "%ff%fe", "%c3%28", "%ed%a0%80"]
"""Dots, which clients remove from paths, and what is not UTF-8."""

HOSTILE_IDS = [
    *NO_IDS,
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a%2fb",
    "%2F",
    "a%5cb",
    "%00",
    "abc%00",
    "%f0%9f%a6%8a",
    "%e2%80%ae",
    "%0d%0aX-Injected:%201",
    "%20",
    "a%20b",
    "%",
    "%zz",
    "%7b%7b7*7%7d%7d",
    "'%20OR%201=1--",
    "<script>",
    "*",
    "~",
    "-",
    "x" * 129,
    "x" * 8000,
    "%00" * 2000,
    "+",
    ";a=b",
    "$",
]


def code(answer):
    return json.loads(answer.body)["code"]


# --- other paths


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("/campaigns/abc/stats", "use the base URL that ends in /v1"),
        ("/v1/v1/campaigns/abc/stats", "use the base URL without /v1"),
        ("/v1/campaigns/abc/stats/", "Remove the slash at the end"),
        ("/v1/campaigns/abc/stats///", "Remove the slash at the end"),
        ("//v1/campaigns/abc/stats", "two slashes in a row"),
        ("/v1//campaigns/abc/stats", "two slashes in a row"),
        ("/v1/campaigns/abc", "has to end in /stats"),
        ("/v1/campaigns/abc/", "has to end in /stats"),
        ("/v1/campaigns//stats", ""),
        ("/v1/campaigns/stats", ""),
        ("/v1/campaigns/a/b/stats", "If a/b is one id, write its slashes as %2F."),
        ("/v2/campaigns/abc/stats", ""),
        ("/V1/campaigns/abc/stats", ""),
        ("/v1/campaigns/abc/statsx", ""),
        ("/docsx", ""),
        ("/openapi.jsonx", ""),
        ("/__mock__x", ""),
        ("/" + "é" * 300, ""),
        ("*", ""),
    ],
)
def test_another_path_gets_404_that_says_what_the_contract_has(app, ask, contract, assert_sound, *, target, hint):
    answer = ask(app, target)
    message = assert_sound(answer)["error"]
    assert answer.status == 404
    assert f"The contract has {contract.operation.method} {contract.operation.path}." in message
    assert hint in message
    assert len(message) < 500
    if not hint:
        assert message.endswith(f"{contract.operation.path}.")


@pytest.mark.parametrize("target", ["/docs/", "/__mock__/nothing", "/openapi.json/x"])
def test_below_the_mocks_own_pages_404_says_which_there_are(app, ask, target):
    answer = ask(app, target, host="127.0.0.1")
    assert answer.status == 404
    body = json.loads(answer.body)
    assert (body["success"], body["code"]) == (False, "NOT_FOUND")
    assert all(page in body["error"] for page in ("/docs", "/openapi.json", "/__mock__/health"))


def test_the_mocks_own_pages_refuse_other_methods_with_an_envelope(app, ask):
    answer = ask(app, "/docs", "POST", host="127.0.0.1")
    assert (answer.status, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["allow"]


# --- ids


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_a_hostile_id_gets_a_clean_404(stats, stats_path, hostile):
    answer = stats(stats_path(hostile))
    assert (answer.status, code(answer)) == (404, "NOT_FOUND")
    assert answer == stats(stats_path("nobody"))


def test_an_id_is_one_however_it_is_encoded(app, stats, stats_path, path):
    encoded = "".join(f"%{ord(letter):02x}" for letter in app.state.mock.example_id)
    assert stats(stats_path(encoded)) == stats(path)


def test_a_query_changes_nothing(stats, path):
    assert stats(f"{path}?id=nobody&%ff=%00") == stats(path)


def test_every_campaign_answers_as_its_file_says(fixed_campaigns, stats, stats_path):
    assert len(fixed_campaigns) > 15
    for campaign in fixed_campaigns:
        answer = stats(stats_path(campaign.id))
        assert (answer.status, answer.body) == (campaign.reply.status, campaign.reply.body)


# --- generated stats


@pytest.fixture(scope="module", params=PROFILES)
def generating(request):
    return create_app(reload=False, unknown_id="generate", profile=request.param, seed=5)


@pytest.fixture(scope="module")
def generator(generating, contract):
    return Generator(contract, seed=5, profile=generating.state.mock.settings.profile)


def test_unknown_ids_get_stats_where_generation_is_on(generating, generator, stats, stats_path):
    ids = [f"{number:024x}" for number in range(1, 40)] + ["short", "a.b~c-d_e", "x" * 128]
    for id_ in ids:
        body = json.loads(stats(stats_path(id_), of=generating).body)
        assert body == json.loads(json.dumps(generator.envelope(id_)))


@pytest.mark.parametrize("id_", [NO_SUCH_ID, "%30" * 24, quote(UNUSUAL_ID, safe=""), *NO_IDS])
def test_the_id_of_nobody_and_what_is_no_id_stay_404_where_generation_is_on(generating, stats, stats_path, id_):
    assert stats(stats_path(id_), of=generating).status == 404


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("id_", sorted({*HOSTILE_IDS} - {*NO_IDS} | {"a+b", "urn:x:1", "_V1St", "x" * 200}))
def test_whatever_else_a_url_carries_is_an_id_and_gets_its_own_stats(generating, generator, stats, stats_path, id_):
    """Ids were limited to a few characters, so those of some services were unknown."""
    body = json.loads(stats(stats_path(id_), of=generating).body)
    assert body == json.loads(json.dumps(generator.envelope(unquote(id_))))


def test_the_log_shows_an_id_on_one_line(generating, stats, stats_path, journalled):
    stats(stats_path("a%0a12:00:00%20GET%20forged"), of=generating)
    assert journalled(generating.state.mock)[-1].matched_by == r"generated a\n12:00:00 GET forged"


def test_generation_leaves_campaigns_and_refusals_alone(generating, ask, stats, path):
    assert stats(path, of=generating) == stats(path)
    assert ask(generating, path).status == 401
