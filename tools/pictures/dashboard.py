"""Screenshot of the dashboard in Chromium: a growing campaign and an armed fault."""

import shutil
from typing import Final

import httpx
from playwright.sync_api import ViewportSize, sync_playwright

from migma_mock import MockServer

_GROWING: Final = "66b2f0a1c4e5d60012a40201"
_FAULT: Final = {"kind": "status", "status": 503, "retryAfter": 2, "times": 2}
_WINDOW: Final[ViewportSize] = {"width": 1280, "height": 1120}


def dashboard_picture() -> bytes:
    """Return a PNG of the page, without the browser's toolbar."""
    with MockServer(reload=False) as mock, sync_playwright() as playwright:
        with httpx.Client(base_url=f"{mock.base_url}/__mock__/accounts/built-in") as account:
            account.post("/faults", json=_FAULT).raise_for_status()
            account.patch("/clock", json={"frozen": True}).raise_for_status()
        # Use the system's Chromium if there is one, otherwise the browser that Playwright has installed.
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=_WINDOW, color_scheme="light")
        page.goto(f"{mock.base_url}/__mock__/#campaigns/{_GROWING}")
        page.locator(".live.connected").wait_for()
        page.get_by_role("slider").wait_for()
        page.get_by_text('"totalSent"').first.wait_for()
        picture = page.screenshot()
        browser.close()
    return picture
