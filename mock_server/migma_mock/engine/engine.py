"""One request, on plain values: authenticate → find the account → choose the reply → record.

The order of refusals is path, method, key, permission, quota, id, as a client can tell them apart without
learning anything it may not: with no key, a campaign that exists and one that does not look the same.
"""

import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from migma_contract.openapi import Contract
from migma_contract.timestamps import format_rfc3339
from migma_mock.accounts.registry import Accounts, Credential
from migma_mock.engine import cors
from migma_mock.engine.negotiator import Negotiator
from migma_mock.engine.router import Router
from migma_mock.engine.static_replies import ALLOW, StaticReplies
from migma_mock.generation import Generator
from migma_mock.messages.delivery import NORMAL
from migma_mock.messages.reply import Reply, with_metadata
from migma_mock.messages.request import Request

_AS_TEXT = ("utf-8", "backslashreplace")
"""How the bytes of an id that was asked for are read: no two ids look the same, whatever they are made of."""


class Engine:
    """Answers requests.

    Args:
        contract: What replies hold to.
        accounts: Who may ask, for what.
        generator: Draws generated stats.
        generate_unknown: Whether an id that no campaign has gets generated stats, and not a 404.
        metadata: Whether envelopes carry the ``metadata`` that the contract does not declare.

    Attributes:
        negotiator: Of replies for ids.
    """

    def __init__(
        self,
        contract: Contract,
        accounts: Accounts,
        generator: Generator,
        *,
        generate_unknown: bool = False,
        metadata: bool = False,
    ) -> None:
        self.accounts = accounts
        self._generator = generator
        self.static_replies = StaticReplies(contract)
        self.negotiator = Negotiator(
            contract, self.static_replies, generator, self.add_metadata, generate_unknown=generate_unknown
        )
        self._paths = Router(contract.operation)
        self._make = self.static_replies.make
        self._metadata = metadata
        # The contract's own header decides; the vendor's other page allows X-API-Key beside it.
        self._key_headers = (contract.operation.key_header.lower().encode(), b"authorization", b"x-api-key")
        self.relevant_headers = frozenset((*self._key_headers, b"prefer", b"origin"))
        self._request_numbers = itertools.count(1)

    def needs_generator(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """True if a request with these headers may draw stats, and the generator has to be prepared first.

        Preparing takes long enough to be done off the event loop; :meth:`answer` would do it where it is called.
        """
        if self._generator.ready:
            return False
        return any(name == b"prefer" and b"dynamic" in value.lower() for name, value in headers)

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request, and record it in the journal of the account that its key opens."""
        started = time.perf_counter()
        heeded = {name: value for name, value in request.headers if name in self.relevant_headers}
        campaign_id = self._paths.match(request.path)
        credential = self._authenticate(heeded)
        admitted = self.check_request(request, campaign_id, credential, heeded)
        if isinstance(admitted, Reply):
            reply = self.add_metadata(admitted)
        else:
            reply = self._serve(request.method, campaign_id or b"", admitted, _joined(request, heeded))
        if b"origin" in heeded:
            reply = reply.with_headers(*cors.response_headers(heeded[b"origin"]))
        self._record(request, (campaign_id or b"").decode(*_AS_TEXT), credential, reply, time.perf_counter() - started)
        return reply

    def _authenticate(self, heeded: Mapping[bytes, bytes]) -> Credential | None:
        for name in self._key_headers:
            if name in heeded:
                return self.accounts.authenticate(name, heeded[name])
        return None

    def check_request(
        self,
        request: Request,
        campaign_id: bytes | None,
        credential: Credential | None,
        heeded: Mapping[bytes, bytes],
    ) -> Reply | Credential:
        """The credential with which the request may be served; else the refusal."""
        if campaign_id is None:
            return self._make.error(404, "NOT_FOUND", self._paths.explain_mismatch(request.path), "unknown path")
        if request.method == "OPTIONS":
            return self.static_replies.options.with_headers(*cors.preflight_headers(request.headers, ALLOW))
        if request.method not in ("GET", "HEAD"):
            return self.static_replies.wrong_method
        if credential is None:
            sent = any(name in heeded for name in self._key_headers)
            return self.static_replies.unknown_key if sent else self.static_replies.no_key
        if credential.key.revoked or not credential.key.may_read:
            return self.static_replies.revoked_key if credential.key.revoked else self.static_replies.no_permission
        return credential

    def _serve(self, method: str, campaign_id: bytes, credential: Credential, prefer: bytes | None) -> Reply:
        state = credential.account.state
        wait = state.retry_after(credential.key.key)
        if wait is not None:
            retry = (b"retry-after", str(wait).encode())
            message = f"Too many requests. Try again in {wait} s."
            return self.add_metadata(self._make.error(429, "RATE_LIMITED", message, "quota", retry))
        if prefer is None:
            reply = self.negotiator.negotiate(campaign_id, state)
        else:
            reply = self.negotiator.negotiate_preferred(prefer, campaign_id, state)
        reply = self.add_metadata(reply)
        if method == "HEAD" and reply.delivery.is_for_bodies:
            reply = replace(reply, delivery=NORMAL)
        if state.has_faults:
            # HEAD gets no body, so that a fault which is for bodies has none to befall.
            befallen = replace(reply, body=b"") if method == "HEAD" else reply
            applied = state.apply_fault(campaign_id.decode(*_AS_TEXT), befallen)
            reply = applied.reply if applied else reply
        return reply

    def add_metadata(self, reply: Reply) -> Reply:
        """Add what every envelope carries, once, before a fault makes of it what it will."""
        if not self._metadata:
            return reply
        now = format_rfc3339(datetime.now(UTC), "milliseconds")
        return with_metadata(reply, now, f"req_{next(self._request_numbers):012x}")

    def _record(
        self, request: Request, campaign_id: str, credential: Credential | None, reply: Reply, seconds: float
    ) -> None:
        if credential is None:
            self.accounts.unknown_key_requests.record(time.time(), request, campaign_id, reply, seconds)
        else:
            credential.account.state.record(request, campaign_id, reply, seconds)


def _joined(request: Request, heeded: Mapping[bytes, bytes]) -> bytes | None:
    """The value of ``Prefer``, which may come in several headers; None where there is none."""
    if b"prefer" not in heeded:
        return None
    return b",".join(value for name, value in request.headers if name == b"prefer")
