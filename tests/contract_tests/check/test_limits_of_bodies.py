"""Bodies, chunks and headers are read and judged up to limits, which hide no drift and are none."""

import gzip
import json
import zlib

import pytest

from migma_contract.json_cut import MAX_VALUES
from migma_contract_tests.check.runner import run
from migma_contract_tests.client.bounded_request import MAX_BODY, MAX_HEADERS, MAX_PIECES
from migma_contract_tests.client.read_only_client import ALWAYS_READ, MAX_BODIES


@pytest.mark.attack("hostile-bodies")
@pytest.mark.parametrize("coding", ["gzip", "deflate", ""])
def test_a_body_above_the_limit_is_too_large_however_it_is_encoded(stage, findings, coding):
    def behave(request):
        over = b" " * (MAX_BODY - 1) + b"{}"
        body = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}[coding](over)
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        kind = ["Content-Type: application/json", f"Content-Encoding: {coding or 'identity'}"]
        return stage.answer(200, body, *kind) if is_read else stage.api(request)

    assert [finding.rule for finding in findings(behave)] == ["response-too-large"]


@pytest.mark.attack("hostile-bodies")
def test_as_many_chunks_and_headers_as_allowed_are_read(stage, findings):
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

    assert findings(behave) == ()


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


def test_a_body_of_exactly_the_limit_is_read(stage, findings):
    def behave(request):
        is_read = request.key == stage.key and stage.campaign in request.path and request.method == "GET"
        whole = json.dumps({"success": True, "data": stage.stats}).encode().rjust(MAX_BODY)
        return stage.answer(200, whole, "Content-Type: application/json") if is_read else stage.api(request)

    assert findings(behave) == ()
