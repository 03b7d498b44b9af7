"""One wrong response among correct ones, and campaigns that differ from each other."""

from functools import partial

from gallery.changes import (
    data,
    envelope,
    errors,
    fields,
    header,
    kind,
    of_campaign,
    page,
    read,
    renamed,
    reply_with,
    text,
    when,
    without,
)
from gallery.variant import drift

_intermittent = partial(drift, category="intermittent")
_second = partial(when, read(2))
_first = partial(when, read(1))

VARIANTS = (
    _intermittent(
        "second-without-field", "the second read lacks `clickRate`", _second(without("clickRate")), "required-missing"
    ),
    _intermittent(
        "first-without-field", "the first read lacks `clickRate`", _first(without("clickRate")), "required-missing"
    ),
    _intermittent(
        "second-renamed", "the second read has `open_rate`", _second(renamed(openRate="open_rate")), "field-renamed"
    ),
    _intermittent(
        "second-text", "the second read has a string for `totalSent`", _second(fields(totalSent="1200")), "wrong-type"
    ),
    _intermittent(
        "second-null", "the second read has null for `openRate`", _second(fields(openRate=None)), "null-not-allowed"
    ),
    _intermittent(
        "second-percentage", "the second read has a percentage", _second(fields(openRate=38.17)), "rate-is-percentage"
    ),
    _intermittent(
        "second-no-data",
        "the second read has no data",
        _second(envelope(lambda b: {"success": True})),
        "envelope-data-missing",
    ),
    _intermittent(
        "second-failure-200",
        "the second read is a failure with 200",
        _second(reply_with(200)),
        "envelope-success-false",
    ),
    _intermittent("second-500", "the second read is a 500", _second(reply_with(500)), "campaign-status"),
    _intermittent("first-500", "the first read is a 500", _first(reply_with(500)), "campaign-status"),
    _intermittent(
        "second-404", "the second read is a 404", _second(reply_with(404)), "intermittent-failure", "warning"
    ),
    _intermittent(
        "second-401", "the second read is a 401", _second(reply_with(401)), "intermittent-failure", "warning"
    ),
    _intermittent(
        "second-503",
        "the second read is a 503, and its retry too",
        when(read(2, 3), reply_with(503)),
        "intermittent-failure",
        "warning",
    ),
    _intermittent(
        "second-502-page",
        "the second read is a 502 page, and its retry too",
        when(read(2, 3), page(502)),
        "intermittent-failure",
        "warning",
    ),
    _intermittent(
        "second-429",
        "the second read is a 429, and its retry too",
        when(read(2, 3), reply_with(429, headers={"Retry-After": "0"})),
        "intermittent-failure",
        "warning",
    ),
    _intermittent("second-page", "the second read is an HTML page with 200", _second(page(200)), "body-not-json"),
    _intermittent("second-empty", "the second read is empty", _second(text(lambda _: b"")), "body-empty"),
    _intermittent("second-cut", "the second read ends early", _second(text(lambda b: b[:120])), "body-truncated"),
    _intermittent(
        "second-type",
        "the second read has the Content-Type of text",
        _second(header("Content-Type", "text/plain")),
        "content-type-wrong",
    ),
    _intermittent(
        "second-reset",
        "the second read is reset, and its retry too",
        when(read(2, 3), reply_with(200, wire=b"", reset=True)),
        "intermittent-failure",
        "warning",
    ),
    _intermittent(
        "second-redirect",
        "the second read is a redirect",
        _second(reply_with(302, headers={"Location": "/v2"})),
        "redirect",
    ),
    _intermittent(
        "other-campaign-renamed",
        "one campaign has `open_rate`",
        when(of_campaign(1), renamed(openRate="open_rate")),
        "field-renamed",
        campaigns=2,
    ),
    _intermittent(
        "other-campaign-nested",
        "one campaign has its stats in `data.stats`",
        when(of_campaign(1), data(lambda s: {"stats": s})),
        "stats-outside-data",
        campaigns=2,
    ),
    _intermittent(
        "other-campaign-500",
        "one campaign is a 500",
        when(of_campaign(1), reply_with(500)),
        "campaign-status",
        campaigns=2,
    ),
    _intermittent(
        "other-campaign-503",
        "one campaign is always a 503",
        when(of_campaign(1), reply_with(503)),
        "intermittent-failure",
        "warning",
        campaigns=2,
    ),
    _intermittent(
        "only-404-bare",
        "only the 404 has no envelope",
        when(kind("unknown-id"), errors(lambda b: {"detail": "Not Found"})),
        "envelope-error-missing",
        also=("envelope-success-missing",),
    ),
)
