"""Response headers of standards and of common infrastructure, which are not specific to this API."""

import re

_KNOWN = re.compile(
    r"""
    # HTTP and related standards: IANA's registry of field names, Fetch, W3C, security
      accept-(ch|patch|post|ranges) | access-control-[a-z-]+ | age | allow | alt-svc | alt-used | authentication-info
    | cache-control | cache-status | ([a-z]+-)?cdn-cache-control | clear-site-data | connection | critical-ch
    | content-(digest|disposition|dpr|encoding|language|length|location|md5|range|type)
    | content-security-policy(-report-only)? | cross-origin-[a-z-]+ | date | deprecation | digest
    | document-policy(-report-only)? | etag | expect-ct | expires | feature-policy | http2-settings | keep-alive
    | last-modified | link | location | nel | no-vary-search | origin-agent-cluster | origin-trial | p3p
    | permissions-policy(-report-only)? | pragma | preference-applied | priority | proxy-[a-z-]+
    | public-key-pins(-report-only)?
    | referrer-policy | refresh | report-to | reporting-endpoints | repr-digest | retry-after | sec-[a-z-]+ | server
    | server-timing | service-worker-allowed | set-cookie2? | signature(-input)? | sourcemap | speculation-rules
    | strict-transport-security | sunset | supports-loading-mode | surrogate-(control|key|capability)
    | timing-allow-origin | tk | trailer | transfer-encoding | upgrade | vary | via | want-(content|repr)-digest
    | warning | www-authenticate | x-content-type-options | x-dns-prefetch-control | x-download-options
    | x-frame-options | x-permitted-cross-domain-policies | x-robots-tag | x-ua-compatible | x-xss-protection
    # rate limits, request ids, traces, timings
    | (x-)?rate-?limit(-[a-z0-9-]+)? | (x-)?(request|correlation)-?id | (x-)?trace-?id | traceparent | tracestate
    | traceresponse | b3 | x-b3-[a-z]+ | baggage | sentry-trace | x-(datadog|newrelic|sentry)-[a-z-]+
    | x-powered-by | x-process-time | x-response-time | x-runtime | x-aspnet(mvc)?-version | status
    # content delivery, caches, proxies
    | x-cache(-(hits?|status|lookup|key|remote))? | x-served-by | x-timer | x-varnish | x-backend(-server)?
    | (x-)?akamai-[a-z-]+ | cf-[a-z0-9-]+ | cdn-[a-z-]+ | x-cdn | (x-)?fastly-[a-z-]+ | x-bunny-[a-z-]+
    | x-sucuri-[a-z]+ | x-iinfo | x-edge-[a-z-]+ | x-envoy-[a-z-]+ | x-forwarded-[a-z-]+ | x-kong-[a-z-]+
    | x-nginx-[a-z-]+ | x-litespeed-[a-z-]+ | x-proxy-cache | x-accel-[a-z-]+ | x-upstream
    # clouds
    | x-amzn?-[a-z0-9-]+ | apigw-requestid | x-cloudfront-[a-z-]+ | x-lambda-[a-z-]+
    | x-goog-[a-z0-9-]+ | x-guploader-[a-z-]+ | x-cloud-trace-context | x-appengine-[a-z-]+
    | x-(ms|azure|arr)-[a-z0-9-]+ | request-context | x-vercel-[a-z-]+ | x-nextjs-[a-z-]+ | x-matched-path
    | x-nf-[a-z-]+ | fly-[a-z-]+ | x-railway-[a-z-]+ | x-render-origin-server | rndr-id | x-do-[a-z-]+
    | x-github-request-id | x-heroku-[a-z-]+ | eagleid | ali-swift-[a-z-]+ | x-oss-[a-z-]+
    # remarks of migma-mock
    | x-mock-[a-z-]+
    """,
    re.VERBOSE,
)


def is_known_header(name: str) -> bool:
    """True if a standard defines a header, or common servers, proxies, clouds or tracers set it."""
    return _KNOWN.fullmatch(name.lower()) is not None
