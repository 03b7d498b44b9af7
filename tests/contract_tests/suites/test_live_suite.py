"""The live suite against servers on real sockets."""

from dataclasses import replace

import pytest

from migma_contract.redaction import Secret
from migma_contract_tests.probes.plan import INVALID_KEY, Probe, in_sending_order, plan
from migma_contract_tests.results.baseline import Baseline, Entry
from migma_contract_tests.suites.live_config import LivePlan
from migma_contract_tests.suites.live_suite import LiveSuite


@pytest.fixture
def live(stage, contract):
    """Build the suite for a server."""

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
    """A server that answers reads of the campaign with a changed envelope, as a context manager."""
    return lambda *change: stage.serve(stage.reading(*change))


def outcomes(suite):
    """The outcome of each probe: why it was not judged, or the text of the failure."""
    found = {}
    for probe in suite.probes:
        try:
            found[str(probe)] = suite.check(probe)
        except AssertionError as error:
            found[str(probe)] = str(error)
    return found


def is_other(stage, request):
    """True if a request is no read of the campaign."""
    return request.method != "GET" or request.key != stage.key or stage.campaign not in request.path


def read(suite):
    return suite.check(suite.probes[0])


def test_a_conforming_server_passes_with_the_requests_of_a_check(live, conforming, stage, contract):
    suite = live(conforming)
    assert set(outcomes(suite).values()) == {""}
    assert suite.compare() == ()
    planned = in_sending_order(plan(stage.options(conforming.url), contract))
    keys = {"valid": stage.key, "invalid": INVALID_KEY.reveal(), "missing": ""}
    assert [(one.method, one.key) for one in conforming.requests] == [(one.method, keys[one.key]) for one in planned]
    assert {one.method for one in conforming.requests} == {"GET", "HEAD"}
    assert len(conforming.requests) == 8


@pytest.mark.attack("key-elsewhere")
def test_a_redirect_is_a_finding_and_is_not_followed(live, stage):
    with stage.serve(stage.api) as elsewhere:
        moved = stage.answer(302, b"", f"Location: {elsewhere.url}/v1/campaigns/{stage.campaign}/stats")
        with stage.serve(lambda request: stage.api(request) if is_other(stage, request) else moved) as server:
            with pytest.raises(AssertionError, match=r"redirect \(breaking\)"):
                read(live(server))
            assert len(server.requests) == 8
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


def test_failures_of_schemathesis_count_too(live, serve_reading):
    with serve_reading(lambda e: e["data"].pop("bounces")) as server, pytest.raises(AssertionError, match="ST108"):
        read(live(server))


@pytest.mark.parametrize("rule", DRIFTS)
def test_an_accepted_finding_does_not_fail_even_if_schemathesis_found_it(live, serve_reading, rule):
    where, change = DRIFTS[rule]
    with serve_reading(change) as server:
        assert read(live(server, (rule, where))) == ""


def test_the_baseline_accepts_nothing_but_its_findings(live, serve_reading):
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
def test_an_accepted_status_or_content_type_does_not_fail(live, stage, accepted, status, header):
    def behave(request):
        refusal = stage.answer(status, b'{"success": false, "error": "No"}', header)
        return stage.api(request) if request.key else refusal

    with stage.serve(behave) as server:
        strict, lenient = live(server), live(server, accepted)
        assert accepted[0] in outcomes(strict)["without a key"]
        assert outcomes(lenient)["without a key"] == ""


@pytest.mark.parametrize(
    ("status", "sent"), [(401, 4), (403, 4), (404, 4), (503, 4), (500, 4), (522, 4), (511, 4), (407, 4)]
)
def test_the_same_failure_of_every_request_is_inconclusive_and_stops_the_requests(live, stage, status, sent):
    answer = stage.answer(status, {"success": False, "error": "No"}, "Retry-After: 0")
    with stage.serve(lambda _: answer) as server:
        suite = live(server)
        reasons = outcomes(suite)
        assert suite.report.verdict == "inconclusive"
        assert "" not in reasons.values()
        assert reasons["HEAD instead of GET"].startswith("Not sent: every request ")
        assert {reasons[f"read 1 of campaign {stage.campaign}"]} == {suite.report.reason}
        assert suite.compare() == ()
        assert len(server.requests) == sent


def test_an_unreachable_server_is_tried_twice(live, stage):
    with stage.serve(stage.api) as server:
        pass
    suite = live(server)
    reasons = list(outcomes(suite).values())
    assert "could not be reached" in reasons[0]
    assert set(reasons[1:]) == {"Not sent: the server could not be reached."}
    assert suite.budget.sent == 2


def test_a_second_attempt_recovers_from_a_transient_failure(live, stage):
    first = iter([stage.answer(503, {"success": False, "error": "Later"}, "Retry-After: 0")])
    with stage.serve(lambda request: next(first, None) or stage.api(request)) as server:
        suite = live(server)
        assert set(outcomes(suite).values()) == {""}
        assert suite.compare() == ()
        assert len(server.requests) == 9


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_an_incomplete_response_fails(live, stage, answer):

    def behave(request):
        return stage.api(request) if is_other(stage, request) else answer

    with stage.serve(behave) as server, pytest.raises(AssertionError, match="response-"):
        read(live(server))


def test_contradicting_responses_fail_unless_accepted(live, serve_reading):
    counts = iter([200, 100, 200, 100])  # of two runs

    def change(envelope):
        count = next(counts)
        envelope["data"].update(uniqueOpens=count, openRate=count / 800)

    with serve_reading(change) as server:
        strict, lenient = live(server), live(server, ("last-updated-unchanged", "200 /data/lastUpdated"))
        assert {*outcomes(strict).values(), *outcomes(lenient).values()} == {""}
    assert lenient.compare() == ()
    with pytest.raises(AssertionError, match=r"last-updated-unchanged \(warning\)"):
        strict.compare()


def test_an_unmatched_baseline_entry_is_noted_after_a_complete_run(live, conforming):
    entry = ("required-missing", "200 /data/bounces")
    whole, part = live(conforming, entry), live(conforming, entry, max_requests=5)
    assert "No longer found" in whole.compare()[0]
    assert part.compare() == ()


def test_the_base_url_may_end_with_the_version_and_be_in_upper_case(live, conforming):
    suite = live(conforming, base_url=conforming.url.replace("http", "HTTP") + "/v1/")
    assert read(suite) == ""


@pytest.mark.attack("secrets-in-records")
def test_an_echoed_key_is_not_in_the_failure(live, stage, serve_reading):
    def change(envelope):
        envelope["error"] = f"Invalid {stage.key}"
        del envelope["data"]

    with serve_reading(change, 200, f"X-Echo: {stage.key}") as server, pytest.raises(AssertionError) as failure:
        read(live(server))
    assert "curl" in str(failure.value)
    assert stage.key not in str(failure.value)


def test_a_probe_beyond_the_cap_is_not_sent(live, conforming):
    suite = live(conforming, max_requests=2)
    assert suite.check(Probe("unknown-id", "0" * 24, essential=True)) == "Not sent: the cap on requests was reached."
    assert suite.report.reason.startswith("Too few requests were sent to judge; skipped: with an invalid key")
    assert len(conforming.requests) == 2


@pytest.mark.parametrize("key", ["staging-2026-01-31-key", "local-success-key-1"])
def test_a_key_that_looks_like_values_of_the_response_changes_nothing(live, stage, key):
    """Schemathesis sees the body without pieces of the key, so its failures do not count."""

    def behave(request):
        known = stage.key if request.key == key else "another"
        return stage.api(replace(request, headers={**request.headers, "authorization": f"Bearer {known}"}))

    with stage.serve(behave) as server:
        suite = live(server, key=Secret(key))
        assert set(outcomes(suite).values()) == {""}
        assert suite.compare() == ()


def test_a_server_that_asks_for_an_hour_gets_no_more_requests(live, stage):
    with stage.serve(stage.failing(429, "Retry-After: 3600", when=lambda request: not request.key)) as server:
        reasons = list(outcomes(live(server)).values())
    assert reasons[0] == ""
    assert set(reasons[2:]) == {"Not sent: the server asked for a longer wait (1 h) than a check accepts."}
    assert len(server.requests) == 2
