"""``--telemetry``: one span for each request of the API, sent to a real collector; none without it."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from migma_contract import extras
from migma_mock import MockServer

sys.path.insert(0, str(Path(__file__).parent))

from span_collector import attributes, collecting

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECRET = "a-key-that-only-the-mock-and-its-client-know"


@pytest.fixture
def collector(monkeypatch):
    """A collector to which the variables point."""
    with collecting() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running.url)
        yield running


@pytest.fixture
def traced(collector, get):
    """Send requests to a mock with telemetry; return the spans after it stopped, and its account."""

    def run(*requests, arm=lambda mock: None, **options):
        with MockServer(reload=False, telemetry=True, **options) as mock:
            arm(mock)
            for path, headers in requests:
                get(mock, path.format(id=mock.example_id), **(mock.auth_headers | headers))
        return collector.spans

    return run


STATS = "/v1/campaigns/{id}/stats"


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_span_tells_what_was_asked_and_what_the_mock_did(traced, collector, fast_path):
    (span,) = traced((STATS, {}), fast_path=fast_path)
    assert (span.name, span.kind) == ("GET /v1/campaigns/{id}/stats", Span.SPAN_KIND_SERVER)
    found = attributes(span)
    path = found.pop("url.path")
    assert found == {
        "http.request.method": "GET",
        "http.route": "/v1/campaigns/{id}/stats",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "migma_mock.matched_by": f"campaign {path.split('/')[3]}",
        "migma_mock.account": "built-in",
    }
    assert 0 < span.end_time_unix_nano - span.start_time_unix_nano < 600 * 10**9
    assert span.status.code == Status.STATUS_CODE_UNSET
    assert not span.parent_span_id
    assert collector.resource["service.name"] == "migma-mock"


def test_a_span_belongs_to_the_trace_of_the_client(traced):
    (span,) = traced((STATS, {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1"}))
    assert (span.trace_id.hex(), span.parent_span_id.hex(), span.trace_state) == (TRACE, PARENT, "vendor=1")


def test_a_client_that_does_not_sample_its_trace_gets_no_span(traced):
    (span,) = traced((STATS, {"traceparent": f"00-{TRACE}-{PARENT}-00"}), (STATS, {}))
    assert span.trace_id.hex() != TRACE


@pytest.mark.parametrize("header", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", "\x85" * 200])
def test_an_invalid_traceparent_is_ignored(traced, header):
    (span,) = traced((STATS, {"traceparent": header.encode("latin-1")}))
    assert not span.parent_span_id


def test_faults_and_failures_are_errors_of_their_spans(traced):
    def arm(mock):
        mock.fault("status", status=503, times=1)
        mock.fault("reset", times=1)

    answered, reset = traced((STATS, {}), (STATS, {}), arm=arm)
    assert (attributes(answered)["migma_mock.fault"], attributes(answered)["error.type"]) == ("status", "503")
    assert attributes(reset)["error.type"] == "no response (reset)"
    assert "http.response.status_code" not in attributes(reset)
    assert {answered.status.code, reset.status.code} == {Status.STATUS_CODE_ERROR}


def test_other_paths_have_no_route_and_own_pages_no_span(traced):
    (span,) = traced(("/elsewhere", {}), ("/__mock__/health", {}))
    assert span.name == "GET"
    assert "http.route" not in attributes(span)


@pytest.mark.attack("secrets-in-records")
def test_no_secret_leaves_in_a_span(traced, collector):
    traced(
        (f"{STATS}?api_key={SECRET}", {"x-secret": SECRET, "cookie": SECRET}),
        (f"/v1/campaigns/{SECRET}/stats", {}),
        (f"/{SECRET}", {"authorization": f"Bearer {SECRET}"}),
        api_key=[SECRET],
    )
    assert len(collector.spans) == 3
    assert not [body for body in collector.received if SECRET.encode() in body]


def test_the_variables_name_the_service_and_its_attributes(traced, collector, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "mock-of-the-team")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=ci")
    traced((STATS, {}))
    assert collector.resource["service.name"] == "mock-of-the-team"
    assert collector.resource["deployment.environment.name"] == "ci"


def test_a_collector_that_never_answers_delays_neither_a_request_nor_the_end(monkeypatch, get):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3600")
        with MockServer(reload=False, telemetry=True) as mock:
            assert get(mock, "/v1/campaigns/a/stats", **mock.auth_headers).status_code == 404
            started = time.monotonic()
        assert time.monotonic() - started < 1800, "half of what the exporter would have waited"
    for thread in threading.enumerate():
        if thread.name.startswith("OtelBatch"):
            thread.join()  # it ends now that the collector is gone, and does not try again


def test_a_variable_that_cannot_be_used_turns_it_off_with_a_warning(monkeypatch, get, caplog):
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1")
    with MockServer(reload=False, telemetry=True) as mock:
        assert get(mock, "/v1/campaigns/a/stats", **mock.auth_headers).status_code == 404
    assert "Telemetry is off, since a variable OTEL_* has an invalid value: " in caplog.text


def test_a_protocol_that_it_does_not_speak_turns_it_off_with_a_warning(monkeypatch, traced, caplog):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert traced((STATS, {})) == []
    assert "OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf, got 'grpc'" in caplog.text


def test_the_variable_for_traces_counts_before_the_one_for_all_signals(monkeypatch, traced):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")
    assert len(traced((STATS, {}))) == 1


def test_a_variable_that_the_sdk_reads_at_its_import_turns_it_off_too():
    """In a process of its own, since the SDK is imported once."""
    program = "from migma_mock import MockServer\nwith MockServer(reload=False, telemetry=True): print('answers')"
    variables = os.environ | {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "many"}
    ended = subprocess.run([sys.executable, "-c", program], check=False, env=variables, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, "answers\n"), ended.stderr
    assert "Telemetry is off" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_its_library_the_command_says_which_extra_to_install(monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(extras.MissingExtraError) as raised:
        MockServer(reload=False, telemetry=True)
    assert str(raised.value) == (
        "The option telemetry needs OpenTelemetry and OpenTelemetry's exporter for OTLP over HTTP, which are not "
        "installed. Install it with: pip install 'PATH_OF_THE_CHECKOUT[telemetry]'"
    )


def test_no_span_is_made_without_the_setting(collector, get):
    with MockServer(reload=False) as mock:
        assert mock.mock.telemetry is None
        httpx.get(f"{mock.base_url}/x")
    assert collector.spans == []
