"""The client of a check: it sends probes and returns exchanges."""

from datetime import UTC, datetime
from time import perf_counter
from urllib.parse import urlsplit

import httpcore

from migma_contract.content_encoding import DecodingError, ExpandsTooFarError, decode
from migma_contract.exchange import Exchange, Failure
from migma_contract.openapi import Operation
from migma_contract.redaction import REDACTED, Redactor, key_in
from migma_contract_tests.client.bounded_request import MAX_BODY, Received, fetch
from migma_contract_tests.client.deadline import Deadline, WireError
from migma_contract_tests.client.proxy_and_tls import connection_settings
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import INVALID_KEY, Probe, request_headers, request_query
from migma_contract_tests.probes.request_budget import Budget
from migma_contract_tests.probes.urls import campaign_url

MAX_BODIES = 2 * MAX_BODY
"""Most bytes of all larger bodies of a run, since each takes time to judge. Those after them are not read."""

ALWAYS_READ = 64 * 1024
"""Bytes of a smaller body: it is read, and does not count."""

_KEPT = 16 * 1024
"""Bytes that are kept of a body that is too large: enough to recognize it."""

_ENDLESS = frozenset({"too-large", "not-read", "encoding"})


class ReadOnlyClient:
    """Sends only what the budget allows, and returns responses as received, not redacted.

    Args:
        options: Server, key and limits.
        operation: The contract's operation: its path, and the header of the key.
        budget: Allowed methods, number of requests, and rate.
        declared: Names of the fields that the contract declares.

    Raises:
        SettingsError: The CA bundle or the proxy cannot be used.
    """

    def __init__(
        self, options: CheckOptions, operation: Operation, budget: Budget, declared: frozenset[str] = frozenset()
    ) -> None:
        self._declared = declared
        self._room = MAX_BODIES
        self._options = options
        self._operation = operation
        self._budget = budget
        self._finders = {
            "valid": Redactor(options.key),
            "invalid": Redactor(INVALID_KEY),
            "missing": Redactor(None),
        }
        self._settings = connection_settings(options)

    def send(self, probe: Probe) -> Exchange:
        """Send one probe when the rate allows it and return the exchange. Nothing that the server does raises.

        Raises:
            RequestRefusedError: The budget does not allow it; nothing was sent.
        """
        url = campaign_url(self._options.base_url, self._operation, probe.campaign_id)
        received, failure = Received(), None
        max_body = min(MAX_BODY, max(self._room, ALWAYS_READ))
        with self._budget.request(probe.method):
            started, clock = datetime.now(UTC), perf_counter()
            try:
                self._fetch(probe, url, received, max_body)
            except WireError as error:
                failure = Failure(error.kind, str(error), error.was_sent)
            elapsed = perf_counter() - clock
        body, failure = self._body(received, failure, max_body)
        if failure and failure.kind == "too-large" and max_body < MAX_BODY and not _has_fault(received, max_body):
            failure = Failure("not-read", f"a body of more than {max_body} bytes, after {MAX_BODIES} in large bodies")
        size = max(len(received.body), len(body))
        self._room -= size if size > ALWAYS_READ else 0
        body = body[:_KEPT] if failure and failure.kind in _ENDLESS else body
        return Exchange(
            purpose=probe.purpose,
            method=probe.method,
            url=url,
            campaign_id=probe.campaign_id,
            request_headers=tuple(request_headers(probe, self._operation, valid_key=REDACTED, invalid_key=REDACTED)),
            started=started,
            elapsed=elapsed,
            status=received.status,
            headers=tuple((n.lower().decode("latin-1"), v.decode("latin-1")) for n, v in received.headers),
            body=body,
            failure=failure,
            attempt=probe.attempt,
            sample=probe.sample,
            declared=self._declared,
            key_in=key_in(self._finders[probe.key], received.headers, body),
        )

    def _fetch(self, probe: Probe, url: str, received: Received, max_body: int) -> None:
        parts = urlsplit(url)
        key = self._options.key.reveal()
        query = request_query(probe, self._operation, valid_key=key)
        headers = [("Host", parts.netloc), *request_headers(probe, self._operation, valid_key=key)]
        fetch(
            received,
            probe.method,
            httpcore.URL(f"{url}{query}"),
            [(name.encode("ascii"), value.encode("ascii")) for name, value in headers],
            deadline=Deadline(self._options.timeout),
            settings=self._settings,
            max_body=max_body,
        )

    def _body(self, received: Received, failure: Failure | None, max_body: int) -> tuple[bytes, Failure | None]:
        """Return the decoded body, and why it is not complete, if so."""
        codings = ",".join(v.decode("latin-1") for name, v in received.headers if name.lower() == b"content-encoding")
        try:
            return decode(received.body, codings, max_body), failure
        except ExpandsTooFarError as error:
            return error.partial, failure or Failure("too-large", str(error))
        except DecodingError as error:
            return error.partial, failure or Failure("encoding", str(error))


def _has_fault(received: Received, max_body: int) -> bool:
    """True if a response is too large by itself: it says so, or its body was not the reason."""
    lengths = [v for name, v in received.headers if name.lower() == b"content-length" and v.isdigit()]
    is_body = len(received.body) > max_body or any(name.lower() == b"content-encoding" for name, _ in received.headers)
    return not is_body or any(int(length[:20]) > MAX_BODY for length in lengths)
