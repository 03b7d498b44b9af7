"""The headers that tell a client how many requests it may still send, as services send them.

``RateLimit-Policy`` and ``RateLimit`` are structured fields (draft-ietf-httpapi-ratelimit-headers) with an item for
each limit: ``q`` requests in a window of ``w`` seconds; ``r`` requests remain, for the next ``t`` seconds.
``X-RateLimit-*`` are the older headers, which no standard has: they tell about the one limit that ends first, and
``Reset`` is a time in seconds since 1970, as GitHub sends it.
"""

import math
from collections.abc import Iterable, Sequence

from migma_mock.accounts.rate_limit import LimitState
from migma_mock.messages.reply import Reply

Header = tuple[bytes, bytes]


def with_rate_limit(reply: Reply, states: Sequence[LimitState], now: float) -> Reply:
    """Return a reply with the headers of the rate limit; those that it has already, as of a campaign's file, stay.

    Args:
        reply: The reply.
        states: What is left of each limit of the key.
        now: The account's time in seconds since 1970.
    """
    given = {name for name, _ in reply.headers}
    return reply.with_headers(*(header for header in _headers(states, now) if header[0] not in given))


def _headers(states: Sequence[LimitState], now: float) -> Iterable[Header]:
    policies = [f'"{limit.name}";q={limit.requests};w={limit.seconds}' for limit, _, _ in states]
    left = [f'"{limit.name}";r={remaining};t={reset}' for limit, remaining, reset in states]
    # Of two that are used up, the one that takes longer decides.
    limit, remaining, reset = min(states, key=lambda state: (state.remaining, -state.reset))
    yield b"ratelimit-policy", ", ".join(policies).encode()
    yield b"ratelimit", ", ".join(left).encode()
    yield b"x-ratelimit-limit", str(limit.requests).encode()
    yield b"x-ratelimit-remaining", str(remaining).encode()
    yield b"x-ratelimit-reset", str(math.ceil(now) + reset).encode()
