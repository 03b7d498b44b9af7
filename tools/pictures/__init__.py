"""The pictures of ``docs/images/``, taken of the running program.

``python -m tools.pictures`` renews them. Unlike the reference pages they are not held to the code by a test: how a
font is drawn differs from machine to machine.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.pictures.dashboard import dashboard_picture
from tools.pictures.report import report_picture

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

PICTURES: Mapping[str, Callable[[], bytes]] = {
    "dashboard.png": dashboard_picture,
    "report.svg": report_picture,
}
"""Each file of ``docs/images/`` with what makes it."""
