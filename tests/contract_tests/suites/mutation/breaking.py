"""Ways to break the mock at its outside, between the application and whoever asks it: it can be rebuilt inside."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: bytes
    headers: dict[bytes, bytes]

    def names(self, campaign_id: str) -> bool:
        """True if its path holds an id, or the beginning of one."""
        return campaign_id.encode() in self.path


@dataclass(frozen=True)
class ParsedResponse:
    """A response."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


Change = Callable[[ParsedResponse], ParsedResponse]


def between(
    request: Callable[[Asked], Asked] = lambda asked: asked,
    reply: Callable[[Asked, ParsedResponse], ParsedResponse] = lambda _, answer: answer,
) -> Callable[[], None]:
    """Break what the application is asked, what it answers, or both; its own pages stay whole."""

    def apply() -> None:
        whole = FastAPI.__call__

        async def broken(self: FastAPI, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http" or scope["path"].startswith("/openapi.json"):
                await whole(self, scope, receive, send)
                return
            asked = Asked(scope["method"], scope["raw_path"], dict(scope["headers"]))
            changed = request(asked)
            messages: list[Any] = []

            async def keep(message: Any) -> None:
                messages.append(message)

            headers = list(changed.headers.items())
            as_changed = {**scope, "method": changed.method, "raw_path": changed.path, "headers": headers}
            await whole(self, as_changed, receive, keep)
            body = b"".join(message["body"] for message in messages[1:])
            answer = reply(asked, ParsedResponse(messages[0]["status"], tuple(messages[0]["headers"]), body))
            await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
            await send({"type": "http.response.body", "body": answer.body})

        pytest.MonkeyPatch().setattr(FastAPI, "__call__", broken)  # for good: each mutant is a process

    return apply


def on(where: int | Callable[[Asked, ParsedResponse], bool], change: Change) -> Callable[[], None]:
    """Break the answers with a status, or those that a predicate names."""

    def reply(asked: Asked, answer: ParsedResponse) -> ParsedResponse:
        applies = answer.status == where if isinstance(where, int) else where(asked, answer)
        return change(answer) if applies and (answer.body or answer.status == 204) else answer

    return between(reply=reply)


def header(name: bytes, value: bytes | None) -> Change:
    """A header replaced, or dropped for None."""

    def changed(answer: ParsedResponse) -> ParsedResponse:
        rest = tuple(pair for pair in answer.headers if pair[0] != name)
        return replace(answer, headers=rest if value is None else (*rest, (name, value)))

    return changed


def raw(change: Callable[[bytes], bytes]) -> Change:
    """A change of the bytes; Content-Length follows."""

    def changed(answer: ParsedResponse) -> ParsedResponse:
        body = change(answer.body)
        return header(b"content-length", str(len(body)).encode())(replace(answer, body=body))

    return changed


def body(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of the parsed body, in place."""

    def bytes_of(content: bytes) -> bytes:
        document = json.loads(content)
        change(document)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    return raw(bytes_of)


def stats(change: Callable[[dict[str, Any]], object]) -> Change:
    return body(lambda document: change(document["data"]))


def status(number: int) -> Change:
    return lambda answer: replace(answer, status=number)


def without(name: bytes) -> Callable[[Asked], Asked]:
    def changed(asked: Asked) -> Asked:
        return replace(asked, headers={key: value for key, value in asked.headers.items() if key != name})

    return changed


def as_method(sent: str, meant: str) -> Callable[[Asked], Asked]:
    return lambda asked: replace(asked, method=meant) if asked.method == sent else asked
