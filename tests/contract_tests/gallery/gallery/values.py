"""Values of the right type that cannot be meant: zeros for none, numbers beyond doubles, others' ids, keys."""

from functools import partial

from gallery.api import CAMPAIGNS, KEY
from gallery.changes import data, envelope, errors, header, kind, members, of_campaign, when
from gallery.variant import Variant, drift

_values = partial(drift, category="semantic", level="warning")
_echoes = partial(drift, category="auth", level="warning", rule="key-echoed")
_WRONG_KEY = "mgma_sk_live_0000NotARealKey0000"
_FEW_BOUNCES = {"totalSent": 1165, "bounces": 15, "uniqueOpens": 445}
"""So that 445 / 1150 cut off after two decimals is 445 / 1165 rounded to two, and 445 / 1165 is 0.382 to three."""


def _cut(name: str, does: str, **changed: float) -> Variant:
    return Variant("additive", name, does, members(**changed), "rate-truncated", "info")


def _named(name: str, does: str, **changed: object) -> Variant:
    return Variant("additive", name, does, members(**changed), "undocumented-field", "info")


DRIFTED = (
    _values(
        "unset-time",
        "`lastUpdated` is the zero time of Go and .NET",
        members(lastUpdated="0001-01-01T00:00:00Z"),
        "last-updated-zero",
    ),
    _values(
        "unset-epoch",
        "`lastUpdated` is the zero time of Unix, as JavaScript writes it",
        members(lastUpdated="1970-01-01T00:00:00.000Z"),
        "last-updated-zero",
    ),
    _values(
        "unset-epoch-local",
        "`lastUpdated` is the zero time of Unix, in another zone",
        members(lastUpdated="1970-01-01T02:00:00+02:00"),
        "last-updated-zero",
    ),
    _values(
        "opens-by-nobody",
        "`uniqueOpens` is 0, and there are opens by people",
        members(uniqueOpens=0, openRate=0),
        "unique-opens-zero",
    ),
    _values(
        "clicks-by-nobody",
        "`uniqueClicks` is 0, and there are clicks, and no members about bots",
        data(lambda s: {k: v for k, v in {**s, "uniqueClicks": 0, "clickRate": 0}.items() if k != "botClicks"}),
        "unique-clicks-zero",
    ),
    _values(
        "beyond-doubles",
        "`totalOpens` is one more than doubles keep apart",
        members(totalOpens=2**53),
        "unsafe-integer",
    ),
    _values(
        "of-another",
        "`data` names another campaign",
        members(campaign_id=CAMPAIGNS[1]),
        "stats-of-another-campaign",
    ),
    _values(
        "of-the-other",
        "each campaign is answered with the other's `id`",
        when(of_campaign(0), members(id=CAMPAIGNS[1])),
        "stats-of-another-campaign",
        campaigns=2,
    ),
    drift(
        "over-sent-few-bounces",
        "`openRate` is a fraction of what was sent, with few bounces, three decimals",
        members(**_FEW_BOUNCES, openRate=0.382),
        "rate-over-sent",
        category="semantic",
    ),
)

ECHOES = (
    _echoes("key-in-header", "the key comes back in a header", header("X-Api-Key", KEY, kind("campaign"))),
    _echoes(
        "key-in-body",
        "the key comes back in the envelope's `metadata`",
        envelope(lambda body: {**body, "metadata": {"key": KEY}}),
    ),
    _echoes(
        "wrong-key-in-error",
        "a wrong key comes back in the error's text",
        when(kind("invalid-key"), errors(lambda body: {**body, "error": f"Invalid API key: {_WRONG_KEY}"})),
    ),
)

NEIGHBOURS = (
    _cut(
        "cut-2",
        "`openRate` is cut off after two decimals, as a fraction of what was sent would round",
        **_FEW_BOUNCES,
        openRate=0.38,
    ),
    _cut("cut-4", "`clickRate` is cut off after four decimals", uniqueClicks=96, clickRate=0.0834),
    _cut("cut-5", "`openRate` is cut off after five decimals", openRate=0.38173),
    _named("own-id", "`data` names its campaign", campaignId=CAMPAIGNS[0]),
    _named("own-id-capitals", "`data` names its campaign in capitals", campaignId=CAMPAIGNS[0].upper()),
    _named("record-id", "`data` has the id of its own record", id="65f1a0b2c3d4e5f6deadbeef"),
    _named("second-id", "`data` names its campaign by an id of another form", campaignId="spring-sale"),
    Variant(
        "conforming",
        "masked-key",
        "a wrong key comes back masked",
        when(kind("invalid-key"), errors(lambda body: {**body, "error": "Invalid API key: mgma_sk_live_****0000"})),
    ),
    Variant(
        "conforming",
        "bots-alone",
        "bots alone opened and clicked",
        members(
            uniqueOpens=0,
            totalOpens=31,
            mppOpens=0,
            openRate=0,
            uniqueClicks=0,
            totalClicks=4,
            botClicks=4,
            clickRate=0,
        ),
    ),
    Variant(
        "conforming",
        "mpp-alone",
        "Mail Privacy Protection alone opened",
        members(uniqueOpens=0, totalOpens=40, botOpens=0, mppOpens=40, openRate=0),
    ),
    Variant(
        "conforming",
        "long-ago",
        "`lastUpdated` is long ago, at a round moment",
        members(lastUpdated="2000-01-01T00:00:00Z"),
    ),
    Variant(
        "conforming", "largest", "`totalOpens` is the largest that doubles keep apart", members(totalOpens=2**53 - 1)
    ),
)
