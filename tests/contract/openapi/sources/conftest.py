"""A server of documents, and a cache folder of the test's own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from migma_contract.resources import openapi_path


class DocumentServer:
    """A server on this machine whose reply a test chooses.

    Attributes:
        requests: The path and the headers of each request.
        status, headers, body: Its reply; ``body`` may be a function that writes it.
    """

    def __init__(self):
        self.requests = []
        self.status, self.headers, self.body = 200, {"content-type": "text/plain"}, openapi_path().read_bytes()
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                served.requests.append((self.path, dict(self.headers.items())))
                self.send_response(served.status)
                for name, value in served.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if callable(served.body):
                    served.body(self.wfile)
                else:
                    self.wfile.write(served.body)

            def log_message(self, *_):
                """Print nothing."""

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    """The client has seen enough."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self):
        """Stop it, and refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    """A server that has the published contract at each path, until the test says otherwise."""
    server = DocumentServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """The cache folder, not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/migma-mock"
