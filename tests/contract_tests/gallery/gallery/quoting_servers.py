"""Servers that quote the API without being it, and redirects to other addresses."""

import json

from gallery.api import CAMPAIGNS, Change, Reply, Request, stats
from gallery.changes import reply_with
from gallery.variant import Variant, inconclusive
from migma_contract.resources import openapi_path

_PATH = f"/v1/campaigns/{CAMPAIGNS[0]}/stats"
_ENVELOPE = json.dumps({"success": True, "data": stats()})
_FAILURE = json.dumps({"success": False, "error": "Session expired"})


def _page(status: int, before: str, quoted: str) -> Change:
    """Return a page that quotes a body of the API, with a token of its own for each request."""

    def change(_reply: Reply, request: Request) -> Reply:
        head = (
            f"<!doctype html><html><head><title>Docs</title><meta name=token content=t{request.number * 7919}></head>"
        )
        body = f"{head}<body>{before}{quoted}</body></html>".encode()
        return Reply(status, headers=(("Content-Type", "text/html"),), body=body)

    return change


def _sent(name: str, description: str, change: Change) -> Variant:
    return inconclusive(name, description, change, "An HTML page, titled “Docs”, answered in place of the API")


def _redirect(name: str, location: str, reason: str, status: int = 308) -> Variant:
    return inconclusive(
        name,
        f"every request is a redirect to {location or 'nowhere'}",
        reply_with(status, headers={"Location": location} if location else {}),
        reason,
    )


VARIANTS = (
    _sent("docs-200", "a page of documentation with an example", _page(200, "<pre>", f"{_ENVELOPE}</pre>")),
    _sent("docs-404", "a page of documentation with an example, as a 404", _page(404, "<pre>", f"{_ENVELOPE}</pre>")),
    _sent(
        "state-200",
        "a single-page app with its state",
        _page(200, "<script type=application/json>", f'{{"props": {_ENVELOPE}}}</script>'),
    ),
    _sent("login-state", "a login page with its state", _page(200, "<script>var state = ", f"{_FAILURE}</script>")),
    _sent("login-state-401", "a login page with its state, as a 401", _page(401, "<script>", f"{_FAILURE}</script>")),
    inconclusive(
        "openapi-200",
        "a static server answers with the description of the API",
        reply_with(200, body=openapi_path().read_bytes()),
        "JSON of another API",
    ),
    _redirect("https-root", "https://127.0.0.1/", "use the base URL https://127.0.0.1", 301),
    _redirect("path-v2", _PATH.replace("v1", "v2"), "The path has moved to /v2/"),
    _redirect("region-308", f"https://eu.api.example{_PATH}", "does eu.api.example belong to the API?"),
    _redirect("portal-same-path", f"http://10.0.0.1{_PATH}", "A redirect (308) to http://10.0.0.1/v1", 308),
    _redirect("without-location", "", "A redirect (302) without a Location", 302),
)
