"""A collector of OpenTelemetry over HTTP, and the spans that it received."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class SpanCollector(ThreadingHTTPServer):
    """Keeps what it receives.

    Attributes:
        received: The bodies of all requests.
        resource: The attributes of the service that sent the latest spans.
        spans: All spans; each a message of OTLP.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = []
        self.resource = {}
        self.spans = []

    @property
    def url(self):
        """The value of OTEL_EXPORTER_OTLP_ENDPOINT."""
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, path, body):
        """Keep one request."""
        assert path == "/v1/traces"
        self.received.append(body)
        for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource = attributes(of_resource.resource)
            self.spans += [span for of_scope in of_resource.scope_spans for span in of_scope.spans]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.add(self.path, self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, *_):
        """Print nothing."""


def attributes(message):
    """Return the attributes of a span or a resource as a dict."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in message.attributes}


@contextmanager
def collecting():
    """Run a collector."""
    with SpanCollector() as collector:
        thread = threading.Thread(target=collector.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()
