"""Outages: every request fails, or every request with the key. They say nothing about the contract."""

from gallery.api import CAMPAIGNS, Change, Reply, Request, error, stats
from gallery.changes import Only, kind, page, reply_with, when
from gallery.variant import drift, inconclusive

_CUT = reply_with(200, wire=b"", reset=True)
_FORBIDDEN = reply_with(403)
_MAINTENANCE = {"success": False, "error": "Maintenance until 06:00 UTC", "code": "MAINTENANCE"}
_LEAK = reply_with(200, {"success": True, "data": stats()})
_NEEDS_KEY: Only = kind("campaign", "head", "unknown-id", "unusual-id")


def _in_turn(*changes: Change) -> Change:
    """Return one of several changes for each request, in turn."""
    return lambda reply, request: changes[request.number % len(changes)](reply, request)


def _only_campaign(reply: Reply, request: Request) -> Reply:
    """Return the reply of a router that knows only the paths of known campaigns, with a handler that crashes."""
    return error(500, "Internal error", "INTERNAL") if request.kind in {"campaign", "head"} else reply


OUTAGES = (
    inconclusive("all-503", "every request is a 503", reply_with(503), "failed: 503 (the service is unavailable"),
    inconclusive(
        "all-429",
        "every request is a 429",
        reply_with(429, headers={"Retry-After": "0"}),
        "failed: 429 (too many requests)",
    ),
    inconclusive("all-reset", "every connection is reset", _CUT, "connection ended without a response"),
    inconclusive(
        "all-silent", "every connection is closed without a response", reply_with(200, wire=b""), "without a response"
    ),
    inconclusive(
        "all-half-line",
        "every connection ends within the first line",
        reply_with(200, wire=b"HTTP/1.1 50"),
        "onnection ended without a response",
    ),
    inconclusive("all-500", "every request is a 500", reply_with(500), "request failed: 500"),
    inconclusive(
        "all-500-page",
        "every request is a 500 page",
        page(500, "Oops"),
        "an HTML page, titled “Oops”, answered in place of the API",
    ),
    inconclusive("all-500-empty", "every request is an empty 500", reply_with(500, body=b""), "failed: 500"),
    inconclusive("all-500-text", "every request is a 500 in plain text", reply_with(500, body=b"boom"), "“boom”"),
    inconclusive("all-501", "every request is a 501", reply_with(501), "failed: 501"),
    *(
        inconclusive(
            f"all-{status}", f"every request is a {status}, {words}", page(status, "Error"), f"failed: {status}"
        )
        for status, words in (
            (407, "a proxy that asks for a password"),
            (502, "a gateway's"),
            (504, "a gateway's"),
            (508, "a gateway's that found a loop"),
            (511, "a network's that asks for a login"),
            (520, "a CDN's"),
            (521, "a CDN's"),
            (522, "a CDN's"),
            (523, "a CDN's"),
            (524, "a CDN's"),
            (525, "a CDN's without TLS to the API"),
            (526, "a CDN's that does not trust the API"),
            (527, "a CDN's"),
            (529, "an overloaded service"),
            (530, "a CDN's without the API's address"),
            (561, "a load balancer's"),
            (599, "a gateway's"),
        )
    ),
    inconclusive(
        "all-503-an-hour",
        "every request is a 503 with Retry-After of an hour",
        reply_with(503, headers={"Retry-After": "3600"}),
        "failed: 503",
    ),
    inconclusive(
        "all-429-an-hour",
        "every request is a 429 with Retry-After of an hour",
        reply_with(429, headers={"Retry-After": "3600"}),
        "failed: 429",
    ),
    inconclusive(
        "all-gateways",
        "every request is a 502, 503 or 504",
        _in_turn(page(502), page(503), page(504)),
        "Every request failed: ",
    ),
    inconclusive(
        "all-mixed",
        "every request is a 500, a 503, or a cut connection",
        _in_turn(reply_with(500), page(503), _CUT),
        "request failed: ",
    ),
    inconclusive("two-campaigns-522", "every request is a 522, two campaigns", page(522), "failed: 522", campaigns=2),
    inconclusive(
        "backend-500",
        "keys are checked, but every request with the key is a 500",
        when(_NEEDS_KEY, reply_with(500)),
        "request with the key failed: 500",
    ),
    inconclusive(
        "backend-502",
        "keys are checked, but every request with the key is a 502",
        when(_NEEDS_KEY, page(502)),
        "only requests without it were answered",
    ),
    inconclusive(
        "backend-cut",
        "keys are checked, but every connection with the key is reset",
        when(_NEEDS_KEY, _CUT),
        "request with the key failed: the connection ended",
    ),
    inconclusive(
        "backend-mixed",
        "keys are checked, but every request with the key is a 500 or a 503",
        when(_NEEDS_KEY, _in_turn(reply_with(500), reply_with(503))),
        "request with the key failed: ",
    ),
    inconclusive(
        "backend-500-router",
        "every request with the key is a 500, but a router answers unusual ids",
        when(kind("campaign", "head", "unknown-id"), page(500)),
        "request with the key failed: 500",
    ),
    inconclusive(
        "maintenance-200", "every request is a failure with 200", reply_with(200, _MAINTENANCE), "“Maintenance until"
    ),
    inconclusive("all-400", "every request is a 400", reply_with(400), "request got the same failure"),
    inconclusive("all-405", "every request is a 405", reply_with(405), "with a key and without (405"),
    inconclusive("all-410", "every request is a 410", reply_with(410), "with a key and without (410"),
    inconclusive(
        "account-402",
        "every request with the key is a 402",
        when(_NEEDS_KEY, reply_with(402)),
        "is the account of this key in order?",
    ),
    inconclusive("api-key-rejected", "the API key is rejected", when(kind("campaign"), _FORBIDDEN), "key was rejected"),
    inconclusive(
        "key-dropped",
        "every request is answered as one without a key",
        lambda *_: error(401, "Missing API key", "UNAUTHORIZED"),
        "does a proxy remove the header with the key",
    ),
    inconclusive("all-401", "every request is a 401", reply_with(401), "the same 401 as without a key"),
    inconclusive("all-403", "every request is a 403", reply_with(403), "the same 403 as without a key"),
    inconclusive("all-404", "every request is a 404", reply_with(404), "is the base URL correct, or is the path gone?"),
    inconclusive(
        "campaign-404",
        "the campaign is a 404",
        when(kind("campaign"), reply_with(404)),
        f"{CAMPAIGNS[0]} was not found with this key",
    ),
    inconclusive(
        "campaign-522",
        "reads of the campaign are always a 522",
        when(kind("campaign"), page(522)),
        "could not be read: the server answered 522",
    ),
)

DRIFTED = (
    drift("campaign-crashes", "only known campaigns are a 500", _only_campaign, "campaign-status", category="status"),
    drift(
        "campaign-500-page",
        "only the campaign is a 500, with an HTML page",
        when(kind("campaign"), page(500)),
        "campaign-status",
        category="status",
    ),
    drift(
        "campaign-407",
        "only the campaign is a 407",
        when(kind("campaign"), reply_with(407)),
        "campaign-status",
        category="status",
    ),
    drift(
        "errors-500",
        "every request but reads of the campaign is a 500",
        when(kind("missing-key", "invalid-key", "unknown-id", "unusual-id"), reply_with(500)),
        "missing-key-status",
        also=("invalid-key-status", "unknown-id-status", "unusual-id-server-error"),
        category="status",
    ),
    drift(
        "errors-403-page",
        "every request but reads of the campaign is a firewall's page",
        when(kind("missing-key", "invalid-key", "unknown-id"), page(403, "Blocked")),
        "missing-key-status",
        also=("invalid-key-status", "unknown-id-status"),
        category="status",
    ),
    drift(
        "known-path-500",
        "every request for a known campaign is a 500, with a key and without",
        lambda reply, request: reply_with(500)(reply, request) if request.known else reply,
        "campaign-status",
        also=("missing-key-status", "invalid-key-status"),
        category="status",
    ),
    drift(
        "gone-with-key",
        "every request with the key is a 410",
        when(_NEEDS_KEY, reply_with(410)),
        "campaign-status",
        also=("unknown-id-status",),
        category="status",
    ),
    drift(
        "first-500-then-503",
        "reads of the campaign are a 500, then a 503; other ids are a 404",
        when(
            kind("campaign"),
            lambda reply, request: (reply_with(503) if request.read > 1 else reply_with(500))(reply, request),
        ),
        "campaign-status",
        category="status",
    ),
    drift(
        "unknown-522",
        "unknown ids are always a 522",
        when(kind("unknown-id"), page(522)),
        "intermittent-failure",
        "warning",
        category="status",
    ),
    drift(
        "no-key-cut",
        "connections without a key are always reset",
        when(kind("missing-key"), _CUT),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "leak-in-outage",
        "every request with the key is a 500, but without a key there are stats",
        lambda reply, request: reply_with(500)(reply, request) if _NEEDS_KEY(reply, request) else _LEAK(reply, request),
        "missing-key-accepted",
        also=("invalid-key-accepted", "campaign-status", "unknown-id-status", "unusual-id-server-error"),
        category="auth",
    ),
)
