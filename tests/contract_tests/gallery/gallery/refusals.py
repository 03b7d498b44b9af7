"""Refusals with a reason in the server's own words."""

from dataclasses import replace

from gallery.api import Change, Reply, error
from gallery.changes import kind, reply_with, when
from gallery.variant import drift, inconclusive

_WITH_KEY = kind("campaign", "unknown-id", "unusual-id", "head")


def _refused(status: int, text: str, **headers: str) -> Change:
    """Refuse every request that has the key."""
    refusal = error(status, text, "REFUSED")
    reply = replace(refusal, headers=(*refusal.headers, *headers.items()))
    return when(_WITH_KEY, lambda _reply, _request: reply)


def _challenged(_reply: Reply, _request: object) -> Reply:
    challenge = 'Bearer error="invalid_token", error_description="The token was revoked"'
    return Reply(401, headers=(("WWW-Authenticate", challenge),), body=b"")


VARIANTS = (
    drift(
        "not-sent-409",
        "a campaign that was not sent is a 409",
        when(kind("campaign"), reply_with(409, {"success": False, "error": "Campaign has not been sent yet"})),
        "campaign-status",
        category="status",
    ),
    drift(
        "not-sent-200",
        "a campaign that was not sent is a 200 with `success` false",
        when(kind("campaign"), reply_with(200, {"success": False, "error": "Campaign has not been sent yet"})),
        "envelope-success-false",
        category="envelope",
    ),
    inconclusive(
        "key-expired",
        "the key has expired, in words",
        _refused(401, "API key expired on 2026-01-31"),
        "The server said: “API key expired on 2026-01-31”.",
    ),
    inconclusive(
        "permission-named",
        "the key lacks a permission, in words",
        _refused(403, "This key lacks email:read"),
        "The server said: “This key lacks email:read”.",
    ),
    inconclusive(
        "campaign-archived",
        "the campaign is gone, in words",
        when(kind("campaign"), reply_with(404, {"success": False, "error": "Campaign was archived"})),
        "The server said: “Campaign was archived”.",
    ),
    inconclusive(
        "plan-ended",
        "the plan has ended, in words",
        _refused(402, "Your plan ended; see https://migma.ai/billing"),
        "The server said: “Your plan ended; see https://migma.ai/billing”.",
    ),
    inconclusive(
        "words-in-challenge",
        "a key is refused without a body, in words of the challenge",
        when(_WITH_KEY, _challenged),
        "The server said: “The token was revoked”.",
    ),
    inconclusive(
        "words-unsafe",
        "the words of a refusal have escape sequences and a change of direction",
        _refused(401, "\x1b[31mKey\x1b[0m \u202erevoked\u0007"),
        "The server said: “Key revoked”.",
    ),
)
