"""Failures only at the start or the end of a run: a burst that ended, or a quota that ran out. And their neighbours."""

from dataclasses import replace

from gallery.api import Change, Request
from gallery.changes import Only, kind, page, read, reply_with, when
from gallery.variant import additive, drift, inconclusive

_CUT = reply_with(200, wire=b"", reset=True)
_LIMIT = reply_with(429)
_WAIT = reply_with(429, headers={"Retry-After": "0"})


def _first(count: int) -> Only:
    """Select the first requests of a run."""
    return lambda _, request: request.number <= count


def _with_key(request: Request) -> bool:
    return request.kind not in {"missing-key", "invalid-key"}


def _quota(count: int, change: Change, *, of_key: bool = True) -> Change:
    """Return a change for the requests after a number of them, of the key or of every client."""
    return when(lambda _, request: request.number > count and (_with_key(request) or not of_key), change)


EDGES = (
    additive("burst-503", "the first two requests are a 503", when(_first(2), reply_with(503)), "no-response"),
    additive("burst-503-page", "the first two requests are a 503 page", when(_first(2), page(503)), "no-response"),
    additive("burst-503-three", "the first three requests are a 503", when(_first(3), reply_with(503)), "no-response"),
    additive("burst-502", "the first two requests are a 502 page", when(_first(2), page(502)), "no-response"),
    additive("burst-522", "the first two requests are a 522 page", when(_first(2), page(522)), "no-response"),
    additive("burst-429", "the first two requests are a 429", when(_first(2), _WAIT), "no-response"),
    additive("burst-526", "the first request is a 526", when(_first(1), page(526)), "no-response"),
    additive("burst-reset", "the first connection is reset", when(_first(1), _CUT), "transient-failure-recovered"),
    additive("burst-resets", "the first two connections are reset", when(_first(2), _CUT), "no-response"),
    additive("quota-429", "the key gets 429 from the fifth request on", _quota(4, _LIMIT), "no-response"),
    additive(
        "quota-429-wait", "the key gets 429 with Retry-After from the fifth request on", _quota(4, _WAIT), "no-response"
    ),
    additive("quota-cut", "connections with the key are cut from the fifth request on", _quota(4, _CUT), "no-response"),
    additive(
        "quota-of-client", "every request is a 429 from the fifth on", _quota(4, _LIMIT, of_key=False), "no-response"
    ),
    additive(
        "quota-of-client-cut", "every connection is cut from the fifth on", _quota(4, _CUT, of_key=False), "no-response"
    ),
    additive(
        "down-503", "the service is down from the second read on", when(read(2, 3, 4), reply_with(503)), "no-response"
    ),
    additive("down-524", "the service is down from the second read on", when(read(2, 3, 4), page(524)), "no-response"),
    additive(
        "down-511",
        "a portal asks for a login from the fifth request on",
        _quota(4, page(511), of_key=False),
        "no-response",
    ),
    inconclusive(
        "quota-too-early",
        "the key gets 429 from the third request on",
        _quota(2, _LIMIT),
        "No response to a request for a campaign that does not exist could be judged",
    ),
    inconclusive(
        "quota-too-early-cut",
        "connections with the key are cut from the second request on",
        _quota(1, _CUT),
        "No response to a request for a campaign that does not exist could be judged",
    ),
    inconclusive(
        "quota-of-client-too-early",
        "every request is a 429 from the second on",
        _quota(1, _WAIT, of_key=False),
        "No response to a request without a key could be judged",
    ),
    additive(
        "down-500",
        "every request is a 500 from the fifth on",
        _quota(4, reply_with(500), of_key=False),
        "campaign-status",
    ),
    additive(
        "down-500-with-key",
        "every request with the key is a 500 from the fifth on",
        _quota(4, page(500)),
        "campaign-status",
    ),
    additive(
        "firewall-later",
        "a firewall's page answers from the fifth request on",
        _quota(4, page(403, "Blocked"), of_key=False),
        "missing-key-status",
    ),
    additive(
        "portal-later",
        "a captive portal answers from the fifth request on",
        _quota(4, page(200, "Log in"), of_key=False),
        "body-not-json",
    ),
    additive(
        "login-later",
        "every request is a redirect from the fifth on",
        _quota(4, reply_with(302, headers={"Location": "/login"}), of_key=False),
        "redirect",
    ),
    additive(
        "quota-cut-midway",
        "every connection is cut within the body from the fifth request on",
        _quota(4, lambda reply, _: replace(reply, claimed=len(reply.encoded), body=reply.encoded[:60]), of_key=False),
        "response-truncated",
    ),
    additive(
        "down-500-late",
        "HEAD and the last read are a 500",
        when(lambda _, request: request.number > 6, reply_with(500)),
        "campaign-status",
    ),
    inconclusive(
        "down-500-early",
        "every request is a 500 from the second on",
        _quota(1, reply_with(500), of_key=False),
        "No response to a request without a key could be judged: 500",
    ),
    inconclusive(
        "down-500-with-key-early",
        "every request with the key is a 500 from the second on",
        _quota(1, reply_with(500)),
        "for a campaign that does not exist could be judged: 500",
    ),
    inconclusive(
        "firewall-early",
        "a firewall's page answers from the second request on",
        _quota(1, page(403, "Blocked"), of_key=False),
        "could be judged: an HTML page, titled “Blocked”, answered in place of the API",
    ),
    inconclusive(
        "burst-500",
        "the first three requests are a 500",
        when(_first(3), reply_with(500)),
        "No response to a request without a key could be judged: 500",
    ),
    inconclusive("burst-long", "the first eight requests are a 503", when(_first(8), reply_with(503)), "failed: 503"),
)

DRIFTED = (
    drift(
        "second-522",
        "the second read is a 522, and its retry too",
        when(read(2, 3), page(522)),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "second-526",
        "the second read is a 526",
        when(read(2), page(526)),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "middle-cut",
        "the connections of unknown ids are reset between reads that succeed",
        when(kind("unknown-id"), _CUT),
        "intermittent-failure",
        "warning",
        category="intermittent",
    ),
    drift(
        "no-key-firewall",
        "without a key, a firewall's page answers",
        when(kind("missing-key"), page(403, "Blocked")),
        "missing-key-status",
        category="auth",
    ),
    drift(
        "invalid-key-firewall",
        "with an invalid key, a firewall's page answers",
        when(kind("invalid-key"), page(403, "Blocked")),
        "invalid-key-status",
        category="auth",
    ),
)
