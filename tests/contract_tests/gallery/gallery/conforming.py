"""Variants that conform to the contract: no findings."""

import gzip
import json
import struct
import zlib
from dataclasses import replace
from typing import Any

from gallery.api import Reply, Request, stamp
from gallery.changes import (
    both,
    computed,
    data,
    envelope,
    errors,
    fields,
    header,
    spliced,
    status,
    text,
    unchanged,
    without,
)
from gallery.variant import conforming
from migma_contract.stats import RATES

_OPTIONAL = ("botOpens", "botClicks", "mppOpens")


def _rounded(digits: int) -> Any:
    return data(lambda s: {**s, **{name: round(s[name], digits) for name in ("openRate", "clickRate")}})


def _single(digits: int) -> Any:
    def single(value: float) -> Any:
        return struct.unpack("f", struct.pack("f", round(value, digits)))[0]

    return data(lambda s: {**s, **{name: single(s[name]) for name in RATES}})


def _grows(reply: Reply, request: Request) -> Reply:
    more = dict.fromkeys(("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"), 10 * request.read)

    def grown(stats: dict[str, Any]) -> dict[str, Any]:
        stats = {name: value + more.get(name, 0) for name, value in stats.items() if name != "lastUpdated"}
        rates = {name: stats[unique] / stats["totalDelivered"] for name, unique in RATES.items()}
        return {**stats, **rates, "lastUpdated": stamp(seconds=request.read - 60)}

    return data(grown)(reply, request)


def _zeros(sent: int) -> Any:
    return data(lambda s: {**dict.fromkeys(s, 0), "totalSent": sent, "bounces": sent, "lastUpdated": s["lastUpdated"]})


def _coming_and_going(reply: Reply, request: Request) -> Reply:
    return without(*_OPTIONAL)(reply, request) if request.read % 2 == 0 else reply


def _framed(framing: Any) -> Any:
    return lambda reply, _: replace(reply, framing=framing)


def _says(words: str) -> Any:
    return errors(lambda body: {**body, "error": words})


def _deflate(raw: bytes) -> bytes:
    return zlib.compress(raw)


_any = status(200, 401, 404)

VARIANTS = (
    conforming("as-documented", "the API as documented", unchanged),
    conforming("two-campaigns", "the API as documented, two campaigns", unchanged, campaigns=2),
    conforming("other-order", "fields in another order", data(lambda s: dict(reversed(s.items())))),
    conforming("envelope-order", "`data` before `success`", envelope(lambda b: dict(reversed(b.items())))),
    *(conforming(f"rounded-{n}", f"rates rounded to {n} decimals", _rounded(n)) for n in range(2, 11)),
    conforming("single-precision", "rates stored as float32", _single(17)),
    conforming("rounded-single", "rates rounded to 4 decimals and stored as float32", _single(4)),
    conforming(
        "rates-mixed",
        "rates rounded to 2 and to 4 decimals",
        data(lambda s: {**s, "openRate": round(s["openRate"], 2), "clickRate": round(s["clickRate"], 4)}),
    ),
    conforming("growing", "stats grow from read to read", _grows),
    conforming("growing-two", "stats of two campaigns grow", _grows, campaigns=2),
    conforming("rate-exponent", "a rate is written with an exponent", spliced("openRate", "3.8174e-1")),
    conforming("offset-east", "`lastUpdated` has an offset", fields(lastUpdated="2026-01-31T11:30:00+02:00")),
    conforming("offset-west", "`lastUpdated` has a negative offset", fields(lastUpdated="2026-01-31T04:00:00-05:30")),
    conforming("stamp-fraction", "`lastUpdated` has milliseconds", fields(lastUpdated="2026-01-31T09:30:00.123Z")),
    conforming(
        "stamp-nanoseconds", "`lastUpdated` has nanoseconds", fields(lastUpdated="2026-01-31T09:30:00.123456789Z")
    ),
    conforming("stamp-zero-offset", "`lastUpdated` ends with +00:00", fields(lastUpdated="2026-01-31T09:30:00+00:00")),
    conforming("days-old", "`lastUpdated` is days old", computed("lastUpdated", lambda _: stamp(days=-9))),
    conforming("just-now", "`lastUpdated` is now", computed("lastUpdated", lambda _: stamp())),
    conforming(
        "clock-ahead", "`lastUpdated` is two minutes ahead", computed("lastUpdated", lambda _: stamp(minutes=2))
    ),
    conforming(
        "server-clock-off",
        "the server's clock is wrong, also in Date",
        both(header("Date", "Fri, 31 Jan 2098 09:30:00 GMT"), fields(lastUpdated="2098-01-31T09:29:00Z")),
    ),
    conforming("no-date", "there is no Date", header("Date", None)),
    conforming("date-broken", "Date cannot be read", header("Date", "yesterday")),
    conforming("gzip", "bodies are gzipped", both(text(gzip.compress, _any), header("Content-Encoding", "gzip"))),
    conforming("deflate", "bodies are deflated", both(text(_deflate, _any), header("Content-Encoding", "deflate"))),
    conforming("chunked", "bodies are sent in chunks", _framed("chunked")),
    conforming(
        "gzip-chunked",
        "gzipped bodies are sent in chunks",
        both(text(gzip.compress, _any), header("Content-Encoding", "gzip"), _framed("chunked")),
    ),
    conforming("http-1.0", "HTTP/1.0: the body ends with the connection", _framed("close")),
    conforming("charset", "Content-Type has a charset", header("Content-Type", "application/json; charset=utf-8")),
    conforming(
        "charset-quoted",
        "Content-Type has capitals and a quoted charset",
        header("Content-Type", 'Application/JSON;charset="UTF-8"'),
    ),
    conforming(
        "infrastructure",
        "headers of proxies and clouds",
        both(
            header("CF-Ray", "8f1-FRA"),
            header("X-Request-Id", "r1"),
            header("X-RateLimit-Remaining", "9"),
            header("RateLimit-Policy", "10;w=60"),
            header("Strict-Transport-Security", "max-age=1"),
            header("X-Vercel-Id", "fra1::x"),
            header("X-Powered-By", "Express"),
            header("ETag", 'W/"1"'),
        ),
    ),
    conforming(
        "cors",
        "headers for browsers",
        both(
            header("Access-Control-Allow-Origin", "*"), header("Vary", "Origin"), header("Set-Cookie", "s=1; HttpOnly")
        ),
    ),
    conforming("german", "error texts in German", _says("Kampagne nicht gefunden – ungültige Kennung")),
    conforming("japanese", "error texts in Japanese", _says("キャンペーンが見つかりません")),
    conforming("emoji", "error texts with emoji", _says("nothing here 📭")),
    conforming(
        "ascii-escapes",
        "strings with JSON escapes",
        both(_says("キャ"), text(lambda b: json.dumps(json.loads(b)).encode(), _any)),
    ),
    conforming("no-code", "errors without `code`", errors(lambda b: {"success": False, "error": b["error"]})),
    conforming(
        "error-data", "errors with `data`", errors(lambda b: {**b, "data": {"campaignId": "1", "hint": {"x": [1]}}})
    ),
    conforming("error-null", "a success with `error` null", envelope(lambda b: {**b, "error": None})),
    conforming("no-optionals", "no optional fields", without(*_OPTIONAL)),
    conforming("one-optional", "one optional field", without("botClicks", "mppOpens")),
    conforming("come-and-go", "optional fields come and go", _coming_and_going),
    conforming(
        "pretty", "the JSON is indented", text(lambda b: json.dumps(json.loads(b), indent=4).encode() + b"\n", _any)
    ),
    conforming(
        "compact",
        "the JSON has no spaces",
        text(lambda b: json.dumps(json.loads(b), separators=(",", ":")).encode(), _any),
    ),
    conforming("crlf", "the JSON is between line breaks (CRLF)", text(lambda b: b"\r\n" + b + b"\r\n", _any)),
    conforming("nothing-sent", "all stats are zero", _zeros(0)),
    conforming("all-bounced", "all messages bounced: rates are 0", _zeros(10)),
    conforming(
        "everyone-opened",
        "both rates are 1",
        fields(
            uniqueOpens=1150, totalOpens=1150, uniqueClicks=1150, totalClicks=1150, openRate=1, clickRate=1, botOpens=0
        ),
    ),
    conforming(
        "clicks-over-opens",
        "more clicks than opens: images are blocked",
        fields(uniqueOpens=50, totalOpens=130, openRate=round(50 / 1150, 4)),
    ),
    conforming("in-flight", "some messages are neither delivered nor bounced", fields(bounces=7)),
    conforming("tiny-rate", "a rate that rounds to zero", fields(uniqueClicks=1, totalClicks=5, clickRate=0.0)),
    conforming(
        "large",
        "a campaign with a hundred million messages",
        data(lambda s: {k: v * 100_000 if isinstance(v, int) else v for k, v in s.items()}),
    ),
    conforming("stale", "the second read repeats the first", fields(lastUpdated="2026-01-31T09:30:00Z")),
)
