"""The record of one request in the store: JSON without secrets, and the entry of a journal that it becomes again.

Requests of one client differ in little. So the texts of headers, targets and replies are kept for the next request that
has the same ones: looking for secrets in them takes most of the time.
"""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from migma_mock.accounts.journal import ENTRY_BYTES, HEADER_BYTES, TARGET_KEPT, Headers, bounded_headers
from migma_mock.accounts.record_redactor import RecordRedactor
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.messages.sending import Sending
from migma_mock.sharing.copies.own_keys import fingerprint

BODY_KEPT = 64 * 1024
"""Characters that are kept of the body of a response."""

_TEXTS_KEPT = 2048
_CHARACTERS_KEPT = 2048
"""Bytes of a header or a target whose text is kept; longer ones are rare."""
_REPLIES_KEPT = 4_000_000
"""Characters of all replies whose texts are kept."""

_BYTES_OF_CHARACTER = 5
"""A character of a record is kept in several places: in a path, also in the id."""


class _Text(NamedTuple):
    """A part of a record.

    Attributes:
        json: The part, without secrets.
        hidden: The names and values of headers or parameters that it does not show; ``?`` is before a parameter's name.
    """

    json: str
    hidden: tuple[tuple[str, str], ...] = ()


class EntryEncoder:
    """Encodes records, and keeps the texts of their parts for the next ones."""

    def __init__(self) -> None:
        self._revision = 0
        self._texts: dict[Hashable, _Text] = {}
        # Each reply is kept, so that no other one gets its id.
        self._replies: dict[int, tuple[Reply, str]] = {}
        self._characters = 0

    def encode(
        self,
        request: Request,
        campaign: str,
        reply: Reply,
        *,
        times: tuple[float, float],
        token: str,
        redactor: RecordRedactor,
        own_keys: Mapping[str, str],
    ) -> bytes:
        """Return the record of a request.

        Args:
            request: The request, secrets included.
            campaign: The campaign id in its path; "" if it has none.
            reply: The reply.
            times: When the reply was chosen, in seconds since 1970, and how many seconds that took.
            token: Names the record in an amendment; "" if there will be none.
            redactor: Removes the secrets.
            own_keys: The fingerprints of the keys of the account, by each form that a header or parameter may have.
        """
        if redactor.revision != self._revision:
            self._forget(redactor.revision)
        method, path, headers, query = request
        texts = self._texts
        headers_key, target_key = (*headers,), (method, path, query, campaign)
        shown_headers = texts.get(headers_key) or self._keep(headers_key, self._headers_text(headers, redactor))
        target = texts.get(target_key) or self._keep(target_key, _target_text(*target_key, redactor))
        kept = self._replies.get(id(reply))
        shown_reply = kept[1] if kept else self._keep_reply(reply, _reply_text(reply, redactor))
        hidden = shown_headers.hidden + target.hidden
        marks = [[name, own_keys[value]] for name, value in hidden if value in own_keys]
        time, seconds = times
        shown_marks = _json(marks) if marks else "[]"
        return (
            f'[{time!r},{seconds!r},"{token}",{target.json},[{shown_headers.json}],{shown_reply},{shown_marks}]'
        ).encode("ascii")

    def _headers_text(self, headers: Headers, redactor: RecordRedactor) -> _Text:
        """Return the text of headers of which another request had most."""
        texts = [
            self._texts.get(header) or self._keep(header, _header_text(*header, redactor))
            for header in bounded_headers(headers)[0]
        ]
        return _Text(",".join([text.json for text in texts]), tuple(pair for text in texts for pair in text.hidden))

    def _forget(self, revision: int) -> None:
        self._revision = revision
        self._texts.clear()
        self._forget_replies()

    def _forget_replies(self) -> None:
        self._replies.clear()
        self._characters = 0

    def _keep(self, key: Hashable, text: _Text) -> _Text:
        if len(text.json) <= _CHARACTERS_KEPT:
            if len(self._texts) >= _TEXTS_KEPT:
                self._texts.clear()
            self._texts[key] = text
        return text

    def _keep_reply(self, reply: Reply, text: str) -> str:
        self._characters += len(text) + len(reply.body)
        if len(self._replies) >= _TEXTS_KEPT or self._characters > _REPLIES_KEPT:
            self._forget_replies()
        self._replies[id(reply)] = reply, text
        return text


def _header_text(name: bytes, value: bytes, redactor: RecordRedactor) -> _Text:
    shown, given = redactor.header(name, value), value.decode("latin-1")
    return _Text(_json(shown), ((name.decode("latin-1"), given),) if shown[1] != given else ())


def _target_text(method: str, path: bytes, query: bytes, campaign: str, redactor: RecordRedactor) -> _Text:
    path, query, campaign = path[:TARGET_KEPT], query[:TARGET_KEPT], campaign[:TARGET_KEPT]
    shown = redactor.query(query)
    given = query.decode("latin-1")
    parameters = parse_qsl(given, keep_blank_values=True) if shown != given else []
    hidden = tuple((f"?{name}", value) for name, value in parameters)
    return _Text(_json([method, redactor.data(path), shown, redactor.text(campaign)]), hidden)


def _reply_text(reply: Reply, redactor: RecordRedactor) -> str:
    headers = [redactor.header(name, value) for name, value in reply.headers]
    body = redactor.text(reply.body[: reply.delivery.sent].decode("utf-8", "replace"))[:BODY_KEPT]
    delivery = reply.delivery
    return _json([reply.status, headers, body, redactor.text(reply.matched_by), delivery.kind, delivery.is_short])


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


@dataclass(slots=True, weakref_slot=True, eq=False, repr=False)
class LoadedRequest(RecordedRequest):
    """A request that was recorded by any worker; it came without secrets.

    Attributes:
        token: Names it in an amendment; "" if there will be none.
    """

    token: str = ""
    _own: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    def has_parameter(self, name: str, value: str) -> bool:
        """True if the query had this parameter with this value, which may be a key of the account."""
        return (f"?{name}", fingerprint(value)) in self._own or RecordedRequest.has_parameter(self, name, value)

    def has_header(self, name: str, value: str) -> bool:
        """True if the request had this header with this value, which may be a key of the account."""
        return (name.lower(), fingerprint(value)) in self._own or RecordedRequest.has_header(self, name, value)

    def note_sending(self) -> None:
        """Note that its reply was sent after its delay."""
        if self._reply.sending is not None:
            self._reply.sending.begin()


def decode_entry(data: bytes, number: int, order: int, redactor: RecordRedactor) -> LoadedRequest:
    """Return the entry of a journal that a record becomes.

    Args:
        data: The record.
        number: Its place in its journal.
        order: Its place among those of all accounts.
        redactor: Removes secrets that became known since.
    """
    time, seconds, token, target, header_texts, reply_parts, marks = json.loads(data)
    method, path, query, campaign = target
    status, reply_header_texts, body, matched_by, kind, is_short = reply_parts
    reply = Reply(
        status,
        tuple(_bytes(reply_header_texts)),
        body.encode(),
        matched_by,
        delivery=Delivery(kind, is_short=is_short),
        sending=Sending(lambda: None) if token else None,
    )
    headers = _bytes(header_texts)
    size = ENTRY_BYTES + HEADER_BYTES * (len(headers) + len(reply.headers)) + _BYTES_OF_CHARACTER * len(data)
    return LoadedRequest(
        number,
        time,
        method,
        path.encode("latin-1"),
        headers,
        campaign,
        reply,
        seconds,
        query.encode("latin-1"),
        size,
        0,
        redactor,
        order,
        token,
        frozenset((name, mark) for name, mark in marks),
    )


def _bytes(texts: list[list[str]]) -> Headers:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in texts]
