"""When two names of members mean the same thing, near enough to speak of a rename."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

SIMILAR = 0.6
"""From this likeness on, two names are taken for one that changed."""

_LONGEST = 64


def plain(name: str) -> str:
    """A name without case, underscores and hyphens: ``open_rate``, ``OpenRate`` and ``openRate`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """How alike two names are: 1 where they differ in writing only, 0 where they share nothing."""
    if plain(one) == plain(other):
        return 1.0
    if max(len(one), len(other)) > _LONGEST:
        return 0.0
    words, others = _stems(one), _stems(other)
    if not words or not others:
        return 0.0
    if words == others:
        return 0.95
    shared = len(words & others) / min(len(words), len(others))
    letters = SequenceMatcher(None, plain(one), plain(other), autojunk=False).ratio()
    return max(letters, 0.8 * shared if shared == 1 else 0.7 * shared)


def _stems(name: str) -> frozenset[str]:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    # Enough English for member names: bounces, bounced and bounce are one word.
    return frozenset(re.sub(r"(ed|es|e|s|d)$", "", word.lower()) or word.lower() for word in words)
