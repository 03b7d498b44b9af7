"""The values of plain scalars, by the core schema of YAML 1.2 (section 10.3.2 of its specification).

YAML 1.1, which most libraries read, makes booleans of ``no`` and ``on``, numbers of ``1:30`` and ``1_000``, dates of
``2026-01-02``, and 8 of ``010``. Here the first four are text, and ``010`` is 10.
"""

import math
import re

_WORDS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_FIRST_OF_NUMBERS = frozenset("0123456789+-.")
_NUMBER = re.compile(
    r"""(?P<integer>[-+]?[0-9]+)
    | 0o(?P<octal>[0-7]+)
    | 0x(?P<hexadecimal>[0-9a-fA-F]+)
    | (?P<float>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)""",
    re.VERBOSE,
)
_MAX_DIGITS = 400
"""More digits are beyond the range of a double."""

Scalar = str | bool | int | float | None


def plain_scalar(text: str) -> Scalar:
    """Return the value of a scalar that is written without quotes and without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text) if text[0] in _FIRST_OF_NUMBERS else None
    return text if match is None else _number(match)


def _number(match: re.Match[str]) -> int | float:
    if match["float"]:
        return float(match["float"])
    if len(match[0]) > _MAX_DIGITS:
        return math.inf
    if match["octal"]:
        return int(match["octal"], 8)
    return int(match["hexadecimal"], 16) if match["hexadecimal"] else int(match["integer"])


def tagged_scalar(text: str, tag: str) -> Scalar:
    """Return the value of a scalar with a tag of the core schema: ``str``, ``int``, ``float``, ``bool`` or ``null``.

    Raises:
        ValueError: The text is no value of that tag.
    """
    if tag == "str":
        return text
    value = plain_scalar(text)
    if tag == "float" and type(value) is int:
        return float(value)
    kinds = {"int": int, "float": float, "bool": bool, "null": type(None)}
    if type(value) is not kinds[tag]:
        raise ValueError(f"a value of the tag !!{tag}")
    return value
