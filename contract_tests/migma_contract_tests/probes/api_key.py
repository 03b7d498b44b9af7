"""Read an API key, as people paste it."""

import codecs
import re
import sys
from pathlib import Path

from migma_contract.bounded_file import describe_bytes, read_file
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.redaction import Secret
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.placeholders import is_placeholder
from migma_contract_tests.probes.variables import API_KEY, assigned, strip_around

_MAX_FILE = 64 * 1024
_NAMES = (API_KEY, "authorization|x-api-key|api[-_]?key")
"""Names that may stand before a key; a line with the first one is preferred."""

_SCHEME = r"^(bearer|apikey)(?![\w-])[\s:]*"
_NEVER_IN_A_KEY = frozenset("\"'`<>(){}[]\\,;$*")
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def check_key(text: str, place: str) -> Secret:
    """Return the API key in a text: the key alone, after ``Bearer``, in a header, or in a line of a ``.env`` file.

    Raises:
        SettingsError: There is no key, more than one, or one that cannot be sent. The message does not show it.
    """
    keys = {_without_scheme(value) for value in _values(text)}
    if len(keys) > 1:
        hint = f"Write the key alone on one line, or {API_KEY}=KEY."
        raise option_error(place, "one API key", f"{len(keys)} different lines", hint)
    key = next(iter(keys), "")
    if not key:
        raise option_error(place, "an API key", "nothing")
    if re.match(_SCHEME, key, re.IGNORECASE):
        got = f"the word {key.split()[0]} twice" if len(key.split()) > 1 else f"the word {key} alone"
        raise option_error(place, "the API key, with or without Bearer before it", got, "The key itself is not shown.")
    if re.match(r"[A-Za-z_]\w*=[^=]", key):
        raise option_error(place, f"the key alone, or {API_KEY}=KEY", "another name before =", "It is not shown.")
    bad = next((at for at, one in enumerate(key) if not "!" <= one <= "~" or one in _NEVER_IN_A_KEY), None)
    if bad is not None:
        got = f"the character U+{ord(key[bad]):04X} at position {bad + 1} of {len(key)}"
        expected = "an API key of ASCII letters, digits and signs such as - and _"
        raise option_error(place, expected, got, "The key itself is not shown.")
    if is_placeholder(key):
        raise option_error(place, "your API key", "the placeholder of an example", "Replace it by the key.")
    return Secret(key)


def read_key(file: Path) -> Secret:
    """Read the API key from a file, or from standard input for ``-``.

    Raises:
        SettingsError: The file cannot be read, or has no valid key.
    """
    place = f"--api-key-file {file}"
    try:
        raw = sys.stdin.buffer.read(_MAX_FILE + 1) if str(file) == "-" else read_file(file, _MAX_FILE)
    except FILE_ERRORS as error:
        raise option_error(place, "a readable file with the key", why_unusable(error)) from error
    if len(raw) > _MAX_FILE:
        raise option_error(place, "a file with the key", f"more than {describe_bytes(_MAX_FILE)}")
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "utf-8")
    return check_key(raw.decode(encoding, "replace"), place)


def _values(text: str) -> list[str]:
    """Return the lines that may have the key, without comments: those that name it, or else all."""
    lines = [strip_around(re.sub(r"(^|\s)#.*", "", line)) for line in text.splitlines()]
    for names in _NAMES:
        values = [value for line in lines if (value := assigned(names, line)) is not None]
        if values:
            return values
    return [line for line in lines if line]


def _without_scheme(value: str) -> str:
    """Return the key of ``Bearer KEY`` and ``Authorization: Bearer KEY``."""
    value = assigned(_NAMES[1], value) or value
    return strip_around(re.sub(_SCHEME, "", value, flags=re.IGNORECASE))
