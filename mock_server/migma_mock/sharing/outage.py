"""Outage: what a worker answers while it cannot reach the store."""

from typing import TYPE_CHECKING

from migma_mock.engine.engine import Engine
from migma_mock.engine.subject import Subject
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.sharing.store.store_errors import StoreUnavailableError, as_sentence

if TYPE_CHECKING:
    from migma_mock.sharing.shared_map import SharedMap

_HEADER = b"migma-mock-store"
_UNREACHABLE, _LOST, _OVERTAKEN = (_HEADER, b"unreachable"), (_HEADER, b"lost"), (_HEADER, b"overtaken")

_DOWN = "The mock cannot use the store of its accounts now"

_CLAIMS = "The account has faults, a rate limit or scripts, which count requests in the store"
_UNKNOWN_KEY = "The API key is unknown here, and may be one of an account that was created meanwhile"
_NO_COPY = "This process has no copy of the account"
_UNREADABLE = "The store has something of this account that no mock wrote; the control API tells where"
_UNOPENED = "It has not opened the store yet"
_TOO_MANY = "Other processes answered requests of this account first, again and again"
_LOST_STATE = (
    "The store lost the state of this account, and no process has a copy of it that is complete. Reset the account, "
    "or delete it"
)
_LOST_SCRIPT = (
    "The store lost at which step the script of this campaign is. Put the campaign again, delete it, or reset the "
    "account"
)


def obstacle(subject: Subject, shared_map: "SharedMap", *, is_ready: bool) -> str:
    """Return why a request cannot be answered from a copy; "" if it can be.

    A fault that does not apply, a rate limit that does not count and a step of a script that comes twice are worse than
    no answer: a test would pass for the wrong reason.
    """
    if not is_ready:
        return _UNOPENED
    if subject.has_unknown_key:
        return _UNKNOWN_KEY
    if subject.account is None:
        return ""
    if shared_map.is_unreadable:
        return _UNREADABLE
    if not shared_map.is_loaded:
        return _NO_COPY
    if shared_map.copy.is_lost:
        return _LOST_STATE
    return _CLAIMS if shared_map.copy.may_claim(subject.campaign_id, prefers=subject.prefers) else ""


def from_copy(reply: Reply) -> Reply:
    """Return a reply from a copy, with the header that says so: it may be old, and is in no journal."""
    return reply.with_headers(_UNREACHABLE)


def unreachable(engine: Engine, request: Request, obstacle: str) -> Reply:
    """Return the 503 for a request that cannot be answered from a copy.

    Where the store is, and what is wrong with it, is told in the log and to who may use the control API.

    Args:
        engine: Has the form of errors.
        request: The request.
        obstacle: The reason why the copy cannot be used.
    """
    return _refusal(engine, request, "store unreachable", _UNREACHABLE, _DOWN, obstacle)


def overtaken(engine: Engine, request: Request) -> Reply:
    """Return the 503 for a request that other processes overtook too often."""
    return _refusal(engine, request, "overtaken", _OVERTAKEN, _TOO_MANY)


def lost(engine: Engine, request: Request) -> Reply:
    """Return the 503 for a request to an account whose state is lost, while the store can be reached."""
    return _refusal(engine, request, "state lost", _LOST, _LOST_STATE)


def lost_script(engine: Engine, request: Request) -> Reply:
    """Return the 503 for a request to a campaign whose script has lost its place, while the store can be reached."""
    return _refusal(engine, request, "state lost", _LOST, _LOST_SCRIPT)


def lost_error() -> StoreUnavailableError:
    """Return the error of a call of the control API for an account whose state is lost."""
    return StoreUnavailableError(_LOST_STATE)


def _refusal(engine: Engine, request: Request, matched_by: str, header: tuple[bytes, bytes], *sentences: str) -> Reply:
    message = " ".join(as_sentence(each) for each in sentences if each)
    retry_after = (b"retry-after", b"1")
    reply = engine.static_replies.make.error(503, "SERVICE_UNAVAILABLE", message, matched_by, retry_after, header)
    origin = next((value for name, value in request.headers if name == b"origin"), None)
    return reply if origin is None else engine.cors.allow(reply, origin)
