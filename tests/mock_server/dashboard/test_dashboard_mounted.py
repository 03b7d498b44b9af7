"""The dashboard of a mock that is mounted below a prefix in another application."""

import socket
import threading

import httpx
import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.routing import Mount

from migma_mock import create_app

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


@pytest.fixture(scope="module")
def base_url():
    """The URL of a mock that is mounted in another application."""
    host = Starlette(routes=[Mount("/apis/mail", create_app(reload=False))])
    config = uvicorn.Config(host, log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/apis/mail"
        server.should_exit = True
        thread.join()


def test_the_page_and_its_examples_use_the_prefix(base_url, dashboard):
    page = dashboard(f"campaigns/{NEWSLETTER}", base_url=base_url)
    expect(page.get_by_label("The request in curl")).to_contain_text(f"'{base_url}/v1/")
    page.get_by_role("link", name="Faults", exact=True).click()
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.locator(".banner")).to_contain_text("1 fault armed")


def test_every_link_is_below_the_prefix(base_url, dashboard):
    page = dashboard(base_url=base_url)
    for start in ("__mock__/", "docs", "__mock__/docs"):
        page.goto(f"{base_url}/{start}")
        links = page.locator("a:not([href^='#'])").evaluate_all("(links) => links.map((link) => link.href)")
        assert len(links) >= 2
        for link in links:
            assert link.startswith(f"{base_url}/")
            assert httpx.get(link).status_code == 200


@pytest.mark.parametrize("start", ["/", "/__mock__"])
def test_redirects_to_the_dashboard_keep_the_prefix(base_url, start):
    answer = httpx.get(base_url + start, follow_redirects=True)
    assert str(answer.url) == f"{base_url}/__mock__/"
    assert answer.status_code == 200
