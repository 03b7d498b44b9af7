"""The one session through which the live suite sends: whatever Schemathesis asks for, only a probe leaves."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from migma_contract.exchange import Exchange
from migma_contract.openapi import Contract, Operation
from migma_contract.redaction import REDACTED
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.check.sender import Sender
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import CheckOptions, campaign_url
from migma_contract_tests.probes.plan import KeyKind, Probe, request_headers
from migma_contract_tests.probes.request_budget import Budget, RequestRefusedError
from migma_contract_tests.suites.rule_checks import purpose_of

_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that no longer describe the body once it is decoded and redacted."""


def key_header(kind: KeyKind, operation: Operation) -> dict[str, str]:
    """The header by which a request says whose key it is to carry; for the user's, a mark in place of the key."""
    headers = request_headers(Probe("campaign", "ID", key=kind), operation, real=REDACTED)
    return {name: value for name, value in headers if name == operation.key_header}


class GuardedSession(requests.Session):
    """Sends GET and HEAD of the contract's path, within a budget, and follows no redirect.

    The key is not in the requests that Schemathesis makes: they carry a mark, and :class:`ReadOnlyClient` puts the key
    in its place on the wire. The responses that it gets have none either. So no failure, log or traceback of pytest
    and Schemathesis can show it.

    Args:
        options: Where to, with which key, and within which bounds.
        contract: The path, and the header that carries the key.
        budget: Which methods, how many requests, and at what pace.
    """

    def __init__(self, options: CheckOptions, contract: Contract, budget: Budget) -> None:
        super().__init__()
        self.trust_env = False  # a .netrc must not add a password
        self._adapter = _GuardedAdapter(options, contract, budget)
        for scheme in ("http://", "https://"):
            self.mount(scheme, self._adapter)

    @property
    def exchanges(self) -> list[Exchange]:
        """What was sent and received, as it came, in order."""
        return self._adapter.sender.exchanges

    @property
    def is_sent_away(self) -> bool:
        """Whether the server asked for a longer wait than a run has patience for."""
        return self._adapter.sender.is_sent_away

    @property
    def base_url(self) -> str:
        """What stands before the contract's path."""
        return self._adapter.base_url

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' interface
        """None: the key must not go elsewhere, and a redirect is an answer to judge."""
        return None


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, options: CheckOptions, contract: Contract, budget: Budget) -> None:
        super().__init__()
        self._operation = contract.operation
        self._known = options.campaign_ids
        self._budget = budget
        self.sender = Sender(ReadOnlyClient(options, contract.operation, budget), budget)
        self._recorder = KeyRedactor(options.key, contract)
        self._reads: dict[str, int] = {}
        # As requests writes the same URL.
        url = str(requests.Request("GET", campaign_url(options.base_url, self._operation, "ID")).prepare().url)
        self._prefix = url.removesuffix(f"ID{self._operation.suffix}")
        self.base_url = self._prefix.removesuffix(self._operation.prefix)
        kinds: tuple[KeyKind, ...] = ("real", "wrong", "none")
        self._keys = {key_header(kind, self._operation).get(self._operation.key_header): kind for kind in kinds}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The response to a request that may be sent, after a second attempt where that may help.

        Raises:
            RequestRefusedError: It may not be sent; nothing was.
            ConnectionError: No complete response came. The exchange says what did.
        """
        came = self.sender.send(self._probe(request), has_room=lambda: self._budget.remaining > 0)
        exchange = self._recorder.exchange(came)
        if exchange.failure is not None or exchange.status is None:
            detail = exchange.failure.detail if exchange.failure else "no response"
            raise requests.ConnectionError(detail, request=request)
        raw = HTTPResponse(
            BytesIO(exchange.body),
            HTTPHeaderDict([(name, value) for name, value in exchange.headers if name not in _OF_THE_WIRE]),
            exchange.status,
            version=11,
            preload_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)

    def _probe(self, request: requests.PreparedRequest) -> Probe:
        """The probe that a request is."""
        url, method, suffix = str(request.url), str(request.method), self._operation.suffix
        segment = url.removeprefix(self._prefix).removesuffix(suffix)
        if url != f"{self._prefix}{segment}{suffix}" or set(segment) & set("/?#"):
            raise RequestRefusedError(f"{method} {url} is not sent: it is not the contract's path on {self.base_url}")
        value = request.headers.get(self._operation.key_header)
        if value not in self._keys:
            raise RequestRefusedError(f"{method} {url} is not sent: it carries a key that is not of this suite")
        campaign_id, key = unquote(segment), self._keys[value]
        purpose = purpose_of(method, key, known=campaign_id in self._known, id_=campaign_id)
        sample = 1
        if purpose == "campaign":
            sample = self._reads[campaign_id] = self._reads.get(campaign_id, 0) + 1
        return Probe(purpose, campaign_id, method, key=key, sample=sample)
