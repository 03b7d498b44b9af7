"""Headers that announce changes or let caches share responses, and headers that only look like it."""

from dataclasses import replace
from functools import partial

from gallery.api import Reply, Request
from gallery.changes import both, header, kind, status
from gallery.variant import additive, conforming

_announced = partial(additive, rule="deprecation-announced")
_shared = partial(additive, rule="response-shared-by-caches")
_SUCCESSOR = '<https://api.migma.ai/v2/campaigns/1/stats>; rel="successor-version"'


def _two_links(reply: Reply, _request: Request) -> Reply:
    return replace(reply, headers=(*reply.headers, ("Link", "</docs>; rel=help"), ("link", "</end>; REL=Sunset")))


ANNOUNCED = (
    _announced("deprecated-since", "`Deprecation: @1688169599`", header("Deprecation", "@1688169599")),
    _announced("deprecated-later", "`Deprecation` is a second in 2100", header("Deprecation", "@4102444800")),
    _announced("deprecated-true", "`Deprecation: true`, as in drafts of the RFC", header("Deprecation", "true")),
    _announced("deprecated-boolean", "`Deprecation: ?1`", header("Deprecation", "?1")),
    _announced(
        "deprecated-http-date",
        "`Deprecation` is an HTTP date, as in drafts of the RFC",
        header("Deprecation", "Sun, 11 Nov 2018 23:59:59 GMT"),
    ),
    _announced("deprecated-iso-date", "`Deprecation: 2027-01-01`", header("Deprecation", "2027-01-01")),
    _announced("deprecated-words", "`Deprecation: soon`", header("Deprecation", "soon")),
    _announced("sunset-past", "`Sunset` is in the past", header("Sunset", "Wed, 01 Jul 2020 00:00:00 GMT")),
    _announced("sunset-unreadable", "`Sunset: next summer`", header("Sunset", "next summer")),
    _announced("sunset-errors-only", "only errors have a `Sunset`", header("Sunset", "2099-01-01", status(401, 404))),
    _announced(
        "deprecation-and-sunset",
        "`Deprecation`, `Sunset` and a `Link` to the successor",
        both(
            header("Deprecation", "@1688169599"),
            header("Sunset", "Wed, 01 Jul 2099 00:00:00 GMT"),
            header("Link", _SUCCESSOR),
        ),
    ),
    _announced("warning-299", "`Warning: 299`", header("Warning", '299 - "Use v2 from July on"')),
    _announced(
        "warning-299-dated",
        "`Warning: 299` with a date, after a warning of a cache",
        header("Warning", '110 cache "Stale", 299 api "Use v2" "Wed, 01 Jul 2026 00:00:00 GMT"'),
    ),
    _announced("link-successor", "`Link` to the successor", header("Link", _SUCCESSOR)),
    _announced("link-deprecation", "`Link` to the deprecation", header("Link", "</news>; rel=deprecation")),
    _announced(
        "link-among-others",
        "`Link` to the successor, among other links and relations",
        header("Link", '</a,b>; title="x, y"; rel="help", </v2>; type="text/html"; rel="alternate Successor-Version"'),
    ),
    _announced("link-second-header", "the second `Link` header is to the end of the operation", _two_links),
)

SHARED = (
    _shared("cache-public", "`Cache-Control: public`", header("Cache-Control", "public")),
    _shared("cache-public-age", "`Cache-Control: public, max-age=300`", header("Cache-Control", "public, max-age=300")),
    _shared("cache-s-maxage", "`Cache-Control: s-maxage=60`", header("Cache-Control", "max-age=0, s-maxage=60")),
    _shared(
        "cache-must-revalidate",
        "`Cache-Control: max-age=60, must-revalidate`",
        header("Cache-Control", "max-age=60, must-revalidate"),
    ),
    _shared("cache-capitals", "`Cache-Control: PUBLIC`", header("cache-control", 'PUBLIC, Max-Age="60"')),
    _shared(
        "cache-public-404",
        "only the 404 of an unknown campaign has `Cache-Control: public`",
        header("Cache-Control", "public, max-age=60", status(404)),
    ),
    _shared(
        "cache-public-refused-key",
        "only the 401 of an invalid key has `Cache-Control: public`",
        header("Cache-Control", "public, max-age=60", kind("invalid-key")),
    ),
    _shared(
        "cache-public-by-cdn",
        "`Cache-Control: private` but `CDN-Cache-Control: public`",
        both(header("Cache-Control", "private"), header("CDN-Cache-Control", "public, max-age=60")),
    ),
    _shared(
        "cache-public-vary-other",
        "`Cache-Control: public` and `Vary: Accept-Encoding`",
        both(header("Cache-Control", "public, max-age=60"), header("Vary", "Accept-Encoding")),
    ),
)

QUIET = (
    conforming("not-deprecated", "`Deprecation: false`", header("Deprecation", "false")),
    conforming("not-deprecated-boolean", "`Deprecation: ?0`", header("Deprecation", "?0")),
    conforming("warning-of-a-cache", '`Warning: 110 - "Response is Stale"`', header("Warning", '110 - "Stale"')),
    conforming(
        "warning-199", "`Warning: 199`, on this response alone", header("Warning", '199 api "Numbers are estimates"')
    ),
    conforming(
        "warning-of-a-proxy",
        "`Warning: 214` whose text has 299 in it",
        header("Warning", '214 proxy "transformed, 299 - bytes"'),
    ),
    conforming("link-pages", "`Link` to other pages", header("Link", '</2>; rel="next", </docs>; rel="service-doc"')),
    conforming(
        "link-title", "`Link` whose title has a relation in it", header("Link", '</>; title="a; rel=sunset"; rel=up')
    ),
    conforming("link-preload", "`Link` to a style sheet", header("Link", "</a.css>; rel=preload; as=style")),
    conforming("cache-private", "`Cache-Control: private`", header("Cache-Control", "private, max-age=60")),
    conforming("cache-no-store", "`Cache-Control: no-store`", header("Cache-Control", "no-store")),
    conforming("cache-age", "`Cache-Control: max-age=60`", header("Cache-Control", "max-age=60")),
    conforming(
        "cache-public-not-stored",
        "`Cache-Control: public, no-store`",
        header("Cache-Control", "public, no-store"),
    ),
    conforming(
        "cache-public-asks-first",
        "`Cache-Control: public, no-cache`: a cache has to ask the API each time",
        header("Cache-Control", "public, no-cache"),
    ),
    conforming(
        "cache-public-no-age",
        "`Cache-Control: public, max-age=0, must-revalidate`",
        header("Cache-Control", "public, max-age=0, must-revalidate"),
    ),
    conforming(
        "cache-by-key",
        "`Cache-Control: public` and `Vary: Authorization`",
        both(header("Cache-Control", "public, max-age=60"), header("Vary", "Origin, authorization")),
    ),
    conforming(
        "cache-public-without-key",
        "only answers to requests without a key have `Cache-Control: public`",
        header("Cache-Control", "public, max-age=60", kind("missing-key")),
    ),
    conforming(
        "cdn-private",
        "`CDN-Cache-Control: no-store` and `Surrogate-Control: max-age=0`",
        both(header("CDN-Cache-Control", "no-store"), header("Surrogate-Control", "max-age=0")),
    ),
)

VARIANTS = (*ANNOUNCED, *SHARED, *QUIET)
