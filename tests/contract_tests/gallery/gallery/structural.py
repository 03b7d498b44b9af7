"""Stats with missing, renamed or moved fields, or other types."""

from collections.abc import Callable
from functools import partial
from typing import Any

from gallery.api import Change
from gallery.changes import computed, data, envelope, errors, fields, renamed, spliced, without
from gallery.variant import Variant, drift

_structural = partial(drift, category="structural")
_REQUIRED = (
    *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
    *("unsubscribes", "bounces", "openRate", "clickRate", "lastUpdated"),
)
_RENAMES = {
    "openRate": "open_rate",
    "clickRate": "ClickRate",
    "lastUpdated": "updatedAt",
    "totalSent": "sent",
    "totalDelivered": "delivered",
    "uniqueOpens": "opensUnique",
    "bounces": "totalBounces",
    "unsubscribes": "unsubscribed",
}


def _in_snake_case(stats: dict[str, Any]) -> dict[str, Any]:
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): value for name, value in stats.items()}


def _grouped(stats: dict[str, Any]) -> dict[str, Any]:
    rates = {name: stats.pop(name) for name in ("openRate", "clickRate")}
    return {**stats, "rates": rates}


def _typed(name: str, description: str, member: str, change: Callable[[Any], Any], rule: str = "wrong-type") -> Variant:
    return _structural(name, description, computed(member, lambda stats: change(stats[member])), rule)


def _moved_up(body: dict[str, Any]) -> dict[str, Any]:
    moved = dict(body["data"])
    return {**body, "data": moved, "lastUpdated": moved.pop("lastUpdated")}


_no_text: Change = envelope(lambda body: {**body, "error": {"message": "none"}})

VARIANTS = (
    *(_structural(f"without-{name}", f"`{name}` is missing", without(name), "required-missing") for name in _REQUIRED),
    *(
        _structural(f"renamed-{old}", f"`{old}` is named `{new}`", renamed(**{old: new}), "field-renamed")
        for old, new in _RENAMES.items()
    ),
    _structural("snake-case", "all fields are in snake_case", data(_in_snake_case), "field-renamed"),
    _structural(
        "renamed-optional",
        "`botOpens` is named `bot_opens`",
        renamed(botOpens="bot_opens"),
        "field-renamed",
        "warning",
    ),
    _structural("rates-grouped", "the rates are in an object of their own", data(_grouped), "field-moved"),
    _structural("last-updated-in-envelope", "`lastUpdated` is beside `data`", envelope(_moved_up), "field-moved"),
    _typed("count-as-text", "`totalSent` is a string", "totalSent", str),
    _structural(
        "counts-as-texts",
        "all counts are strings",
        data(lambda stats: {k: str(v) if isinstance(v, int) else v for k, v in stats.items()}),
        "wrong-type",
    ),
    _typed("count-with-separators", "`totalSent` is a string with separators", "totalSent", lambda v: f"{v:,}"),
    _typed("count-fractional", "`uniqueOpens` is not a whole number", "uniqueOpens", lambda v: v + 0.5),
    _typed("count-as-object", "`bounces` is split by kind", "bounces", lambda v: {"hard": v, "soft": 0}),
    _typed("count-as-list", "`uniqueClicks` is a list", "uniqueClicks", lambda v: [v]),
    _typed("count-as-boolean", "`unsubscribes` is true", "unsubscribes", bool),
    _typed("optional-as-text", "`mppOpens` is a string", "mppOpens", str),
    _typed("rate-as-text", "`openRate` is a string", "openRate", lambda v: f"{v:.4f}"),
    _typed("rate-as-percent-text", "`openRate` is a string with a percent sign", "openRate", lambda v: f"{v:.1%}"),
    _typed("rate-as-object", "`clickRate` is an object", "clickRate", lambda v: {"value": v, "unit": "fraction"}),
    _typed("stamp-as-epoch", "`lastUpdated` is a number of seconds", "lastUpdated", lambda _: 1769851800),
    _typed("stamp-as-epoch-ms", "`lastUpdated` is a number of milliseconds", "lastUpdated", lambda _: 1769851800000),
    _typed("stamp-as-object", "`lastUpdated` is an object", "lastUpdated", lambda v: {"$date": v}),
    _typed("null-count", "`totalOpens` is null", "totalOpens", lambda _: None, "null-not-allowed"),
    _typed("null-rate", "`openRate` is null", "openRate", lambda _: None, "null-not-allowed"),
    _typed("null-stamp", "`lastUpdated` is null", "lastUpdated", lambda _: None, "null-not-allowed"),
    _typed("null-optional", "`botClicks` is null", "botClicks", lambda _: None, "null-not-allowed"),
    _typed("stamp-local", "`lastUpdated` has no offset", "lastUpdated", lambda v: v.rstrip("Z"), "wrong-format"),
    _typed(
        "stamp-with-space", "`lastUpdated` has a space", "lastUpdated", lambda v: v.replace("T", " "), "wrong-format"
    ),
    _typed("stamp-date-only", "`lastUpdated` is a date", "lastUpdated", lambda v: v[:10], "wrong-format"),
    _typed("stamp-empty", "`lastUpdated` is empty", "lastUpdated", lambda _: "", "wrong-format"),
    _typed(
        "stamp-rfc2822",
        "`lastUpdated` is in the format of email",
        "lastUpdated",
        lambda _: "Sat, 31 Jan 2026 09:30:00 +0000",
        "wrong-format",
    ),
    _structural(
        "stamp-month-13", "`lastUpdated` is in month 13", fields(lastUpdated="2026-13-01T00:00:00Z"), "wrong-format"
    ),
    _structural(
        "stamp-year-0",
        "`lastUpdated` is in the year 0",
        fields(lastUpdated="0000-01-01T00:00:00Z"),
        "last-updated-not-rfc3339",
    ),
    _structural("data-empty", "`data` is an empty object", data(lambda _: {}), "required-missing"),
    _structural("data-as-text", "`data` is a string of JSON", data(str), "wrong-type"),
    _structural("data-empty-list", "`data` is an empty list", data(lambda _: []), "wrong-type"),
    _structural(
        "code-as-number", "an error's `code` is a number", errors(lambda body: {**body, "code": 4040}), "wrong-type"
    ),
    _structural(
        "error-data-list", "an error's `data` is a list", errors(lambda body: {**body, "data": []}), "wrong-type"
    ),
    _structural(
        "code-null", "an error's `code` is null", errors(lambda body: {**body, "code": None}), "null-not-allowed"
    ),
    _structural("error-object-on-success", "`error` of a success is an object", _no_text, "wrong-type"),
    _structural("rate-nan", "`openRate` is NaN", spliced("openRate", "NaN"), "body-not-a-number"),
    _structural("rate-infinite", "`clickRate` is Infinity", spliced("clickRate", "Infinity"), "body-not-a-number"),
    _structural("count-beyond-double", "`totalOpens` is 1e999", spliced("totalOpens", "1e999"), "body-not-a-number"),
    _structural(
        "duplicate-key",
        "`uniqueOpens` is a duplicate key",
        spliced("uniqueOpens", '439, "uniqueOpens": 401'),
        "body-duplicate-key",
        "warning",
    ),
)
