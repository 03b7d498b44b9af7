"""Whatever a server does, a check ends in time, in limited memory, as inconclusive or with a finding."""

import gzip
import itertools
import json
import ssl
import subprocess
import sys
import time
import zlib

import pytest

from migma_contract.json_cut import MAX_VALUES
from migma_contract_tests.check.runner import run, run_check
from migma_contract_tests.client.bounded_request import MAX_BODY, MAX_HEADERS, MAX_PIECES
from migma_contract_tests.client.read_only_client import ALWAYS_READ, MAX_BODIES

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEGABYTE = bytes(2**20)


def dripping(start, drop, pause=0.05):
    yield start
    while True:
        time.sleep(pause)  # the behaviour under test, not a wait for it
        yield drop


def bomb():
    engine = zlib.compressobj(wbits=31)
    body = b"".join(engine.compress(MEGABYTE) for _ in range(500)) + engine.flush()
    return b"%bContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (HEAD, len(body), body)


BOMB = bomb()
HOSTILE = {
    "endless body": ("too-large", lambda _: itertools.chain([HEAD + b"\r\n"], itertools.repeat(MEGABYTE))),
    "endless chunks": (
        "too-large",
        lambda _: itertools.chain(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"100000\r\n" + MEGABYTE + b"\r\n")
        ),
    ),
    "100 MB body": (
        "too-large",
        lambda _: itertools.chain([HEAD + b"Content-Length: 104857600\r\n\r\n"], itertools.repeat(MEGABYTE, 100)),
    ),
    "gzip bomb": ("too-large", lambda _: BOMB),
    "a body in many tiny chunks": (
        "too-large",
        lambda _: HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * (MAX_PIECES + 1) + b"0\r\n\r\n",
    ),
    "trailers without end": (
        "too-large",
        lambda _: itertools.chain(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"],
            itertools.repeat(b"X: %b\r\n" % (b"1" * 9999)),
        ),
    ),
    "many headers": (
        "too-large",
        lambda _: HEAD + b"X-A: 1\r\n" * MAX_HEADERS + b"Content-Length: 2\r\n\r\n{}",
    ),
    "unknown coding": ("encoding", lambda _: HEAD + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx"),
    "slow drip of a body": ("timeout", lambda _: dripping(HEAD + b"Content-Length: 99999\r\n\r\n", b" ")),
    "invalid length and no end": ("timeout", lambda _: dripping(HEAD + b"Content-Length: +5\r\n\r\n", b" ")),
    "slow drip of headers": ("timeout", lambda _: dripping(HEAD, b"X-More: 1\r\n")),
    "slow drip within a header": ("timeout", lambda _: dripping(HEAD + b"X: ", b"a")),
    "interim answers without end": ("timeout", lambda _: dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "a flood of interim answers": ("protocol", lambda _: itertools.repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)),
    "a response after many interim ones": (
        "protocol",
        lambda _: b"HTTP/1.1 100 Continue\r\n\r\n" * 17 + HEAD + b"Content-Length: 2\r\n\r\n{}",
    ),
    "silence": ("timeout", lambda _: dripping(b"", b"", 0.05)),
    "endless headers": (
        "protocol",
        lambda _: itertools.chain([HEAD], itertools.repeat(b"X-More: %b\r\n" % (b"1" * 999))),
    ),
    "endless first line": ("protocol", lambda _: itertools.repeat(b"1" * 9999)),
    "not HTTP": ("protocol", lambda _: b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "space in a header's name": ("protocol", lambda _: HEAD + b"Content-Length : 1\r\n\r\na"),
    "broken chunks": ("protocol", lambda _: HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
    "nothing": ("reset", lambda _: b""),
    "reset": ("reset", lambda _: None),
    "half a status line": ("reset", lambda _: b"HTTP/1.1 20"),
    "half a body": ("reset", lambda _: HEAD + b"Content-Length: 100\r\n\r\n{"),
    "half a chunk": ("reset", lambda _: HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"),
}
TIMEOUT = 0.5
PATIENT = 60.0
"""Seconds for responses that do come: a busy machine may take long to send a megabyte."""


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_check_of_a_hostile_server_never_conforms_and_each_request_ends_in_time(stage, contract, name):
    kind, behave = HOSTILE[name]
    with stage.serve(behave) as server:
        options = stage.options(server.url, timeout=TIMEOUT if kind == "timeout" else PATIENT)
        result = run(options, contract, sleep=lambda _: None)
    report = result.report(None)
    assert report.verdict in {"drift", "inconclusive"}
    assert report.reason if report.verdict == "inconclusive" else report.findings
    assert len(server.requests) <= 10
    assert report.exchanges[0].failure.kind == kind
    assert all(exchange.elapsed < PATIENT for exchange in report.exchanges)
    assert all(len(exchange.body) <= MAX_BODY for exchange in result.exchanges)


@pytest.mark.attack("key-elsewhere")
def test_redirects_in_a_circle_are_not_followed_and_show_nothing_of_the_contract(stage, contract):
    with stage.serve(lambda request: stage.answer(302, b"", f"Location: {request.path}")) as server:
        report = run_check(stage.options(server.url), contract)
    assert report.verdict == "inconclusive"
    assert report.reason.startswith("A redirect (302) to /v1/campaigns/")
    assert {(finding.rule, finding.level.value) for finding in report.findings} >= {("redirect", "info")}
    assert len(server.requests) == 4


def test_an_unreachable_server_is_inconclusive_after_two_attempts(stage, contract):
    with stage.serve(stage.api) as server:
        pass
    report = run_check(stage.options(server.url), contract)
    assert (report.verdict, report.requests.sent) == ("inconclusive", 2)
    assert "could not be reached" in report.reason


def test_a_host_that_does_not_exist_is_inconclusive(stage, contract):
    report = run_check(stage.options("http://no-such-host.invalid"), contract)
    assert report.verdict == "inconclusive"
    assert "no-such-host.invalid was not found" in report.reason


@pytest.fixture(scope="module")
def certificate(tmp_path_factory, tool):
    """A self-signed certificate for 127.0.0.1, with its key, in PEM files."""
    folder = tmp_path_factory.mktemp("tls")
    names = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    new = (tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    subprocess.run([*new, *names, *files], check=True, capture_output=True)
    return folder


@pytest.mark.attack("key-elsewhere")
def test_a_certificate_that_is_not_trusted_ends_the_check_at_once_unless_told_otherwise(stage, contract, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with stage.serve(stage.api, tls=context) as server:
        refused = run_check(stage.options(server.url), contract)
        assert server.requests == []
        trusted = run_check(stage.options(server.url, ca_bundle=certificate / "cert.pem"), contract)
        unverified = run_check(stage.options(server.url, insecure=True), contract)
    assert (refused.verdict, refused.requests.sent) == ("inconclusive", 1)
    assert "No trusted TLS connection" in refused.reason
    assert (trusted.verdict, trusted.findings) == ("conforms", ())
    assert unverified.verdict == "conforms"
    assert any("--insecure" in caution for caution in unverified.cautions)
    assert refused.cautions == trusted.cautions == ()


def test_https_to_a_server_without_tls_is_inconclusive(stage, contract):
    with stage.serve(lambda _: b"") as server:
        report = run_check(stage.options(server.url.replace("http:", "https:"), timeout=TIMEOUT), contract)
    assert report.verdict == "inconclusive"


CHECK = """
import json, resource, sys
from migma_contract_tests.cli.main import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    main()
finally:
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(after - before), file=sys.stderr)
"""


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("name", ["endless body", "100 MB body", "gzip bomb", "endless headers"])
def test_memory_is_bounded(stage, name):
    """The whole process, reports included, grows by less than 100 MB from its imports on."""
    _, behave = HOSTILE[name]
    with stage.serve(behave) as server:
        done = subprocess.run(
            [
                *(sys.executable, "-c", CHECK, "check", "--base-url", server.url, "--campaign-id", stage.campaign),
                *("--timeout", "60", "--api-key", stage.key, "--format", "json", "--quiet"),
            ],
            check=False,
            capture_output=True,
        )
    assert done.returncode in {1, 3}
    assert json.loads(done.stdout)["verdict"] in {"drift", "inconclusive"}
    grown = int(done.stderr.split()[-1]) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 100 * 2**20


def findings(stage, contract, behave):
    with stage.serve(behave) as server:
        report = run(stage.options(server.url, timeout=PATIENT), contract, sleep=lambda _: None).report(None)
    return report.findings


BAD_HEADER = HEAD + b"Bad Header \x01: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (BAD_HEADER, r"an invalid HTTP header: 'Bad Header \x01: x'"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "illegal status line: 'SSH-2.0-OpenSSH_9.6' (the response starts with "),
    ],
)
def test_a_response_that_is_not_http_is_one_finding_in_plain_words(stage, contract, answer, got):
    (finding,) = findings(stage, contract, lambda _: answer)
    assert finding.rule == "response-not-http"
    assert finding.got.startswith(got)
    assert "bytearray" not in finding.got
    assert "b'" not in finding.got


def test_a_message_ends_with_one_full_stop(stage, contract):
    assert not [finding for finding in findings(stage, contract, lambda _: b"") if ".." in finding.message]


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("coding", ["gzip", "deflate", ""])
def test_a_body_above_the_limit_is_too_large_however_it_is_encoded(stage, contract, coding):
    def behave(request):
        over = b" " * (MAX_BODY - 1) + b"{}"
        body = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}[coding](over)
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        kind = ["Content-Type: application/json", f"Content-Encoding: {coding or 'identity'}"]
        return stage.answer(200, body, *kind) if is_read else stage.api(request)

    assert [finding.rule for finding in findings(stage, contract, behave)] == ["response-too-large"]


@pytest.mark.attack("hostile-bodies")
def test_as_many_chunks_and_headers_as_allowed_are_read(stage, contract):
    """Chunks of one byte, and odd headers, which are findings but no failure."""

    def behave(request):
        honest = stage.api(request)
        head, _, body = honest.partition(b"\r\n\r\n")
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        odd = [b"Vary: a"] * (MAX_HEADERS - len(kept))  # with the status line for Transfer-Encoding
        framing = [b"Transfer-Encoding: chunked"]
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body.ljust(MAX_PIECES)) + b"0\r\n\r\n"
        chunks = b"" if request.method == "HEAD" else chunks
        return b"\r\n".join([*kept, *odd, *framing]) + b"\r\n\r\n" + chunks

    assert findings(stage, contract, behave) == ()


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("is_missing", [False, True])
def test_the_fields_of_the_contract_are_found_among_any_number_of_others(stage, contract, is_missing):
    """They come last, after as many others as are judged, and beside a large object."""

    def change(envelope):
        stats = envelope.pop("data")
        if is_missing:
            del stats["bounces"]
        envelope["metadata"] = {f"a{number}": 1 for number in range(MAX_VALUES)}
        envelope["data"] = {**{f"a{number}": 1 for number in range(2 * MAX_VALUES)}, **stats}

    with stage.serve(stage.reading(change)) as server:
        report = run(stage.options(server.url), contract).report(None)
    found = {(finding.rule, finding.where) for finding in report.findings if finding.level == "breaking"}
    assert found == ({("required-missing", "200 /data/bounces")} if is_missing else set())
    assert report.verdict == ("drift" if is_missing else "conforms")
    assert report.not_judged.startswith("Not judged: ")
    assert "such as those in /metadata, since 2 responses had more than 5,000." in report.not_judged


@pytest.mark.attack("hostile-bodies")
def test_the_bodies_of_a_run_are_limited_together_and_small_ones_are_read_all_the_same(stage, contract):
    def behave(request):
        honest = stage.api(request)
        head, _, body = honest.partition(b"\r\n\r\n")
        padded = body.rjust(MAX_BODY if request.key == stage.key else ALWAYS_READ)
        return stage.answer(int(head[9:12]), padded, "Content-Type: application/json", "WWW-Authenticate: Bearer")

    with stage.serve(behave) as server:
        result = run(stage.options(server.url), contract)
    sizes = [len(exchange.body) for exchange in result.exchanges if exchange.failure is None]
    assert sum(size for size in sizes if size > ALWAYS_READ) <= MAX_BODIES
    by_purpose = {exchange.purpose: exchange for exchange in result.exchanges}
    assert {by_purpose[name].failure for name in ("missing-key", "invalid-key")} == {None}
    assert by_purpose["unusual-id"].failure.kind == "not-read"
    report = result.report(None)
    assert report.findings == ()
    assert "above 64 KiB, since such bodies had 2 MiB together before." in report.not_judged


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("size", [450_000, 900_000])
@pytest.mark.parametrize("is_packed", [False, True])
def test_large_bodies_everywhere_are_no_drift_and_hide_none(stage, contract, size, is_packed):
    """A limit of the check's own work is no fault of the API; statuses are judged all the same."""

    def behave(request, missing=None):
        honest = stage.api(request)
        head, _, body = honest.partition(b"\r\n\r\n")
        status = missing if missing and request.key != stage.key else int(head[9:12])
        body = gzip.compress(body.ljust(size), 1) if is_packed else body.ljust(size)
        if request.method == "HEAD":
            return honest
        coding = ["Content-Encoding: gzip"] if is_packed else []
        return stage.answer(status, body, "Content-Type: application/json", "WWW-Authenticate: Bearer", *coding)

    with stage.serve(behave) as server:
        report = run(stage.options(server.url), contract).report(None)
    assert report.verdict == ("inconclusive" if size == 900_000 else "conforms"), report.reason
    assert "Not judged: " in report.not_judged
    assert not [finding for finding in report.findings if finding.level == "breaking"]
    with stage.serve(lambda request: behave(request, missing=200)) as server:
        report = run(stage.options(server.url), contract).report(None)
    assert report.verdict == "drift"


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("values", [MAX_VALUES - 100, 3 * MAX_VALUES])
def test_a_new_field_with_a_long_list_is_information_and_what_was_left_out_is_said(stage, contract, values):
    change = stage.reading(lambda envelope: envelope["data"].update(byHour=list(range(values))))
    with stage.serve(change) as server:
        report = run(stage.options(server.url), contract).report(None)
    assert {finding.rule for finding in report.findings} == {"undocumented-field"}
    assert report.verdict == "conforms"
    assert ("such as those in /data/byHour, since 2 responses" in report.not_judged) == (values > MAX_VALUES)


def test_a_body_of_exactly_the_limit_is_read(stage, contract):
    def behave(request):
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        whole = json.dumps({"success": True, "data": stage.stats}).encode().rjust(MAX_BODY)
        return stage.answer(200, whole, "Content-Type: application/json") if is_read else stage.api(request)

    assert findings(stage, contract, behave) == ()
