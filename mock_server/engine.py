"""One request, on plain values: authenticate → find the account → choose the reply → record.

The order of refusals is path, method, key, permission, id, as a client can tell them apart without
learning anything it may not: with no key, a campaign that exists and one that does not look the same.
"""

import itertools
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from mock_server import cors
from mock_server.accounts import Account, Accounts, Credential
from mock_server.campaign import is_campaign_id
from mock_server.contract import Contract
from mock_server.journal import Entry
from mock_server.paths import PathMatcher
from mock_server.prefer import PreferenceError, Preferences, parse_prefer
from mock_server.reply import Reply, ReplyMaker, with_metadata
from mock_server.standing import ALLOW, StandingReplies

NO_SUCH_ID = "0" * 24
"""The ObjectId that never exists: the vendor's SDK uses it for that in its live test."""

_PATH_KEPT = 512
_ID_SHOWN = 64
_GENERATED_KEPT = 4096


class Source(Protocol):
    """Where generated stats come from (:class:`mock_server.generation.Generator`)."""

    def ready(self, campaign_id: str) -> bool:
        """Whether :meth:`envelope` answers at once."""

    def envelope(self, campaign_id: str) -> dict[str, Any]:
        """The success envelope for an id; the same whenever asked."""


class Undrawn(NamedTuple):
    """No reply yet: stats for this id have to be drawn first, off the event loop."""

    campaign_id: str


class Engine:
    """Chooses replies.

    Args:
        contract: What replies hold to.
        accounts: Who may ask, for what.
        generated: Source of generated stats.
        generate_unknown: Whether an id that no campaign has gets generated stats, and not a 404.
        metadata: Whether envelopes carry the ``metadata`` that the contract does not declare.
    """

    def __init__(
        self,
        contract: Contract,
        accounts: Accounts,
        generated: Source,
        *,
        generate_unknown: bool = False,
        metadata: bool = False,
    ) -> None:
        self.accounts = accounts
        self.standing = StandingReplies(contract)
        self._paths = PathMatcher(contract.operation)
        self._make = ReplyMaker(contract)
        self._source = generated
        self._generated = lru_cache(_GENERATED_KEPT)(self._make_generated)
        self._generate_unknown = generate_unknown
        self._metadata = metadata
        # The contract's own header decides; the vendor's other page allows X-API-Key beside it.
        self._key_headers = (contract.operation.key_header.lower().encode(), b"authorization", b"x-api-key")
        self._heeded = frozenset((*self._key_headers, b"prefer", b"origin"))
        self._request_numbers = itertools.count(1)

    def answer(self, method: str, raw_path: bytes, headers: list[tuple[bytes, bytes]]) -> Reply | Undrawn:
        """The reply to a request, recorded in the journal of the account that its key opens.

        Args:
            method: In capitals.
            raw_path: Percent-encoded, without the query.
            headers: Names in lower case.
        """
        heeded = {name: value for name, value in headers if name in self._heeded}
        credential = self._authenticate(heeded)
        reply = self._choose(method, raw_path, heeded, credential, headers)
        if isinstance(reply, Undrawn):
            return reply
        if b"origin" in heeded:
            reply = reply.plus(*cors.response_headers(heeded[b"origin"]))
        if self._metadata:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            reply = with_metadata(reply, now, f"req_{next(self._request_numbers):012x}")
        journal = credential.account.journal if credential else self.accounts.unclaimed
        journal.record(Entry(time.time(), method, raw_path[:_PATH_KEPT], reply.status, reply.decided_by))
        return reply

    def _authenticate(self, heeded: Mapping[bytes, bytes]) -> Credential | None:
        for name in self._key_headers:
            if name in heeded:
                return self.accounts.by_header(name, heeded[name])
        return None

    def _choose(
        self,
        method: str,
        raw_path: bytes,
        heeded: Mapping[bytes, bytes],
        credential: Credential | None,
        headers: list[tuple[bytes, bytes]],
    ) -> Reply | Undrawn:
        campaign_id = self._paths.match(raw_path)
        if campaign_id is None:
            return self._make.error(404, "NOT_FOUND", self._paths.explain(raw_path), "unknown path")
        if method == "OPTIONS":
            return self.standing.options.plus(*cors.preflight_headers(headers, ALLOW))
        if method not in ("GET", "HEAD"):
            return self.standing.wrong_method
        if credential is None or credential.key.revoked or not credential.key.may_read:
            return self._refuse(credential, heeded)
        if b"prefer" in heeded:
            wishes = b",".join(value for name, value in headers if name == b"prefer")
            return self._preferred(wishes, campaign_id, credential.account)
        return self._campaign(campaign_id, credential.account, generate=self._generate_unknown)

    def _refuse(self, credential: Credential | None, heeded: Mapping[bytes, bytes]) -> Reply:
        if credential is not None:
            return self.standing.revoked_key if credential.key.revoked else self.standing.no_permission
        sent = any(name in heeded for name in self._key_headers)
        return self.standing.unknown_key if sent else self.standing.no_key

    def _campaign(self, campaign_id: bytes, account: Account, *, generate: bool) -> Reply | Undrawn:
        campaign = account.campaigns.get(campaign_id)
        if campaign is not None:
            return campaign.reply
        return self._draw(campaign_id) if generate else self.standing.unknown_id

    def _draw(self, raw_id: bytes) -> Reply | Undrawn:
        campaign_id = raw_id.decode("ascii", "replace")
        if campaign_id == NO_SUCH_ID or not is_campaign_id(campaign_id):
            return self.standing.unknown_id
        if not self._source.ready(campaign_id):
            return Undrawn(campaign_id)
        return self._generated(campaign_id)

    def _make_generated(self, campaign_id: str) -> Reply:
        return self._make.enveloped(self._source.envelope(campaign_id), f"generated {campaign_id[:_ID_SHOWN]}")

    def _preferred(self, value: bytes, campaign_id: bytes, account: Account) -> Reply | Undrawn:
        try:
            wish = parse_prefer(value)
            reply = self._wished(wish, campaign_id, account)
        except PreferenceError as error:
            return self._make.error(400, "INVALID_PREFERENCE", str(error), "impossible preference")
        if isinstance(reply, Undrawn) or not wish.applied:
            return reply
        return replace(reply.plus((b"preference-applied", wish.applied)), delay=wish.wait or reply.delay)

    def _wished(self, wish: Preferences, campaign_id: bytes, account: Account) -> Reply | Undrawn:
        if wish.example is not None:
            campaign_id = wish.example.encode("latin-1")
            if campaign_id not in account.campaigns:
                raise PreferenceError(f"Prefer: example= takes the id of a campaign, got {wish.example[:_ID_SHOWN]!r}.")
        generate = self._generate_unknown and wish.dynamic is not False
        asked = self._draw(campaign_id) if wish.dynamic else self._campaign(campaign_id, account, generate=generate)
        if wish.code is None or isinstance(asked, Undrawn) or asked.status == wish.code:
            return asked
        return self._with_status(wish.code, account)

    def _with_status(self, status: int, account: Account) -> Reply:
        replies = [*self.standing.by_status.values(), *(campaign.reply for campaign in account.campaigns.values())]
        for reply in replies:
            if reply.status == status:
                return reply
        known = ", ".join(str(status) for status in sorted({reply.status for reply in replies}))
        raise PreferenceError(f"Prefer: code={status} has no reply here. There are {known}; a fixture adds others.")
