"""Envelopes of stats and errors that differ from the documented ones."""

from functools import partial
from typing import Any

from gallery.changes import both, data, envelope, errors, kind, reply_with, when
from gallery.variant import drift

_envelope = partial(drift, category="envelope")


def _less(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in body.items() if member != name}


def _named(old: str, new: str, body: dict[str, Any]) -> dict[str, Any]:
    return {new if member == old else member: value for member, value in body.items()}


VARIANTS = (
    _envelope("no-success", "`success` is missing", envelope(partial(_less, "success")), "envelope-success-missing"),
    _envelope(
        "success-text",
        '`success` is "true"',
        envelope(lambda b: {**b, "success": "true"}),
        "envelope-success-not-boolean",
    ),
    _envelope(
        "success-number", "`success` is 1", envelope(lambda b: {**b, "success": 1}), "envelope-success-not-boolean"
    ),
    _envelope(
        "success-null", "`success` is null", envelope(lambda b: {**b, "success": None}), "envelope-success-not-boolean"
    ),
    _envelope(
        "success-false",
        "stats have `success` false",
        envelope(lambda b: {**b, "success": False}),
        "envelope-success-false",
    ),
    _envelope(
        "success-renamed",
        "`success` is named `Success`",
        envelope(partial(_named, "success", "Success")),
        "field-renamed",
    ),
    _envelope(
        "success-ok", "`success` is named `ok`", envelope(partial(_named, "success", "ok")), "envelope-success-missing"
    ),
    _envelope(
        "status-text",
        '`success` is `status`: "success"',
        envelope(lambda b: {"status": "success", "data": b["data"]}),
        "envelope-success-missing",
    ),
    _envelope(
        "failure-with-200",
        "the campaign is a 200 with an error",
        when(kind("campaign"), reply_with(200, {"success": False, "error": "Temporarily unavailable"})),
        "envelope-success-false",
    ),
    _envelope(
        "error-beside-data",
        "stats have an error message",
        envelope(lambda b: {**b, "error": "partial"}),
        "envelope-error-on-success",
        "warning",
    ),
    _envelope("no-data", "`data` is missing", envelope(partial(_less, "data")), "envelope-data-missing"),
    _envelope("null-data", "`data` is null", envelope(lambda b: {**b, "data": None}), "envelope-data-missing"),
    _envelope(
        "data-renamed", "`data` is named `result`", envelope(partial(_named, "data", "result")), "stats-outside-data"
    ),
    _envelope(
        "data-in-capitals", "`data` is named `Data`", envelope(partial(_named, "data", "Data")), "stats-outside-data"
    ),
    _envelope("data-deeper", "the stats are in `data.stats`", data(lambda s: {"stats": s}), "stats-outside-data"),
    _envelope(
        "data-twice-deeper",
        "the stats are in `data.campaign.stats`",
        data(lambda s: {"campaign": {"id": "1", "stats": s}}),
        "stats-outside-data",
    ),
    _envelope("data-doubled", "`data` is wrapped in `data`", data(lambda s: {"data": s}), "stats-outside-data"),
    _envelope("data-list", "`data` is a list of stats", data(lambda s: [s]), "stats-outside-data"),
    _envelope("bare-stats", "the stats have no envelope", envelope(lambda b: b["data"]), "stats-outside-data"),
    _envelope(
        "bare-list",
        "the stats are in a list without an envelope",
        envelope(lambda b: [b["data"]]),
        "stats-outside-data",
    ),
    _envelope(
        "flat",
        "the stats are fields of the envelope",
        envelope(lambda b: {"success": True, **b["data"]}),
        "stats-outside-data",
    ),
    _envelope("body-list", "the body is a list", envelope(lambda b: [b]), "stats-outside-data"),
    _envelope("body-null", "the body is null", envelope(lambda _: None), "envelope-not-object"),
    _envelope("body-text", "the body is a string", envelope(lambda _: "ok"), "envelope-not-object"),
    _envelope("body-number", "the body is a number", envelope(lambda _: 42), "envelope-not-object"),
    _envelope("body-empty-list", "the body is an empty list", envelope(lambda _: []), "envelope-not-object"),
    _envelope(
        "body-empty-object",
        "the body is an empty object",
        envelope(lambda _: {}),
        "envelope-success-missing",
        also=("envelope-data-missing",),
    ),
    _envelope(
        "error-true",
        "errors have `success` true",
        errors(lambda b: {**b, "success": True}),
        "envelope-success-true-on-error",
    ),
    _envelope(
        "error-success-text",
        'errors have `success` "false"',
        errors(lambda b: {**b, "success": "false"}),
        "envelope-success-not-boolean",
    ),
    _envelope(
        "error-no-success", "errors have no `success`", errors(partial(_less, "success")), "envelope-success-missing"
    ),
    _envelope("error-no-text", "errors have no `error`", errors(partial(_less, "error")), "envelope-error-missing"),
    _envelope(
        "error-as-message",
        "`error` is named `message`",
        errors(partial(_named, "error", "message")),
        "envelope-error-missing",
    ),
    _envelope(
        "error-renamed",
        "`error` is named `errorMessage`",
        errors(partial(_named, "error", "errorMessage")),
        "field-renamed",
    ),
    _envelope(
        "error-plural",
        "`error` is a list named `errors`",
        errors(lambda b: {"success": False, "errors": [b["error"]]}),
        "field-renamed",
    ),
    _envelope(
        "error-object",
        "`error` is an object",
        errors(lambda b: {**b, "error": {"message": b["error"]}}),
        "envelope-error-not-text",
    ),
    _envelope("error-null", "`error` is null", errors(lambda b: {**b, "error": None}), "envelope-error-not-text"),
    _envelope("error-number", "`error` is a number", errors(lambda b: {**b, "error": 7}), "envelope-error-not-text"),
    _envelope(
        "error-empty", "`error` is empty", errors(lambda b: {**b, "error": ""}), "envelope-error-empty", "warning"
    ),
    _envelope(
        "error-blank", "`error` is a space", errors(lambda b: {**b, "error": " "}), "envelope-error-empty", "warning"
    ),
    _envelope(
        "error-problem",
        "errors are RFC 9457 problems",
        both(
            errors(lambda b: {"type": "about:blank", "title": b["error"], "status": 404, "detail": b["error"]}),
            when(lambda r, _: r.status >= 400, lambda r, _: r.with_header("Content-Type", "application/problem+json")),
        ),
        "envelope-error-missing",
        also=("envelope-success-missing", "content-type-wrong"),
    ),
    _envelope(
        "error-framework",
        "errors are a framework's `detail`",
        errors(lambda b: {"detail": b["error"]}),
        "envelope-error-missing",
        also=("envelope-success-missing",),
    ),
    _envelope("error-list", "errors are a list", errors(lambda b: [b]), "envelope-not-object"),
)
