"""The live suite, in this process, against servers on real sockets."""

from dataclasses import replace

import pytest

from migma_contract.redaction import Secret
from migma_contract_tests.probes.plan import WRONG_KEY, Probe, in_sending_order, plan
from migma_contract_tests.probes.request_budget import RequestRefusedError
from migma_contract_tests.results.baseline import Baseline, Entry
from migma_contract_tests.suites.live_config import LivePlan
from migma_contract_tests.suites.live_suite import LiveSuite


@pytest.fixture
def live(stage, contract):
    """Builds the suite for a server, as it is built from the environment."""

    def build(server, *accepted, **changes):
        entries = tuple(Entry(rule, where, "known", "me") for rule, where in accepted)
        options = stage.options(server.url, baseline=Baseline("known.json", entries), **changes)
        ranked = plan(options, contract)
        fitting = in_sending_order(ranked[: options.max_requests])
        live_plan = LivePlan(options, tuple(fitting), tuple(ranked[options.max_requests :]))
        suite = LiveSuite(live_plan, contract)
        suite.probes = live_plan.probes
        return suite

    return build


@pytest.fixture
def serve_reading(stage):
    """A server that answers reads of the campaign with a changed envelope; a context."""
    return lambda *change: stage.serve(stage.reading(*change))


def outcomes(suite):
    """What came of each probe: a reason why nothing can be said, or the text of the failure."""
    found = {}
    for probe in suite.probes:
        try:
            found[str(probe)] = suite.hold(probe)
        except AssertionError as error:
            found[str(probe)] = str(error)
    return found


def read(suite):
    return suite.hold(suite.probes[0])


def test_conforming_server_holds_and_is_asked_what_a_check_asks(live, conforming, stage, contract):
    suite = live(conforming)
    assert set(outcomes(suite).values()) == {""}
    assert suite.compare() == ()
    planned = in_sending_order(plan(stage.options(conforming.url), contract))
    keys = {"real": stage.key, "wrong": WRONG_KEY.reveal(), "none": ""}
    assert [(one.method, one.key) for one in conforming.requests] == [(one.method, keys[one.key]) for one in planned]
    assert {one.method for one in conforming.requests} == {"GET", "HEAD"}
    assert len(conforming.requests) == 8


def test_redirect_is_a_finding_and_is_not_followed(live, stage):
    with stage.serve(stage.api) as elsewhere:
        answer = stage.answer(302, b"", f"Location: {elsewhere.url}/v1/campaigns/{stage.campaign}/stats")
        with stage.serve(lambda _: answer) as server, pytest.raises(AssertionError, match=r"redirect \(breaking\)"):
            read(live(server))
        assert len(server.requests) == 1
        assert elsewhere.requests == []


DRIFTS = {
    "rate-is-percentage": ("200 /data/openRate", lambda e: e["data"].update(openRate=25.0)),
    "required-missing": ("200 /data/bounces", lambda e: e["data"].pop("bounces")),
    "wrong-type": ("200 /data/bounces", lambda e: e["data"].update(bounces="12")),
    "null-not-allowed": ("200 /data/bounces", lambda e: e["data"].update(bounces=None)),
    "wrong-format": ("200 /data/lastUpdated", lambda e: e["data"].update(lastUpdated="yesterday")),
    "envelope-success-missing": ("200 /success", lambda e: e.pop("success")),
}


@pytest.mark.parametrize("rule", DRIFTS)
def test_drift_fails_with_its_rule_place_and_fingerprint(live, serve_reading, rule):
    where, change = DRIFTS[rule]
    with serve_reading(change) as server, pytest.raises(AssertionError) as failure:
        read(live(server))
    assert f"{rule} (breaking) at {where}: " in str(failure.value)
    assert f"fingerprint: {Entry(rule, where, '', '').fingerprint}" in str(failure.value)


def test_schemathesis_has_its_own_say(live, serve_reading):
    with serve_reading(lambda e: e["data"].pop("bounces")) as server, pytest.raises(AssertionError, match="ST108"):
        read(live(server))


@pytest.mark.parametrize("rule", DRIFTS)
def test_finding_that_the_baseline_accepts_does_not_fail_whoever_found_it(live, serve_reading, rule):
    where, change = DRIFTS[rule]
    with serve_reading(change) as server:
        assert read(live(server, (rule, where))) == ""


def test_baseline_accepts_nothing_beside_its_finding(live, serve_reading):
    def change(envelope):
        del envelope["data"]["bounces"]
        envelope["data"]["totalSent"] = "1000"

    with serve_reading(change) as server, pytest.raises(AssertionError) as failure:
        read(live(server, ("required-missing", "200 /data/bounces")))
    assert "wrong-type (breaking) at 200 /data/totalSent" in str(failure.value)
    assert "ST108" in str(failure.value)
    assert "required-missing" not in str(failure.value)


@pytest.mark.parametrize(
    ("accepted", "status", "header"),
    [
        (("missing-key-status", "403"), 403, "Content-Type: application/json"),
        (("content-type-wrong", "401 header Content-Type"), 401, "Content-Type: text/html"),
    ],
)
def test_accepted_status_and_content_type_do_not_fail_either(live, stage, accepted, status, header):
    def behave(request):
        refusal = stage.answer(status, b'{"success": false, "error": "No"}', header)
        return stage.api(request) if request.key else refusal

    with stage.serve(behave) as server:
        strict, lenient = live(server), live(server, accepted)
        assert accepted[0] in outcomes(strict)["without a key"]
        assert outcomes(lenient)["without a key"] == ""


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_campaign_that_cannot_be_read_is_inconclusive_and_ends_the_asking(live, stage, status):
    """No storm of requests without a key at a server that does not know the key."""
    answer = stage.answer(status, {"success": False, "error": "No"}, "Retry-After: 0")
    with stage.serve(lambda _: answer) as server:
        reasons = outcomes(live(server))
        assert "" not in reasons.values()
        assert reasons["without a key"] == "Not asked, since no campaign could be read before."
        assert {one.key for one in server.requests} == {stage.key}
        assert len(server.requests) == (2 if status != 503 else 4)


def test_server_that_is_not_there_is_tried_twice(live, stage):
    with stage.serve(stage.api) as server:
        pass
    suite = live(server)
    reasons = list(outcomes(suite).values())
    assert "could not be reached" in reasons[0]
    assert set(reasons[1:]) == {"Not asked, since nothing was answered before."}
    assert suite.budget.sent == 2


def test_transient_failure_is_healed_by_a_second_attempt(live, stage):
    first = iter([stage.answer(503, {"success": False, "error": "Later"}, "Retry-After: 0")])
    with stage.serve(lambda request: next(first, None) or stage.api(request)) as server:
        suite = live(server)
        assert set(outcomes(suite).values()) == {""}
        assert suite.compare() == ()
        assert len(server.requests) == 9


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_answer_that_is_no_complete_response_fails(live, stage, answer):
    with stage.serve(lambda _: answer) as server, pytest.raises(AssertionError, match="response-"):
        read(live(server))


def test_answers_that_disagree_fail_unless_accepted(live, serve_reading):
    counts = iter([200, 100, 200, 100])

    def change(envelope):
        count = next(counts)
        envelope["data"].update(uniqueOpens=count, openRate=count / 800)

    with serve_reading(change) as server:
        strict, lenient = live(server), live(server, ("counts-decreased", "200 /data/uniqueOpens"))
        assert {*outcomes(strict).values(), *outcomes(lenient).values()} == {""}
    assert lenient.compare() == ()
    with pytest.raises(AssertionError, match=r"counts-decreased \(warning\)"):
        strict.compare()


def test_entry_of_the_baseline_that_nothing_matched_is_noted_after_a_whole_run(live, conforming):
    entry = ("required-missing", "200 /data/bounces")
    whole, part = live(conforming, entry), live(conforming, entry)
    outcomes(whole)
    read(part)
    assert "No longer found" in whole.compare()[0]
    assert part.compare() == ()


def test_base_url_may_end_in_the_version_and_be_written_in_capitals(live, conforming):
    suite = live(conforming, base_url=conforming.url.replace("http", "HTTP") + "/v1/")
    assert read(suite) == ""


def test_key_that_a_server_echoes_is_not_in_the_failure(live, stage, serve_reading):
    def change(envelope):
        envelope["error"] = f"Invalid {stage.key}"
        del envelope["data"]

    with serve_reading(change, 200, f"X-Echo: {stage.key}") as server, pytest.raises(AssertionError) as failure:
        read(live(server))
    assert "curl" in str(failure.value)
    assert stage.key not in str(failure.value)


def test_probe_that_the_cap_leaves_no_room_for_is_refused(live, conforming):
    suite = live(conforming, max_requests=2)
    outcomes(suite)
    with pytest.raises(RequestRefusedError, match="cap of 2"):
        suite.hold(Probe("unknown-id", "0" * 24))
    assert len(conforming.requests) == 2


@pytest.mark.parametrize("key", ["staging-2026-01-31-key", "local-success-key-1"])
def test_key_like_what_the_server_says_changes_nothing(live, stage, key):
    """Schemathesis sees a body without its pieces, and has no say in it then."""

    def behave(request):
        known = stage.key if request.key == key else "another"
        return stage.api(replace(request, headers={**request.headers, "authorization": f"Bearer {known}"}))

    with stage.serve(behave) as server:
        suite = live(server, key=Secret(key))
        assert set(outcomes(suite).values()) == {""}
        assert suite.compare() == ()


def test_server_that_asks_for_an_hour_is_left_alone(live, stage):
    with stage.serve(stage.failing(429, "Retry-After: 3600", when=lambda request: not request.key)) as server:
        reasons = list(outcomes(live(server)).values())
    assert reasons[0] == ""
    assert set(reasons[2:]) == {"Not asked, since the server asked to wait longer than a run does."}
    assert len(server.requests) == 2
