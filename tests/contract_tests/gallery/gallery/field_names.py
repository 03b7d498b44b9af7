"""Names of fields: some look like documented ones, some are many, long or unusual."""

from typing import Any

from gallery.changes import data, errors, renamed
from gallery.variant import Variant, additive, drift


def _looks_like(name: str, description: str, documented: str, sent: str) -> Variant:
    return drift(name, description, renamed(**{documented: sent}), "field-renamed", category="structural")


def _new(name: str, description: str, fields: dict[str, Any]) -> Variant:
    return additive(name, description, data(lambda stats: {**stats, **fields}), "undocumented-field")


DRIFTED = (
    _looks_like("name-cyrillic", "`totalSent` has a Cyrillic о", "totalSent", "t\u043etalSent"),
    _looks_like("name-greek", "`totalSent` has a Greek omicron", "totalSent", "t\u03bftalSent"),
    _looks_like("name-zero-width", "`openRate` has a zero-width space", "openRate", "open\u200bRate"),
    _looks_like("name-no-break-space", "`bounces` begins with a no-break space", "bounces", "\u00a0bounces"),
    _looks_like("name-trailing-space", "`totalOpens` ends with a space", "totalOpens", "totalOpens "),
    _looks_like("name-mark", "`totalClicks` begins with a byte order mark", "totalClicks", "\ufefftotalClicks"),
    _looks_like("name-full-width", "`clickRate` has a full-width letter", "clickRate", "\uff43lickRate"),
    _looks_like("name-accent", "`lastUpdated` has a letter with an accent", "lastUpdated", "lastUpd\u00e1ted"),
    _looks_like("name-control", "`uniqueOpens` has a control character", "uniqueOpens", "unique\u0007Opens"),
    _looks_like("name-direction", "`unsubscribes` has a change of direction", "unsubscribes", "\u202eunsubscribes"),
    _looks_like("name-soft-hyphen", "`totalDelivered` has a soft hyphen", "totalDelivered", "total\u00adDelivered"),
)

ADDED = (
    _new("60000-fields", "`data` has 60,000 new fields", {f"n{number}": 1 for number in range(60_000)}),
    _new("numbered-fields", "`data` has a field for each hour", {str(number): 1 for number in range(24)}),
    _new("names-chinese", "`data` has new fields with Chinese names", {"打开": 1, "点击": 2}),
    _new("names-emoji", "`data` has a new field with an emoji as its name", {"📬": 1}),
    _new("name-empty", "`data` has a field without a name", {"": 1}),
    _new("name-slashes", "`data` has names with slashes and tildes", {"a/b": 1, "c~d": 2, "//": 3}),
    _new("name-long", "`data` has a name with 20,000 letters", {"x" * 20_000: 1}),
    _new("name-markup", "`data` has a name with markup", {"<b>`x`|[a](http://e.example)</b>": 1}),
    _new("name-prototype", "`data` has a field `__proto__`", {"__proto__": {"a": 1}}),
    additive(
        "error-names-unusual",
        "errors have a field with a Cyrillic name",
        errors(lambda body: {**body, "\u043e\u0448\u0438\u0431\u043a\u0430": 1}),
        "undocumented-field",
    ),
)
