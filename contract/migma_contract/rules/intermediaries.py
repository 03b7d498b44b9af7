"""Statuses that proxies, gateways and CDNs in front of an API send, each with the place that documents it."""

from collections.abc import Iterable
from typing import NamedTuple

_CLOUDFLARE = "Cloudflare, support documentation on 5xx errors"
_EDGEONE = "Tencent EdgeOne, reference for abnormal status codes: 520 to 599 are reserved for its own"
_LOAD_BALANCER = "AWS, troubleshooting of Application Load Balancers"


class Intermediary(NamedTuple):
    """The meaning of a status that is not the API's own.

    Attributes:
        meaning: What happened, as the end of a sentence that names the status.
        source: Where the status is documented.
        retry: True if a second attempt may succeed.
    """

    meaning: str
    source: str
    retry: bool = False


INTERMEDIARIES: dict[int, Intermediary] = {
    407: Intermediary("a proxy asks for its own credentials", "RFC 9110, section 15.5.8"),
    408: Intermediary("the request took too long to arrive", "RFC 9110, section 15.5.9", retry=True),
    421: Intermediary("a request for another server", "RFC 9110, section 15.5.20"),
    425: Intermediary("a gateway does not accept early data", "RFC 8470, section 5.2", retry=True),
    429: Intermediary("too many requests", "RFC 6585, section 4; the vendor's docs introduction", retry=True),
    460: Intermediary("a load balancer lost the connection", _LOAD_BALANCER, retry=True),
    463: Intermediary("a load balancer refused the request", _LOAD_BALANCER),
    464: Intermediary("a load balancer could not forward the request", _LOAD_BALANCER),
    499: Intermediary("a proxy lost the connection", "nginx, ngx_http_request.h; Tencent EdgeOne", retry=True),
    502: Intermediary("a gateway got no valid response from the API", "RFC 9110, section 15.6.3", retry=True),
    503: Intermediary("the service is unavailable for now", "RFC 9110, section 15.6.4", retry=True),
    504: Intermediary("a gateway got no response from the API in time", "RFC 9110, section 15.6.5", retry=True),
    508: Intermediary("a gateway found a loop", "Vercel, error codes: INFINITE_LOOP_DETECTED"),
    509: Intermediary("the host's bandwidth is used up", "cPanel, Apache module mod_bwlimited"),
    511: Intermediary("the network asks for a login", "RFC 6585, section 6"),
    **dict.fromkeys(range(520, 600), Intermediary("a gateway could not reach the API", _EDGEONE)),
    520: Intermediary("a CDN got no valid response from the API", _CLOUDFLARE, retry=True),
    521: Intermediary("the API refused a CDN's connection", _CLOUDFLARE, retry=True),
    522: Intermediary("a CDN could not connect to the API in time", _CLOUDFLARE, retry=True),
    523: Intermediary("a CDN could not reach the API", _CLOUDFLARE, retry=True),
    524: Intermediary("a CDN got no response from the API in time", _CLOUDFLARE, retry=True),
    525: Intermediary("a CDN could make no TLS connection to the API", _CLOUDFLARE),
    526: Intermediary("a CDN does not trust the API's certificate", _CLOUDFLARE),
    527: Intermediary("a CDN could not reach the API", _CLOUDFLARE, retry=True),
    529: Intermediary("the service is overloaded", "Qualys SSL Labs API; Tencent EdgeOne", retry=True),
    530: Intermediary("a CDN could not find the API's host", _CLOUDFLARE),
    **dict.fromkeys(range(531, 540), Intermediary("a gateway could not reach the API", "Edgio, status codes")),
    561: Intermediary("a load balancer's login failed", _LOAD_BALANCER),
    566: Intermediary("a firewall refused the request", _EDGEONE),
    567: Intermediary("a firewall refused the request", _EDGEONE),
    598: Intermediary("a gateway failed", "Alibaba Cloud, EdgeRoutine", retry=True),
    599: Intermediary("a gateway failed", "Alibaba Cloud, EdgeRoutine", retry=True),
}
"""By status. 500 and 501 are not here: they are the API's own."""


def _statuses(entries: Iterable[tuple[int, Intermediary]]) -> frozenset[int]:
    return frozenset(status for status, _ in entries)


NO_EVIDENCE = _statuses(INTERMEDIARIES.items()) - {407, 421}
"""Statuses that say nothing about the contract. A proxy with a login of its own asks each request for it, so 407 for
some requests only is the API's; and so is 421, which a server may send for some keys or campaigns only."""

RETRYABLE = _statuses((status, each) for status, each in INTERMEDIARIES.items() if each.retry)
"""Statuses of temporary conditions, after which a second attempt may succeed."""

FOREIGN_BODY = NO_EVIDENCE - {408, 429}
"""Statuses whose body is the intermediary's. The API sends 408 and 429 too, and then with its envelope."""
