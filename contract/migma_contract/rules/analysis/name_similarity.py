"""Similarity of field names, to recognise renamed fields."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

SIMILAR = 0.6
"""From this similarity on, two names count as one field that was renamed."""

_MAX_LENGTH = 64
_SPELLING = re.compile(r"[^a-z0-9]+")


def normalize(name: str) -> str:
    """Return a name without case, underscores and hyphens: ``open_rate`` and ``OpenRate`` become ``openrate``."""
    return _SPELLING.sub("", name.lower())


@lru_cache(maxsize=4096)
def similarity(one: str, other: str) -> float:
    """Return the similarity of two names: 1 if they differ in spelling style only, 0 if they have nothing in common."""
    if normalize(one) == normalize(other):
        return 1.0
    if max(len(one), len(other)) > _MAX_LENGTH:
        return 0.0
    words, others = _stems(one), _stems(other)
    if not words or not others:
        return 0.0
    if words == others:
        return 0.95
    shared = len(words & others) / min(len(words), len(others))
    letters = SequenceMatcher(None, normalize(one), normalize(other), autojunk=False).ratio()
    return max(letters, 0.8 * shared if shared == 1 else 0.7 * shared)


def _stems(name: str) -> frozenset[str]:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    # Enough English for field names: bounces, bounced and bounce have one stem.
    return frozenset(re.sub(r"(ed|es|e|s|d)$", "", word.lower()) or word.lower() for word in words)
