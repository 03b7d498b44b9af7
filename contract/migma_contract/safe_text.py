"""Make text from elsewhere safe to show: no invisible characters, nothing that controls a terminal."""

_JOINERS = "\u200c\u200d"  # Persian and Indic words, and emoji of several parts, need them
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


class _Visible(dict[int, str]):
    """Translation table, filled on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = shown = _visible(chr(code))
        return shown


def _visible(char: str) -> str:
    # Not printable: controls (ESC, NUL, C1), format characters (bidi overrides), surrogates, private, unassigned,
    # and separators, of which spaces are kept.
    return char if char.isprintable() or char in _JOINERS or char in _SPACES else escaped(char)


def escaped(char: str) -> str:
    r"""Return a character as an escape: ``\x1b``, ``\u202e``, ``\U0001f600``."""
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


_VISIBLE = _Visible({0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"})
_VISIBLE_BLOCK = _Visible({0x09: "\t", 0x0A: "\n"})


def one_line(text: str, limit: int | None = None) -> str:
    r"""Return the text on one line: line breaks, controls and bidi overrides as escapes (``\n``, ``\x1b``)."""
    return clip(text, limit).translate(_VISIBLE)


def block(text: str) -> str:
    """Return the text with its line breaks and tabs, other controls as escapes. CR LF is one line break."""
    return text.replace("\r\n", "\n").translate(_VISIBLE_BLOCK)


def clip(text: str, limit: int | None) -> str:
    """Return the text, or its beginning and the number of characters after it."""
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"
