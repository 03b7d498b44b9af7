"""Text for a terminal: lines of a limited width, whose parts are safe to print."""

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.console import Group as Rows
from rich.text import Text

from migma_contract.ci_commands import without_commands
from migma_contract.safe_text import one_line

_WIDTH = 100
_LIMIT = 600


def lines(parts: Iterable[RenderableType], *, color: bool, width: int | None) -> str:
    """Return the parts in lines of at most ``width`` columns (100 by default)."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width or _WIDTH,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=not color,
        force_jupyter=False,
    )
    for part in parts:
        console.print(part)
    # Tables pad their last column with spaces, which would wrap in a narrower window.
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def plain(text: str, style: str = "") -> Text:
    """Return a text on one line, without commands of CI systems."""
    # Before the lines are wrapped, since an escape is longer than its character.
    return Text(without_commands(one_line(text, _LIMIT)), style=style, overflow="fold")


def heading(text: str, style: str) -> RenderableType:
    """Return a heading, after an empty line."""
    return Rows(Text(), plain(text, style))
