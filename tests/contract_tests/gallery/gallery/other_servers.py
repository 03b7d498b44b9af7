"""Servers other than the API: firewalls, portals, default pages, other APIs. They say nothing about the contract."""

from gallery.api import CAMPAIGNS, KEY, Change, Reply, Request
from gallery.changes import Only, kind, reply_with, when
from gallery.variant import inconclusive

_PATH = f"/v1/campaigns/{CAMPAIGNS[0]}/stats"


_WITH_KEY: Only = kind("campaign", "head", "unknown-id", "unusual-id")


def _sent(status: int, kind: str, body: str, **headers: str) -> Change:
    """Replace every reply with a body of another server."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return reply_with(status, headers={"Content-Type": kind, **named}, body=body.encode())


def _page(status: int, title: str, **headers: str) -> Change:
    body = f'<!DOCTYPE html>\n<html lang="en"><head>\n<title>\n  {title}</title></head><body><p>…</p></body></html>'
    return _sent(status, "text/html; charset=UTF-8", body, **headers)


def _json(status: int, body: str, **headers: str) -> Change:
    return _sent(status, "application/json", body, **headers)


def _redirect(status: int, location: str) -> Change:
    return _sent(status, "text/html", "<html><body>Moved</body></html>", Location=location, Server="nginx")


def _website(reply: Reply, request: Request) -> Reply:
    """Return the page of a web site: its home page for paths that it knows, and its 404 page."""
    is_found = request.known and request.kind == "campaign"
    return (_page(200, "Acme") if is_found else _page(404, "Acme: not found"))(reply, request)


def _checks_keys(reply: Reply, request: Request) -> Reply:
    """Return the reply of another API, which checks keys too."""
    body = '{"message": "Unauthorized"}' if reply.status == 401 else '{"message": "No such route"}'
    return _json(401 if reply.status == 401 else 404, body)(reply, request)


VARIANTS = (
    inconclusive(
        "firewall-403",
        "every request is a firewall's block page",
        _page(403, "Attention Required! | Cloudflare", Server="cloudflare"),
        "An HTML page from cloudflare, titled “Attention Required! | Cloudflare”, answered in place of the API",
    ),
    inconclusive(
        "firewall-406",
        "every request is a 406 page of mod_security",
        _page(406, "Not Acceptable!"),
        "“Not Acceptable!”",
    ),
    inconclusive(
        "firewall-200",
        "every request is a firewall's page with 200",
        _page(200, "Request Rejected"),
        "Request Rejected",
    ),
    inconclusive(
        "challenge-503", "every request is a 503 challenge page", _page(503, "Just a moment..."), "“Just a moment...”"
    ),
    inconclusive("challenge-200", "every request is a challenge page", _page(200, "Checking your browser"), "titled"),
    inconclusive("portal-200", "a captive portal answers", _page(200, "Hotel Wi-Fi: log in"), "“Hotel Wi-Fi: log in”"),
    inconclusive(
        "portal-302",
        "a captive portal redirects",
        _redirect(302, "http://portal.example/login?next=x"),
        "A redirect (302) to http://portal.example/login?next=x",
    ),
    inconclusive("login-200", "every request is a login page", _page(200, "Sign in &amp; start"), "“Sign in & start”"),
    inconclusive("login-302", "every request is a redirect to a login", _redirect(302, "/login"), "(302) to /login"),
    inconclusive(
        "https-301",
        "every request is a redirect to https",
        _redirect(301, f"https://127.0.0.1{_PATH}"),
        "(301): use the base URL https://127.0.0.1",
    ),
    inconclusive(
        "www-308",
        "every request is a redirect to another host",
        _redirect(308, f"//www.api.example{_PATH}"),
        "A redirect (308) to //www.api.example",
    ),
    inconclusive(
        "slash-301", "every request is a redirect to a slash", _redirect(301, f"{_PATH}/"), "The path has moved to /v1"
    ),
    inconclusive(
        "region-307", "a wrong region redirects", _redirect(307, "https://eu.example/"), "https://eu.example/"
    ),
    inconclusive(
        "app-200", "a single-page app answers every path", _page(200, "Migma Dashboard", Server="Vercel"), "from Vercel"
    ),
    inconclusive(
        "default-page",
        "a default virtual host answers",
        _page(200, "Welcome to nginx!", Server="nginx/1.24"),
        "nginx/1.24",
    ),
    inconclusive("website", "a web site answers, with a 404 page", _website, "titled “Acme”"),
    inconclusive("parked", "the domain is parked", _page(200, "api.example is for sale"), "is for sale"),
    inconclusive("tomcat-404", "an HTML 404 page of a router", _page(404, "HTTP Status 404 – Not Found"), "Status 404"),
    inconclusive(
        "go-404",
        "a router's plain 404",
        _sent(404, "text/plain; charset=utf-8", "404 page not found\n"),
        "A text (“404 page not found”) answered",
    ),
    inconclusive(
        "ingress-404", "no backend for the host", _sent(404, "text/plain", "default backend - 404"), "default"
    ),
    inconclusive(
        "bucket-403",
        "an object store answers",
        _sent(
            403, "application/xml", "<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code></Error>", Server="AmazonS3"
        ),
        "An XML document from AmazonS3",
    ),
    inconclusive(
        "bucket-404", "an object store has no such key", _sent(404, "application/xml", "<Error/>"), "An XML document"
    ),
    inconclusive(
        "gateway-403",
        "an API gateway refuses",
        _json(403, '{"message": "Forbidden"}', Via="1.1 gateway"),
        'JSON of another API from 1.1 gateway (“{"message": "Forbidden"}”)',
    ),
    inconclusive(
        "gateway-404", "a gateway has no route", _json(404, '{"message":"no Route matched"}'), "no Route matched"
    ),
    inconclusive("other-api-404", "another API answers", _json(404, '{"error": "not found"}'), "JSON of another API"),
    inconclusive("other-api-keys", "another API answers, which checks keys", _checks_keys, "No such route"),
    inconclusive("health-200", "a health check answers every path", _json(200, '{"status": "ok"}'), "(status 200)"),
    inconclusive(
        "welcome-200",
        "a service says that it works",
        _json(200, '{"success": true, "message": "API is running"}'),
        "JSON of another API",
    ),
    inconclusive(
        "maintenance-with-key",
        "every request with the key is a maintenance page with 200",
        when(_WITH_KEY, _page(200, "Maintenance")),
        "(status 200), but only for requests with the key",
    ),
    inconclusive(
        "login-with-key",
        "every request with the key is a redirect to a login",
        when(_WITH_KEY, _redirect(302, "/login")),
        "A redirect (302) to /login answered in place of the API, but only for requests with the key",
    ),
    inconclusive(
        "firewall-with-key",
        "every request with the key is a firewall's page",
        when(_WITH_KEY, _page(403, "Blocked")),
        "(status 403), but only for requests with the key",
    ),
    inconclusive("list-200", "every response is an empty list", _json(200, "[]"), "(“[]”)"),
    inconclusive(
        "graphql-200", "a GraphQL server answers", _json(200, '{"data": null, "errors": [{}]}'), "another API"
    ),
    inconclusive("empty-200", "every response is empty", _sent(200, "text/plain", ""), "An empty response"),
    inconclusive("empty-204", "every response is a 204", reply_with(204), "An empty response"),
    inconclusive(
        "ssh",
        "another protocol answers",
        reply_with(200, wire=b"SSH-2.0-OpenSSH_9.6\r\n"),
        "A response that is not HTTP",
    ),
    inconclusive(
        "hostile-title",
        "a page whose title has controls and the key",
        _page(403, f"\x1b[31mStop\u202e {KEY} {'long ' * 50}"),
        "An HTML page, titled “",
    ),
)
