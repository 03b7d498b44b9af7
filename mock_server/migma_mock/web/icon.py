"""The icon of the mock's own pages, which browsers also ask for when they show a reply of the mocked API."""

from functools import cache
from pathlib import Path
from urllib.parse import quote

_FILE = Path(__file__).resolve().parents[1] / "dashboard" / "icon.svg"


@cache
def icon() -> bytes:
    """Return the icon as SVG."""
    return _FILE.read_bytes()


@cache
def icon_url() -> str:
    """Return the icon as a ``data:`` URL, so that a page needs no further request."""
    return f"data:image/svg+xml,{quote(icon().decode().strip())}"
