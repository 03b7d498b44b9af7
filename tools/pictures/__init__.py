"""The pictures in ``docs/images/``: screenshots of the running program.

``python -m tools.pictures`` updates them. No test compares them with the code, because fonts look different on each
machine.
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
"""Each file in ``docs/images/`` with the function that creates it."""
