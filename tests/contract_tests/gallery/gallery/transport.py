"""Bodies that are not JSON, content types, and incomplete responses."""

import gzip
import json
from dataclasses import replace
from functools import partial
from typing import Any

from gallery.api import Reply, Request
from gallery.changes import Only, both, errors, header, kind, page, reply_with, status, text, when
from gallery.variant import Variant, drift

_transport = partial(drift, category="transport")
_OK = status(200)


def _sent(only: Only, **other: Any) -> Any:
    return when(only, lambda reply, _: replace(reply, **other))


def _type(name: str, value: str | None, rule: str, level: str = "breaking", only: Only = _OK) -> Variant:
    description = "there is no Content-Type" if value is None else f"Content-Type is `{value}`"
    return _transport(name, description, header("Content-Type", value, only), rule, level)


def _cut_short(reply: Reply, request: Request) -> Reply:
    return replace(reply, claimed=len(reply.encoded), body=reply.encoded[:90]) if request.kind == "campaign" else reply


_umlaut = errors(lambda body: {**body, "error": "Kampagne nicht verfügbar"})

VARIANTS = (
    _type("type-missing", None, "content-type-missing"),
    _type("type-missing-errors", None, "content-type-missing", only=status(401, 404)),
    _type("type-html", "text/html; charset=utf-8", "content-type-wrong"),
    _type("type-text", "text/plain", "content-type-wrong"),
    _type("type-binary", "application/octet-stream", "content-type-wrong"),
    _type("type-javascript", "application/javascript", "content-type-wrong"),
    _type("type-vendor", "application/vnd.migma.v2+json", "content-type-wrong", "warning"),
    _type("type-problem", "application/problem+json", "content-type-wrong", "warning", status(401, 404)),
    _type("type-latin", "application/json; charset=iso-8859-1", "content-type-wrong", "warning"),
    _transport("empty", "the body is empty", text(lambda _: b""), "body-empty"),
    _transport("blank", "the body is a newline", text(lambda _: b"\n"), "body-empty"),
    _transport("page", "the body is an HTML page", when(kind("campaign"), page(200, "Maintenance")), "body-not-json"),
    _transport(
        "page-as-json",
        "the body is an HTML page with a JSON Content-Type",
        text(lambda _: b"<html>Maintenance</html>"),
        "body-not-json",
    ),
    _transport("plain", "the body is plain text", text(lambda _: b"OK"), "body-not-json"),
    _transport("xml", "the body is XML", text(lambda _: b'<?xml version="1.0"?><stats/>'), "body-not-json"),
    _transport(
        "python", "the body is a Python dictionary", text(lambda b: str(json.loads(b)).encode()), "body-not-json"
    ),
    _transport("jsonp", "the body is JSONP", text(lambda b: b"callback(" + b + b");"), "body-not-json"),
    _transport("hijack-guard", "the body begins with )]}'", text(lambda b: b")]}',\n" + b), "body-not-json"),
    _transport("trailing", "other text follows the JSON", text(lambda b: b + b"<!-- 12 ms -->"), "body-not-json"),
    _transport("twice", "the JSON is repeated", text(lambda b: b + b), "body-not-json"),
    _transport("trailing-comma", "there is a trailing comma", text(lambda b: b[:-1] + b",}"), "body-not-json"),
    _transport("cut", "the JSON ends early", text(lambda b: b[: len(b) // 2]), "body-truncated"),
    _transport(
        "cut-at-close",
        "the JSON and the connection end early",
        both(text(lambda b: b[:-1]), _sent(_OK, framing="close")),
        "body-truncated",
    ),
    _transport("bom", "the body begins with a byte order mark", text(lambda b: b"\xef\xbb\xbf" + b), "body-bom"),
    _transport("utf-16", "the body is UTF-16", text(lambda b: b.decode().encode("utf-16")), "body-not-utf8"),
    _transport(
        "utf-16-bare",
        "the body is UTF-16 without a byte order mark",
        text(lambda b: b.decode().encode("utf-16-le")),
        "body-not-utf8",
    ),
    _transport(
        "latin-1",
        "errors are in ISO-8859-1",
        both(_umlaut, text(lambda b: b.decode().encode("latin-1"), status(401, 404))),
        "body-not-utf8",
    ),
    _transport(
        "half-character",
        "a string has half of a surrogate pair",
        both(errors(lambda b: {**b, "error": "gone X"}), text(lambda b: b.replace(b"X", b"\\ud83d"), status(401, 404))),
        "body-not-utf8",
        "warning",
    ),
    _transport(
        "deep",
        "the body is nested 100,000 deep",
        text(lambda _: b"[" * 100_000 + b"]" * 100_000),
        "envelope-not-object",
    ),
    _transport("short-of-length", "the body is shorter than Content-Length", _cut_short, "response-truncated"),
    _transport(
        "reset-midway",
        "the connection is reset within the body",
        both(_cut_short, _sent(kind("campaign"), reset=True)),
        "response-truncated",
    ),
    _transport("chunks-end", "the last chunk is missing", _sent(_OK, framing="broken-chunks"), "response-truncated"),
    _transport(
        "not-gzip",
        "Content-Encoding is gzip, but the body is not",
        header("Content-Encoding", "gzip", _OK),
        "response-encoding-broken",
    ),
    _transport(
        "brotli",
        "Content-Encoding is br, which the request does not accept",
        header("Content-Encoding", "br", _OK),
        "response-encoding-broken",
    ),
    _transport(
        "gzip-cut",
        "the gzip data end early",
        both(text(lambda b: gzip.compress(b)[:-12]), header("Content-Encoding", "gzip", _OK)),
        "response-encoding-broken",
    ),
    _transport(
        "not-http",
        "the server speaks another protocol",
        when(kind("campaign"), reply_with(200, wire=b"SSH-2.0-OpenSSH_9.6\r\n")),
        "response-not-http",
    ),
    _transport(
        "huge",
        "the body has 3 MB",
        when(kind("campaign"), reply_with(200, {"success": True, "data": "x" * 3_000_000})),
        "response-too-large",
    ),
)
