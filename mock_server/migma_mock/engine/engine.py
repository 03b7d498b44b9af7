"""Answer one request on plain values: authenticate → find the account → choose the reply → record.

The checks run in the order path, method, key, permission, parameters, rate limit, id. So a client without a valid key
learns nothing: a campaign that exists and one that does not look the same to it.
"""

import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract.timestamps import format_rfc3339
from migma_mock.accounts.key_table import Credential
from migma_mock.accounts.registry import Accounts
from migma_mock.accounts.state import AccountState
from migma_mock.engine.compression import compressed
from migma_mock.engine.cors import Cors
from migma_mock.engine.date_header import DateHeader, date_at, is_dated
from migma_mock.engine.finishing import Finishing
from migma_mock.engine.key_reader import KeyReader
from migma_mock.engine.negotiator import Negotiator
from migma_mock.engine.parameter_check import ParameterCheck
from migma_mock.engine.rate_limit_headers import with_rate_limit
from migma_mock.engine.router import Router
from migma_mock.engine.static_replies import StaticReplies
from migma_mock.engine.subject import Subject
from migma_mock.generation import Generator
from migma_mock.messages.delivery import FORWARD, NORMAL
from migma_mock.messages.reply import Reply, with_metadata
from migma_mock.messages.request import Request
from migma_mock.messages.sending import Sending

_AS_TEXT = ("utf-8", "backslashreplace")
"""The decoding of the bytes of an id; no two ids become the same text."""


class Engine:
    """Answers requests.

    Args:
        contract: Every reply satisfies it.
        accounts: The accounts and their keys.
        generator: Generates the stats of ids that nobody defined.
        cors: Decides which pages may read responses.
        generate_unknown: True if an unknown id gets generated stats instead of a 404.
        metadata: True if envelopes carry the ``metadata`` that the contract does not declare.
        strict_auth: True to accept a key only where the contract has it.
        forwards: True if requests for campaigns that an account does not have go to another server.
        finishing: Changes every reply as the settings ask for; None or a false one changes nothing.

    Attributes:
        static_replies: The replies that depend on no campaign.
        negotiator: Chooses the reply for an id.
        date: The Date that a server adds to replies without their own.
    """

    def __init__(
        self,
        contract: Contract,
        accounts: Accounts,
        generator: Generator,
        cors: Cors,
        *,
        generate_unknown: bool = False,
        metadata: bool = False,
        strict_auth: bool = False,
        forwards: bool = False,
        finishing: Finishing | None = None,
    ) -> None:
        self.accounts = accounts
        self.cors = cors
        self.date = DateHeader()
        self._generator = generator
        self.static_replies = StaticReplies(contract)
        self.negotiator = Negotiator(
            contract, self.static_replies, generator, self.add_metadata, generate_unknown=generate_unknown
        )
        self._router = Router(contract.operation)
        self._make = self.static_replies.make
        self._metadata = metadata
        # None costs a request nothing.
        self._finishing = finishing or None
        self._forwards = forwards
        self._keys = KeyReader(contract.operation, accounts, strict=strict_auth, any_key=forwards)
        self._parameters = ParameterCheck(contract.operation)
        self.relevant_headers = self._keys.headers | {b"prefer", b"origin"}
        self._request_numbers = itertools.count(1)

    def needs_generator(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """True if a request with these headers may need generated stats and the generator is not prepared yet.

        Preparing takes a tenth of a second, so the caller does it off the event loop; :meth:`answer` would block.
        """
        if self._generator.ready:
            return False
        return any(name == b"prefer" and b"dynamic" in value.lower() for name, value in headers)

    def answer(self, request: Request, *, has_connection: bool = True) -> Reply:
        """Return the reply to a request, and record it in the journal of the account that its key opens.

        A request that is to be forwarded is not recorded before :meth:`record` gets the response to it.

        Args:
            request: The request.
            has_connection: True if the caller can break its connection, and leave it without a response.
        """
        started = time.perf_counter()
        headers = {name: value for name, value in request.headers if name in self.relevant_headers}
        campaign_id = self._router.match(request.path)
        credential = self._keys.credential(headers, request.query)
        checked = self._check_request(request, campaign_id, credential, headers)
        if isinstance(checked, Reply):
            reply = self.add_metadata(checked, credential and credential.account.state)
        else:
            is_preferring = b"prefer" in headers  # maybe in several headers
            prefer = b",".join(v for name, v in request.headers if name == b"prefer") if is_preferring else None
            reply = self._serve(request.method, campaign_id or b"", checked, prefer)
            if not has_connection and reply.delivery.needs_connection:
                reply = self.static_replies.without_connection(reply.matched_by)
        if credential is not None and credential.account.state.limits:
            reply = self._with_rate_limit(reply, credential)
        finishing = self._finishing
        if finishing is not None:
            reply = finishing.finish(reply, credential.account.state.clock.timestamp() if credential else time.time())
        if b"origin" in headers:
            reply = self.cors.allow(reply, headers[b"origin"])
        if reply.waits:
            reply = self._waiting(reply, credential)
        sent = reply
        if finishing is not None and finishing.compresses:
            sent = compressed(reply, request.headers)
            reply = replace(sent, body=reply.body)  # the journal shows what a client reads
        if reply.delivery is FORWARD:
            return sent
        id_text, seconds = (campaign_id or b"").decode(*_AS_TEXT), time.perf_counter() - started
        now = self._record(credential, request, id_text, reply, seconds)
        return sent if self.date.begins <= now < self.date.ends else sent.with_headers(date_at(int(now)))

    def _waiting(self, reply: Reply, credential: Credential | None) -> Reply:
        """Return a reply that waits, with what lets it go early and what tells if its delay is over."""
        hold, journal = reply.hold, self.accounts.unknown_key_requests
        if credential is not None:
            state = credential.account.state
            hold, journal = hold or state.hold, state.journal
        return replace(reply, hold=hold, sending=Sending(journal.notify) if reply.delay else None)

    def record(self, request: Request, reply: Reply, seconds: float = 0, shown: Reply | None = None) -> Reply:
        """Record a reply that was not chosen here, and return it as the client gets it.

        Args:
            request: The request, which may be invalid HTTP.
            reply: Its refusal, or the response of another server.
            seconds: How long it took.
            shown: The reply as the journal has it; None for the same.
        """
        headers = {name: value for name, value in request.headers if name in self.relevant_headers}
        if b"origin" in headers:
            reply = self.cors.allow(reply, headers[b"origin"])
        credential = self._keys.credential(headers, request.query)
        now = self._record(credential, request, self.campaign_id(request), shown or reply, seconds)
        return reply if is_dated(reply) else reply.with_headers(date_at(int(now)))

    def account_id(self, request: Request) -> str:
        """Return the id of the account that the key of a request opens; "" if it opens none."""
        headers = {name: value for name, value in request.headers if name in self.relevant_headers}
        credential = self._keys.credential(headers, request.query)
        return credential.account.id if credential else ""

    def subject(self, request: Request) -> Subject:
        """Return what a request is about; nothing is counted or recorded."""
        headers = {name: value for name, value in request.headers if name in self.relevant_headers}
        credential = self._keys.credential(headers, request.query)
        campaign_id, prefers = self._router.match(request.path), b"prefer" in headers
        if credential is not None:
            return Subject(credential.account, has_unknown_key=False, campaign_id=campaign_id, prefers=prefers)
        has_key = self._keys.has_key(headers, request.query)
        return Subject(None, has_unknown_key=has_key, campaign_id=campaign_id, prefers=prefers)

    def campaign_id(self, request: Request) -> str:
        """Return the campaign id in the path of a request; "" if it has none."""
        return (self._router.match(request.path) or b"").decode(*_AS_TEXT)

    def secrets(self, request: Request) -> list[Secret]:
        """Return the keys of a request, known or not; of a header or parameter that came repeatedly, those of each."""
        headers = [header for header in request.headers if header[0] in self._keys.headers]
        found = [secret for header in headers for secret in self._keys.secrets(dict([header]), b"")]
        found += [secret for each in request.query.split(b"&") for secret in self._keys.secrets({}, each)]
        return list(dict.fromkeys(found))

    def _record(
        self, credential: Credential | None, request: Request, id_text: str, reply: Reply, seconds: float
    ) -> float:
        """Record a request and its reply, and return the time: its account's, or the real one if it opens none."""
        if credential is not None:
            return credential.account.state.record(request, id_text, reply, seconds)
        now = time.time()
        self.accounts.unknown_key_requests.record(now, request, id_text, reply, seconds)
        return now

    def _check_request(
        self,
        request: Request,
        campaign_id: bytes | None,
        credential: Credential | None,
        headers: Mapping[bytes, bytes],
    ) -> Reply | Credential:
        """Return the credential of a request that may be served, or the refusal of any other."""
        is_options = request.method == "OPTIONS"
        if is_options and (preflight := self.cors.preflight(request.headers)):
            return preflight
        if campaign_id is None:
            return self._make.error(404, "NOT_FOUND", self._router.explain_mismatch(request.path), "unknown path")
        if is_options:
            return self.static_replies.options
        if request.method not in ("GET", "HEAD"):
            return self.static_replies.wrong_method
        if self._forwards and not self._has_campaign(campaign_id, credential):
            return self.static_replies.forward
        return self._check_credential(request, campaign_id, credential, headers)

    def _check_credential(
        self,
        request: Request,
        campaign_id: bytes,
        credential: Credential | None,
        headers: Mapping[bytes, bytes],
    ) -> Reply | Credential:
        if credential is None:
            if not self._keys.has_key(headers, request.query):
                return self.static_replies.no_key
            is_former = self._keys.has_former_key(headers, request.query)
            return self.static_replies.former_key if is_former else self.static_replies.unknown_key
        if credential.key.revoked:
            return self.static_replies.revoked_key
        if not credential.key.may_read:
            return self.static_replies.no_permission
        problem = self._parameters.problem(request, campaign_id) if self._parameters.is_needed else ""
        return self.static_replies.invalid_request(problem) if problem else credential

    def _has_campaign(self, campaign_id: bytes, credential: Credential | None) -> bool:
        account = credential.account if credential else self.accounts.built_in
        return account.state.campaign(campaign_id) is not None

    def _serve(self, method: str, campaign_id: bytes, credential: Credential, prefer: bytes | None) -> Reply:
        state = credential.account.state
        wait = state.retry_after(credential.key.key) if state.limits else None
        if wait is not None:
            message = f"Too many requests. Try again in {wait} s."
            retry_after = (b"retry-after", str(wait).encode())
            return self.add_metadata(self._make.error(429, "RATE_LIMITED", message, "rate limit", retry_after), state)
        if prefer is None:
            reply = self.negotiator.negotiate(campaign_id, state)
        else:
            reply = self.negotiator.negotiate_preferred(prefer, campaign_id, state)
        reply = self.add_metadata(reply, state)
        if method == "HEAD" and reply.delivery.changes_body:
            reply = replace(reply, delivery=NORMAL)
        if state.faults:
            # A response to HEAD has no body, so a fault that changes bodies must not apply to it.
            candidate = replace(reply, body=b"") if method == "HEAD" else reply
            reply = _with_body_of(reply, state.apply_fault(campaign_id.decode(*_AS_TEXT), candidate))
        return reply

    def _with_rate_limit(self, reply: Reply, credential: Credential) -> Reply:
        state = credential.account.state
        return with_rate_limit(reply, state.limit_states(credential.key.key), state.clock.timestamp())

    def add_metadata(self, reply: Reply, state: AccountState | None) -> Reply:
        """Add the metadata of an envelope, if the setting asks for it; a fault comes after it.

        Args:
            reply: The reply.
            state: The account whose time it has; None for the real time.
        """
        if not self._metadata:
            return reply
        now = format_rfc3339(state.clock.now() if state else datetime.now(UTC), "milliseconds")
        return with_metadata(reply, now, f"req_{next(self._request_numbers):012x}")


def _with_body_of(reply: Reply, changed: Reply | None) -> Reply:
    """Return a reply that a fault changed, or the one before if none did.

    A fault that keeps the head of a reply to HEAD keeps its body too, which is sent to nobody and gives its length.
    """
    if changed is None:
        return reply
    return changed if changed.body or changed.headers != reply.headers else replace(changed, body=reply.body)
