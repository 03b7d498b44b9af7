"""The dashboard: one page over the control API, put together from the files of ``dashboard/``.

The scripts are ES modules that import each other by ``import { … } from "./NAME.js";``. One script is made of them
when the page is asked for: each module once, after those that it imports, in a function that returns its exports.
So there is no build step, names that a module keeps to itself stay its own, and exported ones are all different.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).resolve().parents[1] / "dashboard"
_STYLES = ("base.css", "controls.css", "views.css")
_FIRST = "main.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)


class Page(NamedTuple):
    """A page, and the headers to send it with."""

    html: str
    headers: dict[str, str]


@cache
def dashboard() -> Page:
    """The page for ``/__mock__/``. It holds nothing of this mock: all that it shows, it asks the control API for."""
    style = "".join((_FOLDER / name).read_text("utf-8") for name in _STYLES)
    script = "".join(_modules(_FIRST, set()))
    html = (_FOLDER / "page.html").read_text("utf-8").replace("/* style */", style).replace("/* script */", script)
    policy = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "img-src": "data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        # No text becomes markup, even by mistake: innerHTML and its like throw.
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cache-control": "no-cache",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Page(html, headers)


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    """A module after those that it imports, none of them twice."""
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
