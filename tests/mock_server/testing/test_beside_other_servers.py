"""A mock in a process that runs another server of uvicorn: each keeps its own log."""

import logging
import threading

import httpx
import pytest
import uvicorn

from migma_mock import MockServer
from migma_mock.http.asgi import FrontDoor
from migma_mock.http.listening import bind, listen

LOGGER = logging.getLogger("uvicorn.error")


async def theirs(scope, receive, send):
    """Another application."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def their_server():
    """Run another server of uvicorn in a thread."""

    def serve():
        socket = bind("127.0.0.1", 0)
        listen(socket)
        server = uvicorn.Server(uvicorn.Config(theirs, log_config=None, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([socket],))
        thread.start()
        stops.append((server, thread))
        return "http://{}:{}".format(*socket.getsockname())

    stops = []
    yield serve
    for server, thread in stops:
        server.should_exit = True
        thread.join()


def upgrade(url):
    """Send a request that uvicorn warns about."""
    return httpx.get(url, headers={"Connection": "Upgrade", "Upgrade": "h2c"})


def test_the_log_of_another_server_stays_as_it_is(caplog, their_server):
    caplog.set_level(logging.INFO, LOGGER.name)
    with MockServer(reload=False) as mock:
        url = their_server()
        assert upgrade(url).status_code == 204
        assert upgrade(mock.stats_url(mock.example_id)).status_code == 401
    said = [record.getMessage() for record in caplog.records if record.name == LOGGER.name]
    assert len([line for line in said if line.startswith("Started server process")]) == 1
    assert len([line for line in said if line.startswith("Unsupported upgrade request")]) == 1


def test_errors_of_the_mock_are_logged(caplog, monkeypatch):
    monkeypatch.setattr(FrontDoor, "_create_app", lambda _: 1 / 0)
    with MockServer(reload=False) as mock:
        assert httpx.get(f"{mock.base_url}/docs").status_code == 500
    (record,) = (record for record in caplog.records if record.name == LOGGER.name)
    assert (record.levelname, record.exc_info[0]) == ("ERROR", ZeroDivisionError)


def test_a_mock_changes_no_level_and_filters_once():
    before = LOGGER.level
    for _ in range(2):
        with MockServer(reload=False):
            assert LOGGER.level == before
    assert len(LOGGER.filters) == 1
