"""Keys that are not checked, and undocumented statuses."""

from functools import partial

from gallery.api import Reply, Request, error, stats
from gallery.changes import both, kind, page, reply_with, when
from gallery.variant import Variant, drift

_auth = partial(drift, category="auth")
_status = partial(drift, category="status")
_STATS = {"success": True, "data": stats()}


def _keyless_unknown(_reply: Reply, request: Request) -> bool:
    return request.kind == "missing-key" and not request.known


AUTH = (
    _auth("open", "no key is needed", when(kind("missing-key"), reply_with(200, _STATS)), "missing-key-accepted"),
    _auth("any-key", "any key is accepted", when(kind("invalid-key"), reply_with(200, _STATS)), "invalid-key-accepted"),
    _auth(
        "open-to-all",
        "the key is not checked",
        when(kind("missing-key", "invalid-key"), reply_with(200, _STATS)),
        "missing-key-accepted",
        also=("invalid-key-accepted",),
    ),
    _auth(
        "stats-in-401",
        "a 401 has the stats",
        when(kind("missing-key"), reply_with(401, {"success": False, "error": "No key", "data": stats()})),
        "missing-key-accepted",
    ),
    _auth("no-key-403", "no key is a 403", when(kind("missing-key"), reply_with(403)), "missing-key-status"),
    _auth("no-key-400", "no key is a 400", when(kind("missing-key"), reply_with(400)), "missing-key-status"),
    _auth("no-key-404", "no key is a 404", when(kind("missing-key"), reply_with(404)), "missing-key-status"),
    _auth("no-key-500", "no key is a 500", when(kind("missing-key"), reply_with(500)), "missing-key-status"),
    _auth("no-key-407", "no key is a 407", when(kind("missing-key"), reply_with(407)), "missing-key-status"),
    _auth(
        "no-key-login",
        "no key is a redirect to a login page",
        when(kind("missing-key"), reply_with(302, headers={"Location": "/login"})),
        "redirect",
    ),
    _auth(
        "no-key-page",
        "no key is a login page with 200",
        when(kind("missing-key"), page(200, "Log in")),
        "missing-key-status",
    ),
    _auth(
        "no-key-failure-200",
        "no key is a failure with 200",
        when(kind("missing-key"), reply_with(200)),
        "missing-key-status",
    ),
    _auth(
        "invalid-key-403", "an invalid key is a 403", when(kind("invalid-key"), reply_with(403)), "invalid-key-status"
    ),
    _auth(
        "invalid-key-400", "an invalid key is a 400", when(kind("invalid-key"), reply_with(400)), "invalid-key-status"
    ),
    _auth(
        "invalid-key-404", "an invalid key is a 404", when(kind("invalid-key"), reply_with(404)), "invalid-key-status"
    ),
    _auth(
        "invalid-key-500", "an invalid key is a 500", when(kind("invalid-key"), reply_with(500)), "invalid-key-status"
    ),
    _auth(
        "unknown-leaks",
        "unknown ids are a 404 without a key",
        when(_keyless_unknown, lambda *_: error(404, "Campaign not found", "NOT_FOUND")),
        "unknown-id-disclosed",
        "warning",
    ),
    _auth(
        "unknown-open",
        "unknown ids are a 200 without a key",
        when(_keyless_unknown, reply_with(200, _STATS)),
        "missing-key-accepted",
    ),
    _auth("401-page", "a 401 is an HTML page", when(kind("missing-key"), page(401, "Unauthorized")), "body-not-json"),
    _auth("401-empty", "a 401 has no body", when(kind("invalid-key"), reply_with(401, body=b"")), "body-empty"),
)


def _campaign(status: int, description: str) -> Variant:
    return _status(f"campaign-{status}", description, when(kind("campaign"), reply_with(status)), "campaign-status")


def _unknown(status: int) -> Variant:
    return _status(
        f"unknown-{status}",
        f"unknown ids are a {status}",
        when(kind("unknown-id"), reply_with(status)),
        "unknown-id-status",
    )


STATUS = (
    _campaign(500, "the campaign is a 500"),
    _campaign(400, "the campaign is a 400"),
    _campaign(402, "the campaign is a 402"),
    _campaign(405, "GET is no longer allowed"),
    _campaign(406, "the campaign is a 406"),
    _campaign(410, "the endpoint is gone"),
    _campaign(501, "the campaign is a 501"),
    *(
        _status(
            f"campaign-{status}",
            f"the status of stats is {status}",
            when(kind("campaign"), lambda reply, _, status=status: reply_with(status, reply.value)(reply, _)),
            "campaign-status",
        )
        for status in (201, 202, 203, 206, 299)
    ),
    _status("campaign-204", "the campaign is a 204", when(kind("campaign"), reply_with(204)), "campaign-status"),
    _status("campaign-304", "the campaign is a 304", when(kind("campaign"), reply_with(304)), "campaign-status"),
    *(
        _status(
            f"campaign-{status}",
            f"the campaign is a {status} to another host",
            when(kind("campaign"), reply_with(status, headers={"Location": "https://example.org/"})),
            "redirect",
        )
        for status in (301, 302, 307, 308)
    ),
    _status(
        "unknown-200-zero",
        "unknown ids have zero stats",
        when(kind("unknown-id"), reply_with(200, {"success": True, "data": dict.fromkeys(stats(), 0)})),
        "unknown-id-accepted",
    ),
    _status(
        "unknown-200-null",
        "unknown ids are a 200 with null",
        when(kind("unknown-id"), reply_with(200, {"success": True, "data": None})),
        "unknown-id-status",
    ),
    _status(
        "unknown-200-failure",
        "unknown ids are a failure with 200",
        when(kind("unknown-id"), reply_with(200)),
        "unknown-id-status",
    ),
    _status("unknown-204", "unknown ids are a 204", when(kind("unknown-id"), reply_with(204)), "unknown-id-status"),
    _unknown(400),
    _unknown(401),
    _unknown(403),
    _unknown(410),
    _unknown(422),
    _unknown(500),
    _status("unknown-page", "a 404 is an HTML page", when(kind("unknown-id"), page(404, "Not found")), "body-not-json"),
    _status("unknown-empty", "a 404 has no body", when(kind("unknown-id"), reply_with(404, body=b"")), "body-empty"),
    _status(
        "unknown-502",
        "unknown ids are always a 502",
        when(kind("unknown-id"), page(502)),
        "intermittent-failure",
        "warning",
    ),
    _status(
        "unusual-500",
        "unusual ids are a 500",
        when(kind("unusual-id"), reply_with(500)),
        "unusual-id-server-error",
        "warning",
    ),
    _status(
        "unusual-500-page",
        "unusual ids are a 500 with an HTML page",
        when(kind("unusual-id"), page(500)),
        "unusual-id-server-error",
        "warning",
    ),
    _status(
        "unusual-200",
        "unusual ids have stats",
        when(kind("unusual-id"), reply_with(200, _STATS)),
        "unknown-id-accepted",
    ),
    _status(
        "unknown-and-unusual-200",
        "all ids have stats",
        both(when(kind("unknown-id", "unusual-id"), reply_with(200, _STATS))),
        "unknown-id-accepted",
    ),
)
