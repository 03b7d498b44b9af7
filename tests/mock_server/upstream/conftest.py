"""A live API, and a mock in front of it; makes their module importable by the tests of this folder."""

import socket
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from upstream_api import LiveApi, watching


@pytest.fixture
def live():
    """A live API."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = LiveApi(listener)
        thread = threading.Thread(target=api.serve, daemon=True)
        thread.start()
        yield api
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def proxy(live):
    """A mock in front of the live API."""
    with watching(live.url) as mock:
        yield mock
