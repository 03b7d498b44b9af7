"""Text that came from a server, made safe to show: nothing invisible, nothing that a terminal obeys."""

import unicodedata

_JOINERS = "\u200c\u200d"  # Persian and Indic words, and emoji of several parts, need them


class _Visible(dict[int, str]):
    """Translation table, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        # C*: controls (ESC, NUL, C1), format characters (bidi overrides), surrogates, private, unassigned.
        hidden = (category[0] == "C" or category in {"Zl", "Zp"}) and char not in _JOINERS
        shown = char
        if hidden:
            shown = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        self[code] = shown
        return shown


_VISIBLE = _Visible()
_VISIBLE_BLOCK = _Visible({0x09: "\t", 0x0A: "\n"})
_VISIBLE.update({0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"})


def one_line(text: str, limit: int | None = None) -> str:
    r"""The text on one line: line breaks, controls and bidi overrides as visible escapes (``\n``, ``\x1b``)."""
    return clip(text, limit).translate(_VISIBLE)


def block(text: str) -> str:
    """The text with its line breaks and tabs; other controls as visible escapes. CR LF counts as a line break."""
    return text.replace("\r\n", "\n").translate(_VISIBLE_BLOCK)


def clip(text: str, limit: int | None) -> str:
    """The text, or its beginning with a note of how much is left out."""
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def whole_characters(text: str) -> str:
    """The text with halves of surrogate pairs replaced by U+FFFD, so that it can be encoded."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
