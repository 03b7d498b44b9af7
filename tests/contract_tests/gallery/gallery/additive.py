"""Additions and unusual behaviour that break nothing: findings of level info."""

from typing import Any

from gallery.api import Reply, Request, stamp
from gallery.changes import data, envelope, errors, fields, header, kind, page, read, reply_with, when
from gallery.variant import additive

_METADATA = {"timestamp": "2026-01-31T09:30:00.000Z", "requestId": "req_01"}


def _older_state(reply: Reply, request: Request) -> Reply:
    older = {"totalOpens": 700, "uniqueOpens": 400, "openRate": 400 / 1150, "lastUpdated": stamp(hours=-3)}
    return fields(**older)(reply, request) if request.read == 2 else reply


def _older_stamp(reply: Reply, request: Request) -> Reply:
    return fields(lastUpdated=stamp(hours=-request.read))(reply, request)


def _flips(reply: Reply, request: Request) -> Reply:
    extra: Any = {"cached": True} if request.read == 1 else "cached"
    return envelope(lambda body: {**body, "metadata": extra})(reply, request)


VARIANTS = (
    additive("new-stat", "`data` has a new field", fields(spamReports=3), "undocumented-field"),
    additive(
        "new-object", "`data` has a new object", fields(devices={"mobile": 10, "desktop": 20}), "undocumented-field"
    ),
    additive(
        "snake-twins",
        "`data` repeats a field in snake_case",
        data(lambda s: {**s, "open_rate": s["openRate"]}),
        "undocumented-field",
    ),
    additive(
        "metadata",
        "the envelope has `metadata`",
        envelope(lambda b: {**b, "metadata": _METADATA}),
        "undocumented-field",
    ),
    additive(
        "error-metadata", "errors have `metadata`", errors(lambda b: {**b, "metadata": _METADATA}), "undocumented-field"
    ),
    additive(
        "error-request-id",
        "errors have `requestId`",
        errors(lambda b: {**b, "requestId": "req_01"}),
        "undocumented-field",
    ),
    additive(
        "new-header",
        "responses have a new header",
        header("X-Migma-Stats-Version", "2"),
        "undocumented-header",
    ),
    additive(
        "sunset",
        "the end of the operation is announced",
        header("Sunset", "Wed, 01 Jul 2099 00:00:00 GMT"),
        "deprecation-announced",
    ),
    additive("older-state", "the second read is an older state as a whole", _older_state, "stale-snapshot"),
    additive(
        "older-quiet-state", "the second read is an hour older with the same counts", _older_stamp, "stale-snapshot"
    ),
    additive("extra-flips", "a new field changes its type", _flips, "response-shape-inconsistent"),
    additive(
        "recovered-429",
        "one 429, recovered by a retry",
        when(read(1), reply_with(429, headers={"Retry-After": "0"})),
        "transient-failure-recovered",
    ),
    additive(
        "recovered-429-silent",
        "one 429 without Retry-After, recovered by a retry",
        when(read(2), reply_with(429)),
        "retry-after-missing",
    ),
    additive(
        "recovered-502", "one 502 page, recovered by a retry", when(read(1), page(502)), "transient-failure-recovered"
    ),
    additive(
        "recovered-503", "one 503, recovered by a retry", when(read(2), reply_with(503)), "transient-failure-recovered"
    ),
    additive(
        "recovered-504",
        "one empty 504, recovered by a retry",
        when(read(2), reply_with(504, body=b"")),
        "transient-failure-recovered",
    ),
    additive(
        "recovered-reset",
        "one connection is reset, recovered by a retry",
        when(read(2), reply_with(200, wire=b"", reset=True)),
        "transient-failure-recovered",
    ),
    additive(
        "sent-away",
        "the second read is a 429 for two minutes, longer than a check waits",
        when(read(2), reply_with(429, headers={"Retry-After": "120"})),
        "no-response",
    ),
    additive(
        "no-challenge", "401 has no WWW-Authenticate", header("WWW-Authenticate", None), "www-authenticate-missing"
    ),
    additive("head-405", "HEAD is not allowed", when(kind("head"), reply_with(405)), "head-differs-from-get"),
    additive("head-404", "HEAD is a 404", when(kind("head"), reply_with(404)), "head-differs-from-get"),
    additive("head-500", "HEAD is a 500", when(kind("head"), reply_with(500)), "head-differs-from-get"),
    additive(
        "unusual-404-page", "unusual ids are a router's 404 page", when(kind("unusual-id"), page(404)), "body-not-json"
    ),
    additive(
        "unusual-404-detail",
        "unusual ids are a router's 404",
        when(kind("unusual-id"), reply_with(404, {"detail": "Not Found"})),
        "envelope-error-missing",
    ),
    additive("unusual-400", "unusual ids are a 400", when(kind("unusual-id"), reply_with(400)), "unusual-id-status"),
    additive(
        "unusual-400-page",
        "unusual ids are a 400 with a proxy's page",
        when(kind("unusual-id"), page(400)),
        "unusual-id-status",
    ),
    additive("unusual-422", "unusual ids are a 422", when(kind("unusual-id"), reply_with(422)), "unusual-id-status"),
)
