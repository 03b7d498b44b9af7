"""Answers to requests without a valid key: stats are an alarm whatever else fails, and a refusal with 200 is none."""

from functools import partial

from gallery.api import Change, Reply, Request, stats
from gallery.changes import both, kind, page, reply_with, when
from gallery.variant import drift

_auth = partial(drift, category="auth")
_WITH_KEY = kind("campaign", "unknown-id", "unusual-id", "head")
_STATS = reply_with(200, {"success": True, "data": stats()})
_REFUSAL = reply_with(200, {"success": False, "error": "Missing API key"})


def _known_without_key(_reply: Reply, request: Request) -> bool:
    return request.kind == "missing-key" and request.known


def _open(with_key: Change, keys: str = "missing-key") -> Change:
    """Serve stats without a valid key, while requests with the key fail."""
    open_to = _known_without_key if keys == "missing-key" else kind(keys)
    return both(when(open_to, _STATS), when(_WITH_KEY, with_key))


DRIFTED = (
    *(
        _auth(
            f"open-beside-{status}",
            f"no key is needed, and every request with the key is a {status}",
            _open(reply_with(status)),
            "missing-key-accepted",
        )
        for status in (401, 403, 404, 503)
    ),
    _auth(
        "open-beside-522",
        "no key is needed, and every request with the key is a 522",
        _open(page(522)),
        "missing-key-accepted",
    ),
    _auth(
        "any-key-beside-404",
        "any invalid key has stats, and every request with the key is a 404",
        _open(reply_with(404), "invalid-key"),
        "invalid-key-accepted",
    ),
    _auth("no-key-204", "no key is a 204", when(kind("missing-key"), reply_with(204)), "missing-key-status"),
    _auth(
        "no-key-empty-object",
        "no key is an empty object with 200",
        when(kind("missing-key"), reply_with(200, {})),
        "missing-key-status",
    ),
    _auth(
        "no-key-success",
        "no key is a success without stats",
        when(kind("missing-key"), reply_with(200, {"success": True, "data": None})),
        "missing-key-accepted",
    ),
    _auth(
        "invalid-key-failure-200",
        "an invalid key is a failure with 200",
        when(kind("invalid-key"), _REFUSAL),
        "invalid-key-status",
    ),
    _auth(
        "invalid-key-login",
        "an invalid key is a login page with 200",
        when(kind("invalid-key"), page(200, "Log in")),
        "invalid-key-status",
    ),
    drift(
        "unknown-page-200",
        "unknown ids are an HTML page with 200",
        when(kind("unknown-id"), page(200, "App")),
        "unknown-id-status",
        also=("body-not-json",),
        category="status",
    ),
)
