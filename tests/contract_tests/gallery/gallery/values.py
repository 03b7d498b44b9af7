"""Implausible values of the right type: zero times, unsafe integers, ids of other campaigns, repeated keys."""

from functools import partial

from gallery.api import CAMPAIGNS, KEY
from gallery.changes import data, envelope, errors, fields, header, kind, of_campaign, when
from gallery.variant import Variant, drift

_values = partial(drift, category="semantic", level="warning")
_echoes = partial(drift, category="auth", level="warning", rule="key-echoed")
_WRONG_KEY = "mgma_sk_live_0000NotARealKey0000"
_FEW_BOUNCES = {"totalSent": 1165, "bounces": 15, "uniqueOpens": 445}
"""445 / 1150 truncated to two decimals equals 445 / 1165 rounded to two; rounded to three, 445 / 1165 is 0.382."""


def _truncated(name: str, description: str, **changed: float) -> Variant:
    return Variant("additive", name, description, fields(**changed), "rate-truncated", "info")


def _named(name: str, description: str, **changed: object) -> Variant:
    return Variant("additive", name, description, fields(**changed), "undocumented-field", "info")


DRIFTED = (
    _values(
        "unset-time",
        "`lastUpdated` is the zero time of Go and .NET",
        fields(lastUpdated="0001-01-01T00:00:00Z"),
        "last-updated-zero",
    ),
    _values(
        "unset-epoch",
        "`lastUpdated` is the zero time of Unix, in the form of JavaScript",
        fields(lastUpdated="1970-01-01T00:00:00.000Z"),
        "last-updated-zero",
    ),
    _values(
        "unset-epoch-local",
        "`lastUpdated` is the zero time of Unix, in another time zone",
        fields(lastUpdated="1970-01-01T02:00:00+02:00"),
        "last-updated-zero",
    ),
    _values(
        "opens-by-nobody",
        "`uniqueOpens` is 0, but there are opens by people",
        fields(uniqueOpens=0, openRate=0),
        "unique-opens-zero",
    ),
    _values(
        "clicks-by-nobody",
        "`uniqueClicks` is 0, but there are clicks and no fields about bots",
        data(lambda s: {k: v for k, v in {**s, "uniqueClicks": 0, "clickRate": 0}.items() if k != "botClicks"}),
        "unique-clicks-zero",
    ),
    _values(
        "beyond-doubles",
        "`totalOpens` is one above the largest safe integer",
        fields(totalOpens=2**53),
        "unsafe-integer",
    ),
    _values(
        "of-another",
        "`data` names another campaign",
        fields(campaign_id=CAMPAIGNS[1]),
        "stats-of-another-campaign",
    ),
    _values(
        "of-the-other",
        "each campaign has the `id` of the other",
        when(of_campaign(0), fields(id=CAMPAIGNS[1])),
        "stats-of-another-campaign",
        campaigns=2,
    ),
    drift(
        "over-sent-few-bounces",
        "`openRate` is a fraction of sent, with few bounces, 3 decimals",
        fields(**_FEW_BOUNCES, openRate=0.382),
        "rate-over-sent",
        category="semantic",
    ),
)

ECHOES = (
    _echoes("key-in-header", "a header repeats the key", header("X-Api-Key", KEY, kind("campaign"))),
    _echoes(
        "key-in-body",
        "`metadata` in the envelope repeats the key",
        envelope(lambda body: {**body, "metadata": {"key": KEY}}),
    ),
    _echoes(
        "invalid-key-in-error",
        "the error message repeats an invalid key",
        when(kind("invalid-key"), errors(lambda body: {**body, "error": f"Invalid API key: {_WRONG_KEY}"})),
    ),
)

NEIGHBOURS = (
    _truncated(
        "truncated-2",
        "`openRate` is truncated to 2 decimals, equal to a rounded fraction of sent",
        **_FEW_BOUNCES,
        openRate=0.38,
    ),
    _truncated("truncated-4", "`clickRate` is truncated to 4 decimals", uniqueClicks=96, clickRate=0.0834),
    _truncated("truncated-5", "`openRate` is truncated to 5 decimals", openRate=0.38173),
    _named("own-id", "`data` names its campaign", campaignId=CAMPAIGNS[0]),
    _named("own-id-capitals", "`data` names its campaign in capitals", campaignId=CAMPAIGNS[0].upper()),
    _named("record-id", "`data` has the id of its own record", id="65f1a0b2c3d4e5f6deadbeef"),
    _named("second-id", "`data` names its campaign by another kind of id", campaignId="spring-sale"),
    Variant(
        "conforming",
        "masked-key",
        "the error message has a masked key",
        when(kind("invalid-key"), errors(lambda body: {**body, "error": "Invalid API key: mgma_sk_live_****0000"})),
    ),
    Variant(
        "conforming",
        "bots-alone",
        "only bots opened and clicked",
        fields(
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
        "only Mail Privacy Protection opened",
        fields(uniqueOpens=0, totalOpens=40, botOpens=0, mppOpens=40, openRate=0),
    ),
    Variant(
        "conforming",
        "long-ago",
        "`lastUpdated` is a round time long ago",
        fields(lastUpdated="2009-02-01T00:00:00Z"),
    ),
    Variant("conforming", "largest", "`totalOpens` is the largest safe integer", fields(totalOpens=2**53 - 1)),
)
