"""Control: the control API of a mock, over one connection."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, Self

_LONG = 60.0

_IDLE_SECONDS = 2.0
"""A connection that was idle for longer is not used again, since servers close it after some seconds."""


class ControlError(Exception):
    """A control call was refused, or no answer came.

    Attributes:
        status: Of the refusal; 0 if no answer came.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """Calls the control API; not safe for several threads. Used as a context manager, it is closed at the end.

    Args:
        address: Host and port.
        token: The control token.
        timeout: Seconds to wait for an answer.

    Attributes:
        address, token: As they were given.
    """

    def __init__(self, address: tuple[str, int], token: str, timeout: float = _LONG) -> None:
        self.address, self.token = address, token
        self._connection = http.client.HTTPConnection(*address, timeout=timeout)
        self._headers = {"x-mock-token": token, "content-type": "application/json"}
        self._used = 0.0

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer to a call below ``/__mock__``; None if it has no body.

        Raises:
            ControlError: It was refused, or no answer came; nothing is tried again.
        """
        data = None if body is None else json.dumps(body)
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, f"/__mock__{path}", data, self._headers)
            response = self._connection.getresponse()
            content = response.read()
            self._used = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ControlError(f"{method} {path}: no answer ({error!r})") from error
        if response.status >= http.client.BAD_REQUEST:
            text = content.decode(errors="replace")
            raise ControlError(f"{method} {path}: {response.status} {text}", response.status)
        return json.loads(content) if content else None

    def get(self, path: str) -> Any:
        """Return what a path shows."""
        return self.call("GET", path)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the answer to a POST."""
        return self.call("POST", path, body)

    def close(self) -> None:
        """Close the connection; the next call opens another one."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
