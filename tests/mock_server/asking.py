"""Asks an ASGI application without a client in between; and what a test holds of an answer, however it came."""

import asyncio
from typing import NamedTuple
from urllib.parse import unquote


class Answer(NamedTuple):
    """A response; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(app, target="/", method="GET", **headers):
    """Headers are keyword arguments, ``x_api_key="…"``, or a ready list of pairs in ``raw_headers``."""
    pairs = headers.pop("raw_headers", [])
    pairs += [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    raw_path, _, query = target.encode("latin-1").partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": pairs,
        "server": ("127.0.0.1", 4010),
        "client": ("127.0.0.1", 50000),
    }
    sent, received = [], iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        return next(received, {"type": "http.disconnect"})

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start, *bodies = sent
    body = b"".join(message.get("body", b"") for message in bodies)
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names)), "a header came twice"
    return Answer(start["status"], {n.decode(): v.decode("latin-1") for n, v in start["headers"]}, body)
