"""Function calls per request: a measure of the hot path that no busy machine disturbs.

One connection of the mock's own protocol is fed bytes, and every function call, Python's or C's, is counted until the
answer is written; those within the event loop and uvicorn are not. The same code gives the same counts every time.
"""

import asyncio
import io
import json
import math
import sys
from pathlib import Path
from types import FrameType
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from benchmarks.results_file import HERE
from migma_mock import Mock
from migma_mock.faults import FaultSpec, parse_fault
from migma_mock.http.access_log import AccessLog
from migma_mock.http.asgi import FrontDoor
from migma_mock.http.fast_path import FastPathProtocol
from migma_mock.http.protocol import MockProtocol

BUDGET = HERE / "call_budget.json"
_KEY = "mgma_sk_test_local_development_0001"
_FIXTURE, _GROWING, _ELSEWHERE = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40201", "f" * 24
_WARM, _COUNTED = 3, 7
_SECONDS = 10

CASES = (
    "fixture",
    "fixture, access log",
    "401",
    "404",
    "growing",
    "fault armed elsewhere",
    "generated, same id",
)


def count_all() -> dict[str, int]:
    """The calls of one request in each of :data:`CASES`."""
    return {case: count(case) for case in CASES}


def count(case: str) -> int:
    """The calls of one request in a case, once everything that is made only once is there."""
    mock = Mock(reload=False, unknown_id="generate" if case == "generated, same id" else "not-found")
    if case == "fixture, access log":
        mock.log = AccessLog(io.StringIO())
    if case == "fault armed elsewhere":
        fault = parse_fault({"kind": "reset", "campaign": _ELSEWHERE}, "fault", mock.contract)
        mock.accounts.built_in.state.faults.arm(cast("FaultSpec", fault))
    return asyncio.run(_count(mock, _request(case)))


def show(*, record: bool) -> None:
    """Print the counts beside the budget, and make them the budget if wished."""
    counts, budget = count_all(), read_budget()["calls"]
    for case, calls in counts.items():
        print(f"{case:24} {calls:4} calls, budget {budget.get(case, '-')}")
    if record:
        version = ".".join(map(str, sys.version_info[:2]))
        BUDGET.write_text(json.dumps({"python": version, "calls": counts}, indent=2) + "\n", encoding="utf-8")


def read_budget() -> dict[str, Any]:
    """The budget: ``calls`` by case, and the ``python`` that it was counted on."""
    return dict(json.loads(BUDGET.read_bytes())) if BUDGET.exists() else {"python": "", "calls": {}}


def _request(case: str) -> bytes:
    campaign_id = {"growing": _GROWING, "404": "0" * 24, "generated, same id": "a" * 24}.get(case, _FIXTURE)
    key = "" if case == "401" else f"Authorization: Bearer {_KEY}\r\n"
    target = f"/v1/campaigns/{campaign_id}/stats"
    ordinary = "Host: 127.0.0.1:4010\r\nUser-Agent: python-httpx/0.28.1\r\nAccept: */*\r\nConnection: keep-alive\r\n"
    return f"GET {target} HTTP/1.1\r\n{ordinary}{key}\r\n".encode()


async def _count(mock: Mock, request: bytes) -> int:
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(FrontDoor(mock), ws="none", log_config=None, access_log=False, proxy_headers=False)
    config.load()
    state = ServerState()
    date = mock.engine.date
    date.begins, date.ends = 0, math.inf  # as while a server renews it
    state.default_headers = [date.header]
    protocol, transport = FastPathProtocol(config, state, {}, loop, mock=mock), _Transport()
    protocol.connection_made(transport)
    counts = []
    for _ in range(_WARM + _COUNTED):
        transport.written.clear()
        counts.append(await _counted(protocol, transport, request))
    protocol.connection_lost(None)
    # The least of them: a flush of the log, or a second that began meanwhile, is no part of a request.
    return min(counts[_WARM:])


async def _counted(protocol: MockProtocol, transport: "_Transport", request: bytes) -> int:
    counter = _Counter()
    before = sys.getprofile()
    deadline = asyncio.get_running_loop().time() + _SECONDS
    sys.setprofile(counter)
    try:
        protocol.data_received(request)
        while not transport.has_answer():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"no whole answer after {_SECONDS} s: {bytes(transport.written)!r}")
            await asyncio.sleep(0)
        await asyncio.sleep(0)
    finally:
        sys.setprofile(before)
    return counter.calls


class _Counter:
    """A profile function that counts calls, but for those of the machinery around the mock."""

    _AROUND = (*(str(Path(module.__file__ or "").parent) for module in (asyncio, uvicorn)), str(HERE))

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        # Of a Python function the frame is its own, of a C function its caller's.
        if event in ("call", "c_call") and not frame.f_code.co_filename.startswith(self._AROUND):
            self.calls += 1


class _Transport(asyncio.Transport):
    """A connection to nowhere, which keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 4010), "peername": ("127.0.0.1", 50000)})
        self.written = bytearray()

    def write(self, data: Any) -> None:
        self.written += data

    def has_answer(self) -> bool:
        head, separator, body = bytes(self.written).partition(b"\r\n\r\n")
        if not separator:
            return False
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return len(body) >= int(length.partition(b":")[2])

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""

    def pause_reading(self) -> None:
        """Nobody sends."""

    def resume_reading(self) -> None:
        """Nobody sends."""
