"""The same failure from some request to the end of a run, or at its start: information. And its louder neighbours."""

from dataclasses import replace

from gallery.api import Change, Reply, Request
from gallery.changes import Only, kind, page, read, reply_with, when
from gallery.variant import additive, drift, inconclusive

_CUT = reply_with(200, wire=b"", reset=True)
_NOT_HTTP = reply_with(200, wire=b"SSH-2.0-OpenSSH_9.6\r\n")
_STARTING = reply_with(200, {"message": "Service starting"})
_EMPTY = reply_with(200, body=b"")
_QUOTA = {"success": False, "error": "Monthly quota used up", "code": "QUOTA"}


def _first(count: int, change: Change) -> Change:
    return when(lambda _, request: request.number <= count, change)


def _after(count: int, change: Change) -> Change:
    return when(lambda _, request: request.number > count, change)


def _key_after(count: int, change: Change) -> Change:
    return when(
        lambda _, request: request.number > count and request.kind not in {"missing-key", "invalid-key"}, change
    )


def _cut_within(reply: Reply, _request: Request) -> Reply:
    return replace(reply, claimed=len(reply.encoded), body=reply.encoded[:-30], reset=True)


_unusual: Only = kind("unusual-id")

EDGES = (
    *(
        additive(
            f"key-{status}-later",
            f"every request with the key is a {status} from the sixth on, such as a quota",
            _key_after(5, reply_with(status, _QUOTA)),
            "campaign-status" if status not in {401, 403} else "intermittent-failure",
        )
        for status in (401, 402, 403, 418, 423)
    ),
    additive(
        "banned-403",
        "every request is a 403 with the same words from the sixth on",
        _after(5, reply_with(403, _QUOTA)),
        "intermittent-failure",
    ),
    additive(
        "banned-400",
        "every request is a 400 with the same words from the fifth on",
        _after(4, reply_with(400, _QUOTA)),
        "campaign-status",
    ),
    additive(
        "ssh-later", "another protocol answers from the fifth request on", _after(4, _NOT_HTTP), "response-not-http"
    ),
    additive("ssh-at-first", "another protocol answers the first request", _first(1, _NOT_HTTP), "response-not-http"),
    additive(
        "last-403",
        "the last read is a 403, and its repetition too",
        _after(7, reply_with(403, _QUOTA)),
        "intermittent-failure",
    ),
    additive(
        "last-500", "the last read is a 500, and its repetition too", _after(7, reply_with(500)), "campaign-status"
    ),
    additive(
        "last-portal",
        "a portal answers the last read, and its repetition",
        _after(7, page(200, "Log in")),
        "body-not-json",
    ),
    additive(
        "last-firewall",
        "a firewall answers the last read, and its repetition",
        _after(7, page(403)),
        "intermittent-failure",
    ),
    additive("last-empty", "the last read is empty, and its repetition too", _after(7, _EMPTY), "body-empty"),
    additive("last-407", "the last read is a 407, and its repetition too", _after(7, page(407)), "campaign-status"),
    additive("last-cut-within", "the last reads are cut within the body", _after(7, _cut_within), "response-truncated"),
    additive("first-portal", "a portal answers the first read", _first(1, page(200, "Log in")), "body-not-json"),
    additive("first-firewall", "a firewall answers the first read", _first(1, page(403)), "intermittent-failure"),
    additive("first-ingress", "a 404 page answers the first read", _first(1, page(404)), "intermittent-failure"),
    additive(
        "first-starting", "the first read is another service's JSON", _first(1, _STARTING), "envelope-success-missing"
    ),
    additive("first-empty", "the first read is empty", _first(1, _EMPTY), "body-empty"),
    additive("first-500-page", "the first read is a 500 page", _first(1, page(500)), "campaign-status"),
    additive("first-407", "the first read is a 407", _first(1, page(407)), "campaign-status"),
    additive("first-421", "the first read is a 421", _first(1, page(421)), "campaign-status"),
    additive(
        "first-425",
        "the first read is a 425, but not its retry",
        _first(1, reply_with(425)),
        "transient-failure-recovered",
    ),
    additive(
        "first-login",
        "the first read is a redirect to a login",
        _first(1, reply_with(302, headers={"Location": "/login"})),
        "redirect",
    ),
    additive(
        "first-cut-within",
        "the first read is cut within the body, but not its retry",
        _first(1, _cut_within),
        "response-truncated",
    ),
    additive(
        "first-cut-twice",
        "the first read and its retry are cut within the body",
        _first(2, _cut_within),
        "response-truncated",
    ),
    additive("unusual-cut", "connections of unusual ids are always reset", when(_unusual, _CUT), "no-response"),
    additive("unusual-502", "unusual ids are always a 502", when(_unusual, page(502)), "no-response"),
    additive("unusual-503", "unusual ids are always a 503", when(_unusual, reply_with(503)), "no-response"),
    additive(
        "unusual-not-http", "unusual ids are answered without HTTP", when(_unusual, _NOT_HTTP), "response-not-http"
    ),
    additive(
        "unusual-cut-within",
        "responses to unusual ids are cut within the body",
        when(_unusual, _cut_within),
        "response-truncated",
    ),
    inconclusive(
        "banned-early",
        "every request is a 403 with the same words from the fourth on",
        _after(3, reply_with(403, _QUOTA)),
        "for a campaign that does not exist could be judged",
    ),
    inconclusive(
        "invalid-key-cut",
        "connections with an invalid key are always reset",
        when(kind("invalid-key"), _CUT),
        "No response to a request with an invalid key could be judged",
    ),
    inconclusive(
        "region-421",
        "every request with the key is a 421",
        when(kind("campaign", "unknown-id", "unusual-id", "head"), reply_with(421, _QUOTA)),
        "is the base URL the one of this key's region?",
    ),
    inconclusive(
        "campaign-firewall",
        "a firewall's page answers reads of the campaign",
        when(kind("campaign"), page(403, "Blocked")),
        "titled “Blocked”, answered in place of the API for campaign",
    ),
)

DRIFTED = (
    drift(
        "last-404",
        "the campaign is a 404 from the last read on",
        _after(7, reply_with(404)),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "portal-once",
        "a portal's page answers the second read only",
        when(read(2), page(200, "Log in")),
        "body-not-json",
        category="intermittent",
    ),
    drift(
        "starting-once",
        "another service answers the second read only",
        when(read(2), _STARTING),
        "envelope-success-missing",
        also=("envelope-data-missing",),
        category="intermittent",
    ),
    drift(
        "quota-once",
        "the second read only is a 403",
        when(read(2), reply_with(403, _QUOTA)),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "middle-403",
        "the fourth to the sixth request is a 403",
        when(lambda _, request: 3 < request.number < 7, reply_with(403, _QUOTA)),
        "unknown-id-status",
        also=("missing-key-status",),
        category="intermittent",
    ),
    drift(
        "first-403-words",
        "the first read is a 403 of the API",
        _first(1, reply_with(403, _QUOTA)),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "success-200-with-key",
        "every request with the key is the same failure with 200",
        when(kind("campaign", "unknown-id", "unusual-id", "head"), reply_with(200, _QUOTA)),
        "envelope-success-false",
        also=("unknown-id-status",),
        category="envelope",
    ),
    drift(
        "empty-object-with-key",
        "every request with the key is an empty object with 200",
        when(kind("campaign", "unknown-id", "unusual-id", "head"), reply_with(200, {})),
        "envelope-success-missing",
        also=("envelope-data-missing", "unknown-id-status"),
        category="envelope",
    ),
)
