"""The API itself, though its envelope, its bodies or what stands before it have changed: drift stays drift."""

import json
from dataclasses import replace
from functools import partial

from gallery.api import Change, Reply, Request
from gallery.changes import both, data, envelope, errors, header, kind, page, reply_with, status, text, when
from gallery.variant import conforming, drift

_ANY = status(200, 401, 404)
_envelope = partial(drift, category="envelope")
_transport = partial(drift, category="transport")
_BARE = ("envelope-success-missing",)
_WARNING = b"<br />\n<b>Deprecated</b>: strlen() in <b>/srv/api.php</b> on line <b>12</b><br />\n"


def _renamed(body: dict[str, object]) -> dict[str, object]:
    return {"ok" if name == "success" else name: value for name, value in body.items()}


def _problem(reply: Reply, _request: Request) -> Reply:
    """Return an error as problem details (RFC 9457)."""
    if reply.status == 200:
        return reply
    changed = replace(reply, value={"type": "about:blank", "title": "Error", "status": reply.status})
    return changed.with_header("Content-Type", "application/problem+json")


def _told_apart(reply: Reply, _request: Request) -> Reply:
    """Return every error with the status 200."""
    return replace(reply, status=200)


def _says(words: str) -> Change:
    return errors(lambda body: {**body, "error": words})


DRIFTED = (
    _envelope(
        "ok-everywhere",
        "`success` is `ok` in every response",
        both(envelope(_renamed), errors(_renamed)),
        "envelope-success-missing",
    ),
    _envelope(
        "bare-everywhere",
        "stats without an envelope, errors as problem details",
        both(envelope(lambda body: body["data"]), _problem),
        "stats-outside-data",
        also=(*_BARE, "envelope-error-missing", "content-type-wrong"),
    ),
    _envelope(
        "nested-everywhere",
        "stats in `result.stats`, errors in `message`",
        both(
            envelope(lambda body: {"result": {"stats": body["data"]}}),
            errors(lambda body: {"message": body["error"]}),
        ),
        "stats-outside-data",
        also=(*_BARE, "envelope-error-missing"),
    ),
    _envelope(
        "text-everywhere",
        "`success` is a string in every response",
        both(
            envelope(lambda body: {**body, "success": "true"}),
            errors(lambda body: {**body, "success": "false"}),
        ),
        "envelope-success-not-boolean",
    ),
    _transport(
        "errors-html",
        "every error is an HTML page",
        when(status(401, 404), lambda r, q: page(r.status)(r, q)),
        "body-not-json",
        also=(),
    ),
    _transport("errors-empty", "every error is empty", text(lambda _: b"", status(401, 404)), "body-empty"),
    _transport(
        "jsonp-everywhere", "every body is JSONP", text(lambda b: b"callback(" + b + b");", _ANY), "body-not-json"
    ),
    _transport(
        "python-everywhere",
        "every body is a Python dictionary",
        text(lambda b: str(json.loads(b)).encode(), _ANY),
        "body-not-json",
    ),
    _transport("cut-everywhere", "every body ends early", text(lambda b: b[:60], _ANY), "body-truncated"),
    _transport(
        "utf-16-everywhere", "every body is UTF-16", text(lambda b: b.decode().encode("utf-16"), _ANY), "body-not-utf8"
    ),
    _transport(
        "warning-everywhere",
        "a warning of PHP is before every body",
        text(lambda b: _WARNING + b, _ANY),
        "body-not-json",
    ),
    _transport(
        "brotli-everywhere",
        "every body has the Content-Encoding br",
        header("Content-Encoding", "br", _ANY),
        "response-encoding-broken",
    ),
    _transport("empty-everywhere", "every body is empty", text(lambda _: b"", _ANY), "body-empty"),
    _transport("ok-text-everywhere", "every body is the text OK", text(lambda _: b"OK", _ANY), "body-not-json"),
    _transport(
        "html-everywhere",
        "every body is an HTML page, with the documented status",
        when(_ANY, lambda reply, request: page(reply.status)(reply, request)),
        "body-not-json",
    ),
    drift(
        "errors-200",
        "every error has the status 200",
        _told_apart,
        "missing-key-status",
        also=("invalid-key-status", "unknown-id-status"),
        category="status",
    ),
    drift(
        "https-for-stats",
        "reads of the campaign redirect to https",
        when(kind("campaign"), reply_with(301, headers={"Location": "https://api.example/v1"})),
        "redirect",
        category="status",
    ),
    drift(
        "maintenance-for-stats",
        "the campaign is a maintenance page with 200",
        when(kind("campaign"), page(200, "Maintenance")),
        "body-not-json",
        category="transport",
    ),
)

CONFORMING = (
    conforming("behind-cdn", "a CDN names itself", both(header("Server", "cloudflare"), header("Via", "1.1 varnish"))),
    conforming("error-markup", "error texts look like a page", _says("<!doctype html><title>Log in</title>")),
    conforming("error-outage", "error texts name an outage", _says("503 Service Unavailable: bad gateway")),
    conforming("one-error-text", "every error has the same text", _says("Request failed")),
    conforming(
        "one-error",
        "every error has the same text and code",
        errors(lambda body: {**body, "error": "Request failed", "code": "ERROR"}),
    ),
    conforming("code-503", "errors have a code like a status", errors(lambda body: {**body, "code": "503"})),
    conforming(
        "no-opens",
        "a campaign that nobody opened",
        data(lambda s: {**s, **dict.fromkeys(s.keys() - {"totalSent", "totalDelivered", "bounces", "lastUpdated"}, 0)}),
    ),
)
