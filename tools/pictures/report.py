"""Picture of the terminal report of ``migma-contract check`` for a mock with drift, as SVG."""

import io
import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from migma_contract_tests.results.report import EXIT_CODES
from migma_mock import MockServer

_COLUMNS: Final = 100
_ROWS: Final = 60
_CAMPAIGN: Final = "66b2f0a1c4e5d60012a40101"
_FAULT: Final = {"kind": "percent-rates"}
_USUAL_PORT: Final = "4010"
# Readable on light and dark pages, dim text included.
_THEME: Final = TerminalTheme(
    (24, 26, 34),
    (250, 250, 252),
    [
        *((20, 21, 43), (255, 147, 140), (95, 211, 154), (242, 184, 96)),
        *((165, 171, 255), (238, 159, 230), (120, 210, 225), (250, 250, 252)),
    ],
)
_FONTS: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def report_picture() -> bytes:
    """Return an SVG that loads no fonts, styles or pictures."""
    with MockServer(reload=False) as mock:
        account = f"{mock.base_url}/__mock__/accounts/built-in"
        httpx.post(f"{account}/faults", json=_FAULT).raise_for_status()
        arguments = ["check", "--base-url", mock.base_url, "--campaign-id", _CAMPAIGN]
        shown = f"$ migma-contract {' '.join(arguments)}\n{_on_a_terminal(arguments, mock.api_key)}"
        shown = shown.replace(str(urlsplit(mock.base_url).port), _USUAL_PORT)
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(shown.rstrip()))
    drawn = console.export_svg(title="", theme=_THEME, unique_id="report")
    # Remove the web fonts of rich, which the reader's browser would load from another server.
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return drawn.replace("Fira Code, monospace", _FONTS).encode()


def _on_a_terminal(arguments: list[str], api_key: str) -> str:
    """Return what the program writes to a terminal, with colours, without the progress line."""
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (_ROWS, _COLUMNS))
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "migma_contract_tests", *arguments],
        stdout=child,
        env={**environment, "MIGMA_API_KEY": api_key, "TERM": "xterm-256color"},
    ) as check:
        os.close(child)
        parts = []
        with suppress(OSError):  # Linux raises this when the other side of a terminal is closed
            while part := os.read(parent, 65536):
                parts.append(part)
    os.close(parent)
    if check.returncode != EXIT_CODES["drift"]:
        raise RuntimeError(f"the check ended with exit code {check.returncode}, expected drift ({EXIT_CODES['drift']})")
    return b"".join(parts).decode().replace("\r\n", "\n")
