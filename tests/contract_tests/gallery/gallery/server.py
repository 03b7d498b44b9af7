"""The imitated API on a real socket, with its own HTTP writer, so that it can send invalid HTTP."""

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import unquote

from gallery.api import Api, Change, Reply
from migma_contract.exchange import STATUSES_WITHOUT_BODY

_HEAD_LIMIT = 65536


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        """Answer one request and close the connection."""
        start = self.rfile.readline(_HEAD_LIMIT).decode("latin-1").split()
        headers: dict[str, str] = {}
        while line := self.rfile.readline(_HEAD_LIMIT).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if len(start) != 3:
            return
        method, target, _ = start
        key = headers.get("authorization")
        campaign_id = unquote(target.split("/campaigns/")[-1].removesuffix("/stats"))
        reply = self.server.api.answer(method, campaign_id, key.removeprefix("Bearer ") if key else None)
        with contextlib.suppress(OSError):
            self.wfile.write(_on_the_wire(reply, has_body=method != "HEAD"))
            if reply.reset:
                # Without lingering, closing sends RST instead of FIN.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Server(socketserver.TCPServer):
    """Answers one connection after the other, as a check opens them; a thread for each would double the time."""

    allow_reuse_address = True

    def __init__(self, api: Api) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api


def _on_the_wire(reply: Reply, *, has_body: bool) -> bytes:
    if reply.wire is not None:
        return reply.wire
    body = reply.encoded
    headers = [*reply.headers, ("Connection", "close")]
    version = "HTTP/1.0" if reply.framing == "close" else "HTTP/1.1"
    if reply.framing == "length":
        is_bodiless = reply.status in STATUSES_WITHOUT_BODY
        headers += (
            [] if is_bodiless else [("Content-Length", str(len(body) if reply.claimed is None else reply.claimed))]
        )
        body = b"" if is_bodiless else body
    elif reply.framing != "close":
        headers.append(("Transfer-Encoding", "chunked"))
        half = len(body) // 2
        parts = [body[:half], body[half:]] if reply.framing == "chunked" else [body[:half]]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part)
        body += b"0\r\n\r\n" if reply.framing == "chunked" else b""
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{version} {reply.status} {phrase}\r\n{head}\r\n".encode("latin-1") + (body if has_body else b"")


@contextlib.contextmanager
def serving(change: Change) -> Iterator[tuple[str, Api]]:
    """Serve the API with a change on a free port; yield its base URL and the API."""
    api = Api(change)
    with _Server(api) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", api
        finally:
            server.shutdown()
            thread.join()
