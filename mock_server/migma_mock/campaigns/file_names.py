"""Names of campaign files: made from any id, and read back."""

import hashlib
from pathlib import Path
from urllib.parse import quote, unquote

KEYS_FILE = "keys.json"

_LONGEST = 200
"""Characters of a name before its ending; file systems allow 255 bytes."""
_CUT = 210
"""More than that, so that a name that is cut is never the whole name of another id."""
_DIGITS = 32

_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
"""Names that Windows has for devices, also with an ending."""


def file_name(campaign_id: str) -> str:
    """Return the name of a campaign's file: its id, percent-encoded as in a URL, and ``.json``.

    So no id is a path, and none is limited by what a file may be called: a long one is cut, and a hash of it follows.
    A name that would mean something else (a hidden file, ``keys.json``, a JSON Schema, a device) has its first
    character or its dots encoded too.
    """
    name = quote(campaign_id, safe="")
    if name.startswith(".") or name.lower().endswith(".schema"):
        name = name.replace(".", "%2E")
    if name.partition(".")[0].lower() in _DEVICES or f"{name.lower()}.json" == KEYS_FILE or name.startswith("~"):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) > _LONGEST:
        digest = hashlib.blake2b(campaign_id.encode(), digest_size=_DIGITS // 2).hexdigest()
        name = f"{name[:_CUT]}-{digest}"
    return f"{name}.json"


def id_of_file(path: Path) -> str:
    """Return the campaign id that a file name stands for; the opposite of :func:`file_name` unless that cut it."""
    return unquote(path.stem)


def is_campaign_file(name: str) -> bool:
    """True for the name of a campaign file or of ``keys.json``.

    Hidden files (``.x.json``, ``._x.json`` of macOS), locks of editors (``.#x.json``, ``~$x.json``) and JSON Schemas
    (``*.schema.json``) are none.
    """
    return name.endswith(".json") and not name.startswith((".", "~$", "#")) and not name.endswith(".schema.json")
