"""The dashboard: one page that uses the control API, assembled from the files of ``dashboard/``.

Its scripts are ES modules that import each other with ``import { … } from "./NAME.js";``. They are joined into one
script when the page is first requested: each module once, after the modules that it imports, as a function that
returns its exports. So there is no build step. A module's own names stay local; exported names must be unique.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from migma_mock.web.icon import icon_url
from migma_mock.web.page_headers import page_headers

_FOLDER = Path(__file__).resolve().parents[1] / "dashboard"
_STYLES = ("base.css", "controls.css", "views.css")
_MAIN = "main.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)


class Page(NamedTuple):
    """A page and its response headers."""

    html: str
    headers: dict[str, str]


@cache
def dashboard() -> Page:
    """Return the page ``/__mock__/``. It is the same for every mock: its data comes from the control API."""
    style = "".join((_FOLDER / name).read_text("utf-8") for name in _STYLES)
    script = "".join(_modules(_MAIN, set()))
    html = (_FOLDER / "page.html").read_text("utf-8").replace("/* icon */", icon_url())
    html = html.replace("/* style */", style).replace("/* script */", script)
    allowed = {
        "script-src": _hash(script),
        "style-src": _hash(style),
        "connect-src": "'self'",
        # Assigning text to innerHTML and the like throws, so that text never becomes markup by mistake.
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return Page(html, page_headers(allowed, cache_control="no-cache"))


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    """Yield a module after the modules that it imports, each only once."""
    if name in seen:
        return
    seen.add(name)
    source = (_FOLDER / name).read_text("utf-8")
    for imported in _IMPORT.findall(source):
        yield from _modules(imported, seen)
    exports = ", ".join(name for _, name in _EXPORT.findall(source))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub("", source))
    yield f"// {name}\nconst {{ {exports} }} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
