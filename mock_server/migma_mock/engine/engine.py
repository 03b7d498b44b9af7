"""Answer one request on plain values: authenticate → find the account → choose the reply → record.

The checks run in the order path, method, key, permission, rate limit, id. So a client without a valid key learns
nothing: a campaign that exists and one that does not look the same to it.
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
"""The decoding of the bytes of an id; no two ids become the same text."""


class Engine:
    """Answers requests.

    Args:
        contract: Every reply satisfies it.
        accounts: The accounts and their keys.
        generator: Generates the stats of ids that nobody defined.
        generate_unknown: True if an unknown id gets generated stats instead of a 404.
        metadata: True if envelopes carry the ``metadata`` that the contract does not declare.

    Attributes:
        static_replies: The replies that depend on no campaign.
        negotiator: Chooses the reply for an id.
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
        self._router = Router(contract.operation)
        self._make = self.static_replies.make
        self._metadata = metadata
        # The contract's header comes first; another page of the vendor also allows X-API-Key.
        self._key_headers = (contract.operation.key_header.lower().encode(), b"authorization", b"x-api-key")
        self.relevant_headers = frozenset((*self._key_headers, b"prefer", b"origin"))
        self._request_numbers = itertools.count(1)

    def needs_generator(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """True if a request with these headers may need generated stats and the generator is not prepared yet.

        Preparing takes a tenth of a second, so the caller does it off the event loop; :meth:`answer` would block.
        """
        if self._generator.ready:
            return False
        return any(name == b"prefer" and b"dynamic" in value.lower() for name, value in headers)

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request, and record it in the journal of the account that its key opens."""
        started = time.perf_counter()
        headers = {name: value for name, value in request.headers if name in self.relevant_headers}
        campaign_id = self._router.match(request.path)
        credential = self._authenticate(headers)
        checked = self._check_request(request, campaign_id, credential, headers)
        if isinstance(checked, Reply):
            reply = self.add_metadata(checked)
        else:
            is_preferring = b"prefer" in headers  # maybe in several headers
            prefer = b",".join(v for name, v in request.headers if name == b"prefer") if is_preferring else None
            reply = self._serve(request.method, campaign_id or b"", checked, prefer)
        if b"origin" in headers:
            reply = reply.with_headers(*cors.response_headers(headers[b"origin"]))
        id_text, seconds = (campaign_id or b"").decode(*_AS_TEXT), time.perf_counter() - started
        if credential is None:
            self.accounts.unknown_key_requests.record(time.time(), request, id_text, reply, seconds)
        else:
            credential.account.state.record(request, id_text, reply, seconds)
        return reply

    def record_refusal(self, request: Request, reply: Reply) -> None:
        """Record the refusal of a request that is not valid HTTP, which no account sees otherwise."""
        credential = self._authenticate({name: value for name, value in request.headers if name in self._key_headers})
        id_text = (self._router.match(request.path) or b"").decode(*_AS_TEXT)
        if credential is None:
            self.accounts.unknown_key_requests.record(time.time(), request, id_text, reply, 0)
        else:
            credential.account.state.record(request, id_text, reply, 0)

    def _authenticate(self, headers: Mapping[bytes, bytes]) -> Credential | None:
        for name in self._key_headers:
            if name in headers:
                return self.accounts.authenticate(name, headers[name])
        return None

    def _check_request(
        self,
        request: Request,
        campaign_id: bytes | None,
        credential: Credential | None,
        headers: Mapping[bytes, bytes],
    ) -> Reply | Credential:
        """Return the credential of a request that may be served, or the refusal of any other."""
        if campaign_id is None:
            return self._make.error(404, "NOT_FOUND", self._router.explain_mismatch(request.path), "unknown path")
        if request.method == "OPTIONS":
            return self.static_replies.options.with_headers(*cors.preflight_headers(request.headers, ALLOW))
        if request.method not in ("GET", "HEAD"):
            return self.static_replies.wrong_method
        if credential is None:
            has_key = any(name in headers for name in self._key_headers)
            return self.static_replies.unknown_key if has_key else self.static_replies.no_key
        if credential.key.revoked:
            return self.static_replies.revoked_key
        if not credential.key.may_read:
            return self.static_replies.no_permission
        return credential

    def _serve(self, method: str, campaign_id: bytes, credential: Credential, prefer: bytes | None) -> Reply:
        state = credential.account.state
        wait = state.retry_after(credential.key.key)
        if wait is not None:
            message = f"Too many requests. Try again in {wait} s."
            retry_after = (b"retry-after", str(wait).encode())
            return self.add_metadata(self._make.error(429, "RATE_LIMITED", message, "rate limit", retry_after))
        if prefer is None:
            reply = self.negotiator.negotiate(campaign_id, state)
        else:
            reply = self.negotiator.negotiate_preferred(prefer, campaign_id, state)
        reply = self.add_metadata(reply)
        if method == "HEAD" and reply.delivery.changes_body:
            reply = replace(reply, delivery=NORMAL)
        if state.faults:
            # A response to HEAD has no body, so a fault that changes bodies must not apply to it.
            candidate = replace(reply, body=b"") if method == "HEAD" else reply
            reply = state.apply_fault(campaign_id.decode(*_AS_TEXT), candidate) or reply
        return reply

    def add_metadata(self, reply: Reply) -> Reply:
        """Add the metadata of an envelope, if the setting asks for it; a fault comes after it."""
        if not self._metadata:
            return reply
        now = format_rfc3339(datetime.now(UTC), "milliseconds")
        return with_metadata(reply, now, f"req_{next(self._request_numbers):012x}")
