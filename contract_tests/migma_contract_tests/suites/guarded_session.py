"""The session of the live suite: whatever Schemathesis sends, only probes reach the server."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract, Operation
from migma_contract.openapi.declared_names import declared_names
from migma_contract.redaction import REDACTED
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.sender import Sender
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import KeyKind, Probe, request_headers
from migma_contract_tests.probes.request_budget import Budget, RequestRefusedError
from migma_contract_tests.probes.urls import campaign_url
from migma_contract_tests.suites.rule_checks import purpose_of

_TRANSFER_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that do not describe the body any more after decoding and redaction."""

_KIND = "X-Key-Kind"
"""The header of the mark if the contract has the key in the query; it is not sent."""


def key_header(kind: KeyKind, operation: Operation) -> dict[str, str]:
    """Return the header that says which key a request carries; the user's key is replaced by a mark."""
    if not operation.key_header:
        return {} if kind == "missing" else {_KIND: kind}
    headers = request_headers(Probe("campaign", "ID", key=kind), operation, valid_key=REDACTED)
    return {name: value for name, value in headers if name == operation.key_header}


class GuardedSession(requests.Session):
    """Sends GET and HEAD of the contract's path, within a budget, and follows no redirect.

    Requests of Schemathesis do not contain the key: they carry a mark, and :class:`ReadOnlyClient` replaces it
    on the wire. The key is also removed from responses. So no failure, log or traceback of pytest and
    Schemathesis can show it.

    Args:
        options: Server, key and limits.
        contract: The path, and the header of the key.
        budget: Allowed methods, number of requests, and rate.
    """

    def __init__(self, options: CheckOptions, contract: Contract, budget: Budget) -> None:
        super().__init__()
        self.trust_env = False  # a .netrc must not add a password
        self._adapter = _GuardedAdapter(options, contract, budget)
        for scheme in ("http://", "https://"):
            self.mount(scheme, self._adapter)

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything sent and received, in order, not redacted."""
        return self._adapter.sender.exchanges

    @property
    def asked_to_wait_too_long(self) -> bool:
        """True if the server asked for a longer wait than a run accepts."""
        return self._adapter.sender.asked_to_wait_too_long

    @property
    def base_url(self) -> str:
        """The part of URLs before the contract's path."""
        return self._adapter.base_url

    def allow_second_attempt(self, has_room: Callable[[], bool]) -> None:
        """Set what decides whether one more request fits, if the next one should be sent again."""
        self._adapter.has_room = has_room

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' interface
        """Return None: the key must not go to another server, and a redirect is a response to judge."""
        return None


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, options: CheckOptions, contract: Contract, budget: Budget) -> None:
        super().__init__()
        self._contract, self._operation = contract, contract.operation
        self._campaign_ids = options.campaign_ids
        self.has_room: Callable[[], bool] = lambda: budget.remaining > 0
        self.sender = Sender(ReadOnlyClient(options, contract.operation, budget, declared_names(contract)), budget)
        self._redactor = KeyRedactor(options.key, contract)
        self._reads: dict[str, int] = {}
        # Written as requests writes the same URL.
        url = str(requests.Request("GET", campaign_url(options.base_url, self._operation, "ID")).prepare().url)
        self._prefix = url.removesuffix(f"ID{self._operation.suffix}")
        self.base_url = self._prefix.removesuffix(self._operation.prefix) + self._operation.base_path
        self._mark = self._operation.key_header or _KIND
        kinds: tuple[KeyKind, ...] = ("valid", "invalid", "missing")
        self._keys = {key_header(kind, self._operation).get(self._mark): kind for kind in kinds}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the response to a request that may be sent, after a second attempt if that may help.

        Raises:
            RequestRefusedError: The request may not be sent; nothing was.
            ConnectionError: No complete response came; the exchange has the details.
        """
        received = self.sender.send(self._probe(request), has_room=self.has_room)
        exchange = self._redactor.exchange(received)
        if exchange.failure is not None or exchange.status is None:
            detail = exchange.failure.detail if exchange.failure else "no response"
            raise requests.ConnectionError(detail, request=request)
        raw = HTTPResponse(
            BytesIO(exchange.body),
            HTTPHeaderDict([(name, value) for name, value in exchange.headers if name not in _TRANSFER_HEADERS]),
            exchange.status,
            version=11,
            preload_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)

    def _probe(self, request: requests.PreparedRequest) -> Probe:
        """Return the probe that a request corresponds to."""
        url, method, suffix = str(request.url), str(request.method), self._operation.suffix
        segment = url.removeprefix(self._prefix).removesuffix(suffix)
        if url != f"{self._prefix}{segment}{suffix}" or set(segment) & set("/?#"):
            raise RequestRefusedError(f"{method} {url} is not sent: it is not the contract's path on {self.base_url}")
        value = request.headers.get(self._mark)
        if value not in self._keys:
            raise RequestRefusedError(f"{method} {url} is not sent: its key is not one of this suite")
        campaign_id, key = unquote(segment), self._keys[value]
        is_known = campaign_id in self._campaign_ids
        purpose = purpose_of(method, key, self._contract, known=is_known, id_=campaign_id)
        sample = 1
        if purpose == "campaign":
            sample = self._reads[campaign_id] = self._reads.get(campaign_id, 0) + 1
        return Probe(purpose, campaign_id, method, key=key, sample=sample)
