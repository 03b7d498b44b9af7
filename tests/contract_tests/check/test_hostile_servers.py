"""Whatever a server does, a check ends in time, in limited memory, as inconclusive or with a finding."""

import functools
import itertools
import json
import ssl
import subprocess
import sys
import time
import zlib

import pytest

from migma_contract_tests.check.runner import run, run_check
from migma_contract_tests.client.bounded_request import MAX_BODY, MAX_HEADERS, MAX_PIECES

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEGABYTE = bytes(2**20)


def dripping(start, drop, pause=0.05):
    yield start
    while True:
        time.sleep(pause)  # the behaviour under test, not a wait for it
        yield drop


@functools.cache
def bomb():
    engine = zlib.compressobj(wbits=31)
    body = b"".join(engine.compress(MEGABYTE) for _ in range(500)) + engine.flush()
    return b"%bContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (HEAD, len(body), body)


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
    "gzip bomb": ("too-large", lambda _: bomb()),
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


BAD_HEADER = HEAD + b"Bad Header \x01: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (BAD_HEADER, r"an invalid HTTP header: 'Bad Header \x01: x'"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "illegal status line: 'SSH-2.0-OpenSSH_9.6' (the response starts with "),
    ],
)
def test_a_response_that_is_not_http_is_one_finding_in_plain_words(findings, answer, got):
    (finding,) = findings(lambda _: answer)
    assert finding.rule == "response-not-http"
    assert finding.got.startswith(got)
    assert "bytearray" not in finding.got
    assert "b'" not in finding.got


def test_a_message_ends_with_one_full_stop(findings):
    assert not [finding for finding in findings(lambda _: b"") if ".." in finding.message]
