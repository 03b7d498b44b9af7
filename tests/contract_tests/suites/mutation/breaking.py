"""Ways to break the mock from outside, between the application and its client, so that its inside may change."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI


@dataclass(frozen=True)
class Request:
    """The request that the application gets."""

    method: str
    path: bytes
    headers: dict[bytes, bytes]

    def names(self, campaign_id: str) -> bool:
        """True if the path contains an id, or the beginning of one."""
        return campaign_id.encode() in self.path


@dataclass(frozen=True)
class Response:
    """The response that the client gets."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


Change = Callable[[Response], Response]


def between(
    change_request: Callable[[Request], Request] = lambda request: request,
    change_response: Callable[[Request, Response], Response] = lambda _, response: response,
) -> Callable[[], None]:
    """Break the requests that the application gets, its responses, or both; not for ``/openapi.json``."""

    def apply() -> None:
        original = FastAPI.__call__

        async def broken(self: FastAPI, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http" or scope["path"].startswith("/openapi.json"):
                await original(self, scope, receive, send)
                return
            request = Request(scope["method"], scope["raw_path"], dict(scope["headers"]))
            changed = change_request(request)
            messages: list[Any] = []

            async def keep(message: Any) -> None:
                messages.append(message)

            headers = list(changed.headers.items())
            changed_scope = {**scope, "method": changed.method, "raw_path": changed.path, "headers": headers}
            await original(self, changed_scope, receive, keep)
            body = b"".join(message["body"] for message in messages[1:])
            response = Response(messages[0]["status"], tuple(messages[0]["headers"]), body)
            response = change_response(request, response)
            await send({"type": "http.response.start", "status": response.status, "headers": list(response.headers)})
            await send({"type": "http.response.body", "body": response.body})

        pytest.MonkeyPatch().setattr(FastAPI, "__call__", broken)  # never undone: each mutant is a process

    return apply


def on(where: int | Callable[[Request, Response], bool], change: Change) -> Callable[[], None]:
    """Break the responses with a status, or those that a predicate selects."""

    def change_response(request: Request, response: Response) -> Response:
        applies = response.status == where if isinstance(where, int) else where(request, response)
        return change(response) if applies and (response.body or response.status == 204) else response

    return between(change_response=change_response)


def header(name: bytes, value: bytes | None) -> Change:
    """Replace a header, or remove it for None."""

    def changed(response: Response) -> Response:
        rest = tuple(pair for pair in response.headers if pair[0] != name)
        return replace(response, headers=rest if value is None else (*rest, (name, value)))

    return changed


def raw(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of the body, and Content-Length with them."""

    def changed(response: Response) -> Response:
        body = change(response.body)
        return header(b"content-length", str(len(body)).encode())(replace(response, body=body))

    return changed


def body(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change the parsed body, in place."""

    def bytes_of(content: bytes) -> bytes:
        document = json.loads(content)
        change(document)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    return raw(bytes_of)


def stats(change: Callable[[dict[str, Any]], object]) -> Change:
    return body(lambda document: change(document["data"]))


def status(number: int) -> Change:
    return lambda response: replace(response, status=number)


def without(name: bytes) -> Callable[[Request], Request]:
    def changed(request: Request) -> Request:
        return replace(request, headers={key: value for key, value in request.headers.items() if key != name})

    return changed


def as_method(sent: str, meant: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, method=meant) if request.method == sent else request
