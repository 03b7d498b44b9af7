"""CORS: pages of this machine, and those of origins that the user names, may read responses, refusals included."""

import re
from collections.abc import Iterable
from functools import lru_cache

from migma_contract.errors import Problem, SettingsError
from migma_contract.loopback import is_loopback, is_loopback_origin
from migma_mock.accounts.recorded_request import PREFLIGHT
from migma_mock.cors_origins import ANY, is_origin
from migma_mock.engine.static_replies import ALLOW
from migma_mock.event_log import Note
from migma_mock.messages.reply import Headers, Reply

_LONGEST_ORIGIN = 300
"""A host name has at most 253 characters. A longer origin would be kept with each reply in the journal."""

_ORIGINS_KEPT = 100
_SECONDS_KEPT = b"600"
"""For how long a browser may use the answer to a preflight again."""

_VARY = (b"vary", b"Origin")
_EXPOSED = b"Allow, Date, ETag, Preference-Applied, Retry-After, WWW-Authenticate, X-Mock-Fixtures, X-Mock-Undocumented"
"""Headers that pages may read of any reply; the server adds some after it is made."""

_EXPOSED_OR_READABLE = frozenset(
    {
        *(name.strip().lower() for name in _EXPOSED.split(b",")),
        # Pages may read these without permission (Fetch, "CORS-safelisted response-header name").
        *(b"cache-control", b"content-language", b"content-length", b"content-type", b"expires", b"last-modified"),
        *(b"pragma", b"connection", b"vary"),
    }
)

_KNOWN_HEADERS = b"Authorization, Content-Type, Prefer, X-API-Key"
_TOKENS = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{0,1024}")
_METHOD = re.compile(rb"[A-Za-z]{1,32}")


class Cors:
    """Decides which pages may read responses, and answers the preflights of browsers.

    Pages of this machine may, whatever their port. An origin that is allowed by name is repeated in the response, with
    leave to send credentials; :data:`ANY` allows all others without.

    Args:
        origins: Origins of further pages, as in the setting ``cors_origin``.
        note: Is called with a sentence for people about each refused origin, once, for the first hundred of them.
    """

    def __init__(self, origins: Iterable[str], note: Note) -> None:
        self._named = frozenset(origins) - {ANY}
        self._allows_any = ANY in origins
        self._note = note
        self._refused: set[str] = set()
        self._granted = lru_cache(_ORIGINS_KEPT)(self._grant)

    def listen_at(self, address: str) -> None:
        """Check that pages of all origins are not allowed on an address that other machines may reach.

        Raises:
            SettingsError: They are.
        """
        if self._allows_any and not is_loopback(address):
            expected = "the origins of your pages by name, since other machines can reach this server"
            raise SettingsError([Problem("--cors-origin", "", expected, repr(ANY))])

    def preflight(self, headers: Headers | list[tuple[bytes, bytes]]) -> Reply | None:
        """Return the answer to a preflight, without what :meth:`allow` adds; None if the request is none.

        It is the same on every path, so that the browser sends the request and the page can read why it is refused.
        """
        asked = dict(headers)
        method = asked.get(b"access-control-request-method")
        if method is None or b"origin" not in asked:
            return None
        reply = Reply(204, ((b"allow", ALLOW),), b"", PREFLIGHT)
        if not self._grant_of(asked[b"origin"]):
            return reply
        wanted = asked.get(b"access-control-request-headers", b"")
        is_further = _METHOD.fullmatch(method) and method not in ALLOW.split(b", ")
        reply = reply.with_headers(
            (b"access-control-allow-methods", b"%s, %s" % (ALLOW, method) if is_further else ALLOW),
            (b"access-control-allow-headers", wanted if wanted and _TOKENS.fullmatch(wanted) else _KNOWN_HEADERS),
            (b"access-control-max-age", _SECONDS_KEPT),
        )
        if asked.get(b"access-control-request-private-network") == b"true":
            reply = reply.with_headers((b"access-control-allow-private-network", b"true"))
        return reply

    def allow(self, reply: Reply, origin: bytes) -> Reply:
        """Return a reply with what a browser needs to let a page of an origin read it, if that page may."""
        headers = self._grant_of(origin)
        if headers and reply.matched_by != PREFLIGHT:
            headers = (*headers, (b"access-control-expose-headers", _exposed(reply)))
        # Caches keep it for each origin, since it differs (Fetch, "CORS protocol and HTTP caches").
        for name, value in reply.headers:
            if name == b"vary":
                return reply.replace_header(b"vary", b"%s, Origin" % value).with_headers(*headers)
        return reply.with_headers(*headers, _VARY)

    def _grant_of(self, origin: bytes) -> Headers:
        return () if len(origin) > _LONGEST_ORIGIN else self._granted(origin)

    def _grant(self, raw_origin: bytes) -> Headers:
        origin = raw_origin.decode("latin-1")
        if origin in self._named or is_loopback_origin(origin):
            return ((b"access-control-allow-origin", raw_origin), (b"access-control-allow-credentials", b"true"))
        if self._allows_any:
            return ((b"access-control-allow-origin", b"*"),)
        self._note_refusal(origin)
        return ()

    def _note_refusal(self, origin: str) -> None:
        if origin in self._refused or len(self._refused) >= _ORIGINS_KEPT:
            return
        if is_origin(origin):
            text = f"a page of {origin} may not read responses (CORS); to allow it: --cors-origin {origin}"
            self._note(text, is_warning=True)
        elif origin == "null":
            self._note(
                "a page without an origin (a file, or a sandboxed frame) may not read responses (CORS); serve it from "
                f"localhost, or allow all pages: --cors-origin '{ANY}'",
                is_warning=True,
            )
        else:
            return
        self._refused.add(origin)


def _exposed(reply: Reply) -> bytes:
    further = [name for name, _ in reply.headers if name not in _EXPOSED_OR_READABLE]
    return b", ".join([_EXPOSED, *dict.fromkeys(further)]) if further else _EXPOSED
