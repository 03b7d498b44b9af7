"""Telemetry: a span of OpenTelemetry for each answered request, sent over OTLP/HTTP.

The spans are made by hand when a request is answered, so that a mock without ``--telemetry`` pays nothing. A thread of
the SDK's batch processor sends them: no request waits, and when spans come faster than they can be sent, some are lost.
"""

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from migma_contract.extras import require_extra
from migma_contract.openapi import Operation
from migma_contract.safe_text import one_line
from migma_contract.version import __version__
from migma_mock.accounts.record_redactor import RecordRedactor
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.metrics.counts import match_of
from migma_mock.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer
    from opentelemetry.util.types import AttributeValue

_FLUSH_SECONDS = 2.0
"""Time for the last spans when the mock stops."""

_PROTOCOL = "http/protobuf"
_VALUE_SHOWN = 64

_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_PATH_SHOWN = 200
_PARENT = (b"traceparent", b"tracestate")

_logger = logging.getLogger("migma_mock")


def telemetry_of(settings: Settings, redactor: RecordRedactor, instance: str) -> "Telemetry | None":
    """Return what sends the spans of a mock; None without ``--telemetry``.

    Args:
        settings: The settings of the mock.
        redactor: Removes keys and other secrets from paths.
        instance: The id of the mock.

    Raises:
        MissingExtraError: OpenTelemetry is not installed.
    """
    if not settings.telemetry:
        return None
    require_extra("telemetry", "The option --telemetry")
    return Telemetry(redactor, instance, "https" if settings.uses_tls else "http")


class Telemetry:
    """Sends spans while it is open, as the variables ``OTEL_*`` say.

    Args:
        redactor: Removes keys and other secrets from paths.
        instance: The id of the mock.
        scheme: ``http`` or ``https``.
    """

    def __init__(self, redactor: RecordRedactor, instance: str, scheme: str) -> None:
        self._redactor = redactor
        self._instance = instance
        self._scheme = scheme
        self._exporter: SpanExporter | None = None
        self._provider: TracerProvider | None = None
        self._tracer: Tracer | None = None

    def open(self) -> None:
        """Begin to send spans; with variables that cannot be used it sends none, and says so."""
        own: dict[str, AttributeValue] = {
            "service.name": "migma-mock",
            "service.version": __version__,
            "service.instance.id": self._instance,
            "process.pid": os.getpid(),
        }
        try:
            _require_http_protocol()
            # Imported here, since it takes as long as all the rest of the mock; some variables are read by it.
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import OTELResourceDetector, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            resource = Resource.create(own).merge(OTELResourceDetector().detect())
            provider = TracerProvider(resource=resource, shutdown_on_exit=False)
            exporter = OTLPSpanExporter()
            provider.add_span_processor(BatchSpanProcessor(exporter))
        except ValueError as error:
            _logger.warning("Telemetry is off, since a variable OTEL_* has an invalid value: %s", error)
            return
        self._exporter = exporter
        self._provider, self._tracer = provider, provider.get_tracer("migma-mock", __version__)

    def close(self) -> None:
        """Send the last spans, but not longer than two seconds."""
        provider, self._provider, self._tracer = self._provider, None, None
        if provider is not None:
            # In a thread that nothing waits for: a collector that does not answer must not keep the mock from ending.
            ending = threading.Thread(target=provider.shutdown, name="migma-mock-telemetry", daemon=True)
            ending.start()
            ending.join(_FLUSH_SECONDS)
            if ending.is_alive() and self._exporter is not None:
                self._exporter.shutdown()  # it tries no more

    def request(self, request: Request, reply: Reply, seconds: float, account: str, operation: Operation) -> None:
        """Send the span of a request that is answered now.

        Args:
            request: The request.
            reply: Its reply.
            seconds: How long the mock took.
            account: The id of the account that its key opens; "" if it opens none.
            operation: The contract's operation, whose path names the span.
        """
        if self._tracer is None:
            return
        from opentelemetry.trace import SpanKind, StatusCode

        method = request.method if request.method in _METHODS else "_OTHER"
        route = operation.path if _is_route(request.path, operation) else ""
        name = "HTTP" if method == "_OTHER" else method
        ended = time.time_ns()
        span = self._tracer.start_span(
            f"{name} {route}" if route else name,
            context=_parent_of(request),
            kind=SpanKind.SERVER,
            attributes=self._attributes(request, reply, account)
            | {"http.request.method": method}
            | ({"http.route": route} if route else {}),
            start_time=ended - int(seconds * 1e9),
        )
        if reply.failure or reply.status >= 500:
            span.set_attribute("error.type", reply.failure or str(reply.status))
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def _attributes(self, request: Request, reply: Reply, account: str) -> dict[str, "AttributeValue"]:
        found: dict[str, AttributeValue] = {
            "url.scheme": self._scheme,
            "url.path": self._redactor.data(request.path[:_PATH_SHOWN]),
            "migma_mock.matched_by": self._redactor.text(reply.matched_by),
        }
        if not reply.failure.startswith("no response"):
            found["http.response.status_code"] = reply.status
        if account:
            found["migma_mock.account"] = account
        fault = match_of(reply.matched_by).fault
        if fault:
            found["migma_mock.fault"] = fault
        return found


def _require_http_protocol() -> None:
    """Check that the variables ask for the only protocol that is spoken, or for none.

    Raises:
        ValueError: They ask for another one, which a collector would expect at its address.
    """
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        protocol = os.environ.get(name)
        if protocol and protocol != _PROTOCOL:
            raise ValueError(f"{name}: expected {_PROTOCOL}, got {one_line(protocol[:_VALUE_SHOWN])!r}")
        if protocol:
            return  # the first one is for traces, and counts before the other


def _is_route(path: bytes, operation: Operation) -> bool:
    return path.startswith(operation.prefix.encode()) and path.endswith(operation.suffix.encode())


def _parent_of(request: Request) -> "Context":
    """Return the trace that a request belongs to, as its headers say; a new one if they do not."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name.decode(): value.decode("latin-1") for name, value in request.headers if name in _PARENT}
    return TraceContextTextMapPropagator().extract(carrier, Context()) if carrier else Context()
