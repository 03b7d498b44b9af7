"""The mock mounted below a prefix of another application answers as it does at the top."""

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from migma_mock import create_app
from migma_mock.messages.asgi import request_target


@pytest.fixture(scope="module")
def mounted():
    """Asks for a path of a host application that has mocks at two places."""
    mock = create_app(reload=False)
    host = Starlette(routes=[Mount("/apis", routes=[Mount("/vendor é", mock)]), Mount("/v1", mock)])

    def get(path, host_name="localhost", **headers):
        async def ask():
            transport = httpx.ASGITransport(host)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host_name}") as client:
                return await client.get(path, headers=headers)

        return anyio.run(ask)

    get.mock = mock
    return get


@pytest.mark.parametrize("prefix", ["/apis/vendor é", "/v1"])
def test_every_page_is_there(mounted, stats_path, prefix):
    authorization = f"Bearer {mounted.mock.state.mock.example_key}"
    path = stats_path(mounted.mock.state.mock.example_id)
    assert mounted(prefix + path, authorization=authorization).json()["success"] is True
    assert mounted(prefix + path).status_code == 401
    assert mounted.mock.state.mock.accounts.unknown_key_requests.entries[-1].path == path
    assert (
        mounted(f"{prefix}/nowhere", authorization=authorization).json()["error"].startswith("No such path: /nowhere.")
    )
    for page in ("/docs", "/openapi.json", "/__mock__/health", "/__mock__/", "/__mock__/accounts"):
        assert mounted(prefix + page).status_code == 200, page


@pytest.mark.parametrize("prefix", ["/apis/vendor é", "/v1"])
def test_the_guard_stands_before_the_control_api_there_too(mounted, prefix):
    assert mounted(f"{prefix}/__mock__/accounts", host_name="elsewhere.example").status_code == 403
    assert mounted(f"{prefix}/__mock__/accounts", origin="https://elsewhere.example").status_code == 403


@pytest.mark.parametrize(
    ("scope", "path", "raw_path"),
    [
        ({"path": "/a%2Fb/c", "raw_path": b"/a%252Fb/c"}, "/a%2Fb/c", b"/a%252Fb/c"),
        ({"path": "/é"}, "/é", b"/%C3%A9"),
        ({"path": "/m/a/b", "raw_path": b"/m/a%2Fb", "root_path": "/m"}, "/a/b", b"/a%2Fb"),
        ({"path": "/é/a/b", "raw_path": b"/%c3%a9/a%2fb", "root_path": "/é"}, "/a/b", b"/a/b"),
        ({"path": "/m", "raw_path": b"/m", "root_path": "/m"}, "/", b"/"),
        ({"path": "/m/", "raw_path": None, "root_path": "/m"}, "/", b"/"),
        # Not below it: a server that leaves the prefix out, as some do, or a name that only begins like it.
        ({"path": "/a", "raw_path": b"/a", "root_path": "/m"}, "/a", b"/a"),
        ({"path": "/more", "raw_path": b"/more", "root_path": "/m"}, "/more", b"/more"),
    ],
)
def test_a_target_is_read_without_the_prefix(scope, path, raw_path):
    assert request_target(scope) == (path, raw_path)
