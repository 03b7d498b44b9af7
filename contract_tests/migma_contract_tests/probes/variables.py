"""The environment variables of a check, and values as people paste them."""

import os
import re
import string
from collections.abc import Iterator

from migma_contract.safe_text import one_line
from migma_contract.suggestions import did_you_mean

BASE_URL, API_KEY, CAMPAIGN_IDS = "MIGMA_BASE_URL", "MIGMA_API_KEY", "MIGMA_CAMPAIGN_IDS"
"""Environment variables for what no flag gives; an empty one counts as not set."""

_OF_A_CHECK = ("RATES", "RATE", "MAX_REQUESTS", "BASELINE", "ALLOW_HTTP")
_PREFIX, _OF_THE_MOCK = "MIGMA_", "MIGMA_MOCK_"

_INVISIBLE = "".join(map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030))))
_AROUND = f"{string.whitespace}{_INVISIBLE}{''.join(map(chr, range(0x205F, 0x2070)))}\u3000\ufeff\"'`“”„‟‘’‚‛«»‹›,;"


def strip_around(text: str) -> str:
    """Return the text without white space, quotes, commas, semicolons and invisible characters around it."""
    return text.strip(_AROUND)


def value_of(name: str, text: str) -> str:
    """Return the value in a text as people paste it: ``value``, ``NAME=value`` or ``export NAME="value"``."""
    return assigned(re.escape(name), text) or strip_around(text)


def assigned(names: str, text: str) -> str | None:
    """Return the value that a text assigns to a name; None if it does not.

    Args:
        names: Regular expression of the name, in any case.
        text: One line, as in a shell, a ``.env`` file, YAML, or the headers of a request.
    """
    before = r"(?:(?:export|set|-H|--header)\s+[\"']?|\$env:)?"
    match = re.match(rf"{before}(?:{names})[\"']?\s*[=:]", strip_around(text), re.IGNORECASE)
    return strip_around(strip_around(text)[match.end() :]) if match else None


def from_environment(name: str) -> str:
    """Return the value of an environment variable; "" if it is not set."""
    return value_of(name, os.environ.get(name, ""))


def misspelt_variables() -> Iterator[str]:
    """Yield a sentence for each variable that is probably a misspelt one of a check; other programs have theirs."""
    known = [BASE_URL, API_KEY, CAMPAIGN_IDS, *(f"{_PREFIX}{name}" for name in _OF_A_CHECK)]
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and not name.startswith(_OF_THE_MOCK) and name not in known:
            # Without the prefix, which makes all of them alike.
            near = [each for each in known if did_you_mean(name.removeprefix(_PREFIX), [each.removeprefix(_PREFIX)])]
            if near:
                yield f"{one_line(name)} is set, but nothing reads it; did you mean {near[0]!r}?"
