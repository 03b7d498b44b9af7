"""Servers on real sockets that answer as a test defines, and record the requests."""

import io
import itertools
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import pytest
from sample_response import CAMPAIGN, KEY, STATS

from migma_contract.redaction import Secret
from migma_contract_tests.cli.main import main
from migma_contract_tests.probes.options import CheckOptions


@dataclass(frozen=True)
class Request:
    """A request that a server received, and when (seconds, monotonic)."""

    method: str
    path: str
    headers: dict[str, str]
    at: float

    @property
    def key(self) -> str:
        """The key after ``Bearer``; "" without one."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


Behaviour = Callable[[Request], bytes | Iterable[bytes] | None]
"""Returns the bytes of the response, whole or in chunks; None resets the connection."""


@dataclass
class Server:
    """One listening socket; ``with`` starts and stops it."""

    behave: Behaviour
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            request = self._read(connection)
            answer = self.behave(request)
            if answer is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                for chunk in [answer] if isinstance(answer, bytes) else answer:
                    if self._stopped.is_set():
                        break
                    connection.sendall(chunk)
        connection.close()

    def _read(self, connection: socket.socket) -> Request:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                raise ConnectionError
            head += data
        first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        request = Request(method, path, headers, time.monotonic())
        self.requests.append(request)
        return request


def answer(status: int, body: object = b"", *headers: str) -> bytes:
    """A complete response; a body that is not bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = [] if isinstance(body, bytes) else ["Content-Type: application/json"]
    head = [f"HTTP/1.1 {status} Some", f"Content-Length: {len(raw)}", *kind, *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + raw


def api(request: Request) -> bytes:
    """The API as its contract has it, with one campaign and one key."""
    whole = _api(request)
    return whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else whole


def _api(request: Request) -> bytes:
    if request.method not in {"GET", "HEAD"}:
        return answer(405, {"success": False, "error": "Method not allowed"}, "Allow: GET, HEAD")
    if request.key != KEY:
        return answer(401, {"success": False, "error": "Invalid API key"}, "WWW-Authenticate: Bearer")
    if request.path != f"/v1/campaigns/{CAMPAIGN}/stats":
        return answer(404, {"success": False, "error": "Campaign not found"})
    return answer(200, {"success": True, "data": STATS})


class Clock:
    """A clock that only ``sleep`` advances."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the current time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Advance the time without waiting."""
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


class Stage:
    """The helpers of this module, which test files cannot import."""

    key = KEY
    campaign = CAMPAIGN
    stats = STATS
    answer = staticmethod(answer)
    api = staticmethod(api)
    serve = Server
    clock = Clock

    def reading(self, change: Callable[[dict[str, Any]], object], status: int = 200, *headers: str) -> Behaviour:
        """The API, but reads of the campaign get a changed envelope."""

        def behave(request: Request) -> bytes:
            if request.key != KEY or CAMPAIGN not in request.path or request.method != "GET":
                return api(request)
            envelope: dict[str, Any] = {"success": True, "data": dict(STATS)}
            change(envelope)
            return answer(status, envelope, *headers)

        return behave

    def failing(
        self, status: int, *headers: str, times: int = 999, when: Callable[[Request], object] = bool
    ) -> Behaviour:
        """The API, but the first requests that match a condition get this status."""
        left = itertools.count()

        def behave(request: Request) -> bytes:
            is_failing = when(request) and next(left) < times
            return answer(status, {"success": False, "error": "not now"}, *headers) if is_failing else api(request)

        return behave

    def options(self, server_url: str, **changes: object) -> CheckOptions:
        """Options to check a server on this machine."""
        given = {"base_url": server_url, "campaign_ids": (CAMPAIGN,), "key": Secret(KEY), "rate": None, "timeout": 60.0}
        if "proxy" in changes:
            changes["proxy"] = Secret(str(changes["proxy"]))
        return CheckOptions(**{**given, **changes})


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def conforming(stage: Stage) -> Iterator[Server]:
    with Server(api) as server:
        yield server


@pytest.fixture
def run_process(tmp_path):
    """Run ``migma-contract`` as a process, in an empty folder and without settings in the environment."""

    def run(*arguments, stdin=b"", **environment):
        return subprocess.run(
            [sys.executable, "-m", "migma_contract_tests", *map(str, arguments)],
            cwd=tmp_path,
            input=stdin,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            check=False,
            timeout=600,
        )

    return run


@pytest.fixture
def run(tmp_path, capsysbinary):
    """Run ``migma-contract`` in this process, in an empty folder and without settings in the environment."""

    def run(*arguments, stdin=b"", **environment):
        capsysbinary.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["migma-contract", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ending:
                main()
        output = capsysbinary.readouterr()
        return SimpleNamespace(returncode=ending.value.code or 0, stdout=output.out, stderr=output.err)

    return run


@pytest.fixture
def check(run, stage, conforming):
    """``check`` of a conforming server, with the key in the environment."""
    return checking(run, stage, conforming)


@pytest.fixture
def check_process(run_process, stage, conforming):
    """The same as a process."""
    return checking(run_process, stage, conforming)


def checking(run, stage, conforming):
    def check(*arguments, url=conforming.url, **environment):
        given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, **environment}
        base_url = () if "--base-url" in arguments else ("--base-url", url)
        return run("check", *base_url, *arguments, **given)

    return check
