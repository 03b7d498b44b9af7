"""The time that a mock adds to requests that it forwards (``--upstream``), beside the same requests sent directly.

The live API is another mock on this machine. Both kinds of requests take turns on connections that stay open, so that
what is measured is the mock's own connection to the API, the check of the response, and the record of it.
"""

import http.client
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.process import free_port, running
from benchmarks.servers import CAMPAIGN, KEY, stats_path

_LIVE_ONE = stats_path("507f1f77bcf86cd799439011")
_WARM_UP = 20


def show(requests: int) -> None:
    """Print the median and the 95th percentile of both kinds, in milliseconds."""
    with ExitStack() as started:

        def start(*options: str) -> int:
            folder, port = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="migma-bench-"))), free_port()
            command = [sys.executable, "-m", "migma_mock", "serve", "--quiet", "--port", str(port), *options]
            started.enter_context(running(command, folder, port=port, path=stats_path(CAMPAIGN), headers=KEY))
            return port

        live = start("--unknown-id", "generate")
        mock = start("--upstream", f"http://127.0.0.1:{live}", "--plan", "100000/min")
        connections = {"directly": _connection(live), "through the mock": _connection(mock)}
        times: dict[str, list[float]] = {name: [] for name in connections}
        for _ in range(_WARM_UP + requests):
            for name, connection in connections.items():
                times[name].append(_milliseconds(connection))
    for name, each in times.items():
        *_, high = statistics.quantiles(each[_WARM_UP:], n=20)
        print(f"{name}: median {statistics.median(each[_WARM_UP:]):.2f} ms, 95 % within {high:.2f} ms")


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=20)


def _milliseconds(connection: http.client.HTTPConnection) -> float:
    began = time.perf_counter()
    connection.request("GET", _LIVE_ONE, headers=KEY)
    response = connection.getresponse()
    response.read()
    if response.status != http.HTTPStatus.OK:
        sys.exit(f"benchmarks: expected a 200, got {response.status}")
    return (time.perf_counter() - began) * 1000
