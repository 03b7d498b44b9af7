"""Cache-Control and the headers like it: may a shared cache reuse a response for another API key?"""

import re

_DIRECTIVE = re.compile(r'([^\s=,;"]+)(?: ?= ?(?:"([^"]*)"|([^\s,;"]*)))?')
_FORBIDS = frozenset({"private", "no-store", "no-cache"})

CACHE_HEADERS = re.compile("cache-control|surrogate-control|([a-z]+-)?cdn-cache-control")
"""Names of headers that control shared caches: RFC 9111, RFC 9213, and those of content delivery networks."""


def shared_reuse(value: str) -> str | None:
    """Return the directive that lets shared caches reuse a response to a request with a key; None if none does.

    Without ``public``, ``s-maxage`` or ``must-revalidate``, a shared cache must not store a response to a request with
    Authorization (RFC 9111, section 3.5). One that it may not reuse without asking the server harms nobody.
    """
    directives = {name.lower(): quoted or bare for name, quoted, bare in _DIRECTIVE.findall(value)}
    if any(directives.get(name) == "" for name in _FORBIDS):
        return None
    lifetime = directives.get("s-maxage", directives.get("max-age"))
    if lifetime is None:
        return "public" if "public" in directives else None
    if not re.fullmatch("0*[1-9][0-9]*", lifetime):
        return None
    return next((name for name in ("public", "s-maxage", "must-revalidate") if name in directives), None)
