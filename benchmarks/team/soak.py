"""Mixed traffic for a long time: memory and file descriptors of workers and store stay level, and counts exact."""

import contextlib
import http.client
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import machine
from benchmarks.servers import CAMPAIGN, KEY, stats_path
from benchmarks.team.control import Control
from benchmarks.team.level import Verdict, judge
from benchmarks.team.proving import Size, prove
from benchmarks.team.served import TOKEN, Served
from benchmarks.team.store_process import StoreProcess

_SAMPLE_SECONDS = 5.0
_ROUND = Size(requests=6000, accounts=50, connections=32, a_second=600)
_MB, _FILES = "MB resident", "open files"
_LEAST = {_MB: 2.0, _FILES: 20.0}
"""A rise by less is level: an arena of the allocator; connections, which the workers share by chance."""


@dataclass
class Soak:
    """The samples of a soak.

    Attributes:
        samples: Times and values of each figure, by process and kind of figure.
        requests: How many requests were sent.
        violations: Contradictions that the proofs found.
    """

    samples: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    requests: int = 0
    violations: list[str] = field(default_factory=list)

    def verdicts(self) -> Iterator[tuple[str, Verdict]]:
        """Yield the judgement of each figure."""
        for (process, what), samples in self.samples.items():
            yield f"{process}, {what}", judge(samples, _LEAST[what])


def show_soak(minutes: float, workers: int) -> bool:
    """Run the traffic, print the results, and return True if everything is level and exact."""
    soak = run_soak(minutes * 60, workers)
    print(f"{soak.requests:,} requests in {minutes:g} minutes, {len(soak.violations)} violations")
    print("".join(f"  {sentence}\n" for sentence in soak.violations[:20]), end="")
    is_level = not soak.violations
    for name, verdict in soak.verdicts():
        print(f"{name}: {verdict}")
        is_level &= not verdict.grows
    return is_level


def run_soak(seconds: float, workers: int, size: Size = _ROUND, sample_seconds: float = _SAMPLE_SECONDS) -> Soak:
    """Send mixed traffic to workers with a store: proofs one after the other, and all kinds of other requests."""
    soak = Soak()
    with (
        StoreProcess() as store,
        Served("--state", store.url, "--workers", str(workers)) as mock,
        mock.control() as control,
        _sampling(soak, mock, store, sample_seconds),
    ):
        end = time.monotonic() + seconds
        seed = 0
        while time.monotonic() < end:
            seed += 1
            outcome = prove(
                mock.address, control, Size(size.requests, size.accounts, size.connections, seed, size.a_second)
            )
            soak.requests += len(outcome.answers)
            soak.violations += outcome.violations
            soak.requests += _send_others(mock.address, control)
    return soak


@contextlib.contextmanager
def _sampling(soak: Soak, mock: Served, store: StoreProcess, seconds: float) -> Iterator[None]:
    """Sample beside what happens in the block."""
    over = threading.Event()

    def sample() -> None:
        began = time.monotonic()
        while not over.wait(seconds):
            pids = {"command": mock.pid, "store": store.pid}
            pids |= {f"worker {number}": pid for number, pid in enumerate(mock.workers(), start=1)}
            for name, pid in pids.items():
                at = time.monotonic() - began
                soak.samples[name, _MB].append((at, machine.resident_mb_alone(pid)))
                soak.samples[name, _FILES].append((at, len(list(Path(f"/proc/{pid}/fd").iterdir()))))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _send_others(address: tuple[str, int], control: Control) -> int:
    """Send what proofs do not: refused requests, new connections, streams that end early, exports, pages."""
    keyed = KEY | {"Connection": "close"}
    token = {"X-Mock-Token": TOKEN}
    requests = [
        ("GET", stats_path(CAMPAIGN), keyed),
        ("HEAD", stats_path(CAMPAIGN), keyed),
        ("POST", stats_path(CAMPAIGN), keyed),
        ("GET", stats_path("nobody"), keyed),
        ("GET", stats_path(CAMPAIGN), {"Connection": "close"}),
        ("GET", "/elsewhere", keyed),
        ("GET", "/__mock__/health", {}),
        ("GET", "/__mock__/accounts", token),
        ("GET", "/__mock__/accounts/built-in/journal/export", token),
    ]
    for method, path, headers in requests:
        with contextlib.closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
            connection.request(method, path, headers=headers)
            connection.getresponse().read()
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
        connection.request("GET", "/__mock__/events?last=5", headers=token)
        connection.getresponse().read(1)
    # Each proof expects that no request without a key came.
    control.call("DELETE", "/unknown-key-requests")
    return len(requests) + 2
