"""Evidence: which runs show something of the contract, and which only an outage, another server or a rejected key."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import STATS, SUCCESS, exchange, failed

from migma_contract.finding import Level
from migma_contract.openapi import parse_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge
from migma_contract.rules.evidence import carries_envelope, lack_of_evidence, same_answer
from migma_contract.rules.intermediaries import FOREIGN_BODY, INTERMEDIARIES, NO_EVIDENCE, RETRYABLE

PURPOSES = ("campaign", "missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key")
PAGE = b"<!doctype html><html><head><title>Log in</title></head></html>"


def run(*given, **by_purpose):
    """A run in which some purposes have another response; purposes are written with underscores."""
    changed = {name.replace("_", "-"): each for name, each in by_purpose.items()}
    return [*given, *(changed.get(purpose) or exchange(purpose) for purpose in PURPOSES)]


def everywhere(status, value=..., **other):
    return [exchange(purpose, status, value, **other) for purpose in PURPOSES]


@pytest.mark.parametrize("status", [500, 501, 505, 407, 408, 429, 460, 499, 502, 503, 504, 508, 511, *range(520, 531)])
def test_the_same_failure_everywhere_is_an_outage(contract, status):
    for body in ({}, {"body": PAGE}, {"body": b""}):
        assert lack_of_evidence(everywhere(status, **body), contract) == "outage"


@given(st.lists(st.sampled_from([500, 502, 503, 522, "reset", "timeout", "tls"]), min_size=5, max_size=5))
def test_any_mixture_of_failures_is_an_outage_with_findings_of_level_info_only(contract, mixture):
    exchanges = [
        exchange(purpose, failure) if isinstance(failure, int) else failed(failure, purpose)
        for purpose, failure in zip(PURPOSES, mixture, strict=True)
    ]
    assert lack_of_evidence(exchanges, contract) == "outage"
    assert {finding.level for finding in judge(exchanges, contract)} <= {Level.INFO}


def test_a_backend_that_is_down_behind_a_layer_that_checks_keys_is_an_outage(contract):
    broken = run(campaign=exchange(status=500), unknown_id=exchange("unknown-id", 502))
    assert lack_of_evidence(broken, contract) == "outage-with-key"


def test_a_failure_of_the_known_campaign_only_is_drift(contract):
    broken = run(campaign=exchange(status=500))
    assert lack_of_evidence(broken, contract) is None
    assert ("campaign-status", Level.BREAKING) in {(one.rule, one.level) for one in judge(broken, contract)}


@pytest.mark.parametrize("status", [200, 301, 302, 401, 403, 404, 406, 418, 451])
@pytest.mark.parametrize(
    "body", [PAGE, b"", b"404 page not found\n", b"<?xml version='1.0'?><Error/>", b'{"message": "Forbidden"}', b"[]"]
)
def test_without_the_envelope_in_any_response_another_server_answered(contract, status, body):
    assert lack_of_evidence(everywhere(status, body=body), contract) == "other-server"


def test_another_server_is_recognised_whatever_its_statuses_are(contract):
    pages = [
        exchange(purpose, status, body=PAGE)
        for purpose, status in zip(PURPOSES, (200, 401, 403, 404, 302), strict=True)
    ]
    assert lack_of_evidence(pages, contract) == "other-server"


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True, "data": STATS},
        STATS,
        {"data": {"stats": STATS}},
        {"data": {name.upper(): value for name, value in STATS.items()}},
        {"success": "true", "result": 1},
    ],
)
def test_a_changed_envelope_is_still_this_api(contract, body):
    """Also if every error has lost the envelope."""
    problem = {"title": "Unauthorized", "status": 401}
    bare = {each.replace("-", "_"): exchange(each, value=problem) for each in PURPOSES[1:]}
    assert lack_of_evidence(run(campaign=exchange(value=body), **bare), contract) is None


WHOLE = json.dumps(SUCCESS).encode()


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        WHOLE[:40],
        b"callback(" + WHOLE + b");",
        b")]}',\n" + WHOLE,
        WHOLE + b"<!-- 12 ms -->",
        b"<br />\n<b>Warning</b>: x in <b>y</b><br />\n" + WHOLE,
        WHOLE.decode().encode("utf-16"),
        WHOLE.decode().encode("utf-16-le"),
        str(SUCCESS).encode(),
        b"<stats>" + b"".join(f"<{name}>1</{name}>".encode() for name in STATS) + b"</stats>",
        b"<response><success>false</success></response>",
        json.dumps(WHOLE.decode()).encode(),
    ],
)
def test_the_envelope_is_recognised_in_a_body_that_is_not_json(contract, body):
    assert carries_envelope(exchange(body=body), contract)


@pytest.mark.parametrize("body", [b'{"success": true, "message": "It works"}', b'{"success": true}'])
def test_a_health_check_has_no_envelope(contract, body):
    assert not carries_envelope(exchange(body=body), contract)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", PAGE, b"OK", b'{"error": "not found"}', b"Success!", b"<p>success: true</p>", b"\xff"]
)
def test_a_body_of_another_server_has_no_envelope(contract, body):
    headers = (("content-type", "text/html"),)
    assert not carries_envelope(exchange(body=body, headers=headers), contract)


@pytest.mark.parametrize("body", [b"", PAGE, b"OK", b'{"message": "x"}'])
def test_without_any_envelope_it_is_this_api_if_it_tells_keys_and_campaigns_apart(contract, body):
    """No other server has the documented status for a known campaign, an unknown one, and requests without a key."""
    assert lack_of_evidence([exchange(each, body=body) for each in PURPOSES], contract) is None
    ended_early = [exchange(each, body=body) for each in PURPOSES[:3]]
    assert lack_of_evidence(ended_early, contract) == "other-server"


def test_bodies_that_cannot_be_read_are_this_api_if_the_statuses_tell_requests_apart(contract):
    def encoded(purpose, status):
        return failed("encoding", purpose, status=status)

    right = [encoded(each, status) for each, status in zip(PURPOSES, (200, 401, 401, 404, 401), strict=True)]
    assert lack_of_evidence(right, contract) is None
    assert lack_of_evidence([encoded(each, 200) for each in PURPOSES], contract) == "other-server"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418])
def test_the_same_refusal_of_every_request_shows_nothing(contract, status):
    assert lack_of_evidence(everywhere(status), contract) == "same-failure"


def test_a_failure_with_status_200_for_every_request_shows_nothing(contract):
    closed = {"success": False, "error": "Maintenance"}
    assert lack_of_evidence(everywhere(200, closed), contract) == "same-failure"
    told_apart = run(campaign=exchange(value=closed), missing_key=exchange("missing-key", 200, closed))
    assert lack_of_evidence(told_apart, contract) is None


def test_an_account_that_may_read_nothing_shows_nothing(contract):
    ended = run(campaign=exchange(status=402), unknown_id=exchange("unknown-id", 402))
    assert lack_of_evidence(ended, contract) == "account"
    assert lack_of_evidence(run(campaign=exchange(status=402)), contract) is None


@pytest.mark.parametrize("status", [401, 403, 404, 503, 522])
def test_a_campaign_that_cannot_be_read_is_not_blamed_on_the_api(contract, status):
    assert lack_of_evidence(run(campaign=exchange(status=status)), contract) in {"unreadable", "same-failure"}


@pytest.mark.parametrize(
    ("status", "other"),
    [
        (200, {"body": PAGE}),
        (302, {"body": b""}),
        (403, {"body": PAGE}),
        (404, {"body": b'{"detail": "Not Found"}'}),
        (200, {"body": b""}),
    ],
)
def test_the_same_page_for_every_request_with_the_key_shows_nothing(contract, status, other):
    """Also if the API answers those without it, such as a layer in front that checks keys."""
    same = {each.replace("-", "_"): exchange(each, status, **other) for each in ("campaign", "unknown-id")}
    assert lack_of_evidence(run(**same), contract) == "other-server-with-key"
    assert lack_of_evidence(run(campaign=same["campaign"]), contract) in {None, "unreadable"}


@pytest.mark.parametrize(
    "value", [{}, {"success": False, "error": "Maintenance"}, {"message": "starting"}, None, [], "", {"data": {}}]
)
def test_json_with_the_status_of_success_for_every_request_with_the_key_is_drift(contract, value):
    """Clients take it for stats, and the requests without the key show that the API is there."""
    same = {each.replace("-", "_"): exchange(each, 200, value) for each in ("campaign", "unknown-id")}
    assert lack_of_evidence(run(**same), contract) is None


@pytest.mark.parametrize("purpose", ["missing-key", "invalid-key", "unknown-id-missing-key"])
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503, 522])
def test_stats_without_a_valid_key_are_breaking_whatever_requests_with_it_get(contract, purpose, status):
    disclosed = exchange(purpose, 200)
    exchanges = [disclosed if each.purpose == purpose else each for each in run()]
    exchanges[0], exchanges[3] = exchange(status=status), exchange("unknown-id", status)
    found = {(each.rule, each.level) for each in judge(exchanges, contract)}
    assert ("invalid-key-accepted" if purpose == "invalid-key" else "missing-key-accepted", Level.BREAKING) in found
    read_only = [exchange(status=status), exchange("unknown-id", status), disclosed]
    assert Level.BREAKING in {each.level for each in judge(read_only, contract)}


@pytest.mark.parametrize(
    "value",
    [
        {"success": True},
        {"success": True, "data": None},
        {"data": {name: STATS[name] for name in list(STATS)[:3]}},
        {"properties": {name: {"type": "number"} for name in STATS}},
    ],
)
def test_no_other_body_without_a_valid_key_makes_an_unreadable_run_drift(contract, value):
    exchanges = run(exchange(status=503, attempt=2), campaign=exchange(status=503), unknown_id=exchange("unknown-id"))
    exchanges[2] = exchange("missing-key", 200, value)
    assert Level.BREAKING not in {each.level for each in judge(exchanges, contract)}


@pytest.mark.parametrize("status", [400, 405, 410])
def test_a_refusal_of_every_request_with_the_key_in_the_envelope_is_drift(contract, status):
    refused = run(campaign=exchange(status=status), unknown_id=exchange("unknown-id", status))
    assert lack_of_evidence(refused, contract) is None


def test_stats_in_any_response_are_evidence(contract):
    leaking = run(campaign=exchange(status=500), unknown_id=exchange("unknown-id", 500))
    leaking[1] = exchange("missing-key", 200)
    assert lack_of_evidence(leaking, contract) is None


def test_a_run_without_reads_of_a_campaign_is_judged(contract):
    assert lack_of_evidence([exchange("missing-key", 403)], contract) is None


def test_a_contract_without_fields_of_the_stats_can_be_judged():
    document = json.loads(openapi_path().read_bytes())
    stats = document["components"]["schemas"]["CampaignStats"]
    stats.update(properties={}, required=[])
    bare = parse_contract(json.dumps(document).encode(), source="openapi.json")
    assert lack_of_evidence(run(), bare) is None
    assert lack_of_evidence(everywhere(200, body=PAGE), bare) == "other-server"
    judge(run(), bare)


def test_only_the_last_attempt_counts(contract):
    first = exchange(status=503)
    assert lack_of_evidence(run(first, campaign=replace(exchange(), attempt=2)), contract) is None


def test_a_description_of_the_api_has_no_stats(contract):
    """A static server may answer every path with one."""
    description = openapi_path().read_bytes()
    assert not carries_envelope(exchange(body=description), contract)
    assert lack_of_evidence(everywhere(200, body=description), contract) == "other-server"


@pytest.mark.parametrize("envelope", [SUCCESS, {"success": False, "error": "Session expired"}])
@pytest.mark.parametrize("before", [b"<pre>", b"<script id='__NEXT_DATA__'>", b"<script>var state = "])
def test_a_page_that_quotes_the_envelope_is_a_page(contract, envelope, before):
    quoted = json.dumps(envelope).encode()
    page = b"<!doctype html><html><title>Docs</title>" + before + quoted + b"</body></html>"
    headers = (("content-type", "text/html"),)
    assert not carries_envelope(exchange(body=page, headers=headers), contract)
    warned = b"<br />\n<b>Warning</b>: Undefined index in /srv/api.php<br />\n" + quoted
    assert carries_envelope(exchange(body=warned, headers=headers), contract)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Failed (ref 7f3a)", "Failed (ref 91bc)"),
        ("Cannot GET /v1/campaigns/507f1f77", "Cannot GET /v1/campaigns/000000"),
        ("Locked until 10:31:07", "Locked until 10:31:09"),
    ],
)
def test_references_in_messages_do_not_matter(one, other):
    first, second = (exchange(status=500, value={"success": False, "error": words}) for words in (one, other))
    assert same_answer(first, second)


def test_responses_say_the_same_if_only_their_request_ids_differ():
    one, other = (exchange("missing-key", value={"success": False, "error": "No", "requestId": n}) for n in (1, 2))
    assert same_answer(one, other)
    assert not same_answer(one, exchange("missing-key", value={"success": False, "error": "Missing key"}))
    assert not same_answer(one, exchange("missing-key", 403, {"success": False, "error": "No"}))


def test_every_status_of_an_intermediary_has_a_meaning_and_a_source():
    assert all(each.meaning and each.source for each in INTERMEDIARIES.values())
    assert not {200, 400, 401, 403, 404, 500, 501} & INTERMEDIARIES.keys()
    assert FOREIGN_BODY | RETRYABLE <= NO_EVIDENCE
