"""CPU that the fixture ``migma_mock`` costs a test, beside another checkout's.

Each run is a pytest of its own over one module of tests that do nothing else. Runs of the checkouts take turns, and the
best counts, since nothing makes one quicker than it is. Two lengths take out the imports and the start of the mock.
"""

import os
import resource
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.servers import ROOT

LIMIT = 1.1
"""What a test may cost, of the other checkout's."""

_LENGTHS = (100, 1100)
_TAKING = "pass"
_ASKING = "assert client.get(migma_mock.stats_url('a'), headers=migma_mock.auth_headers).status_code == 404"
_CASES = {"takes the fixture": _TAKING, "makes one request": _ASKING}
_MODULE = """
import httpx, pytest

client = httpx.Client(trust_env=False)

@pytest.mark.parametrize("number", range({length}))
def test_it(migma_mock, number):
    {body}
"""


def show(beside: Path | None, rounds: int) -> None:
    """Print the CPU for each test in microseconds; with another checkout, also the ratio to it."""
    checkouts = [beside.resolve(), ROOT] if beside else [ROOT]
    for case, body in _CASES.items():
        best: dict[tuple[Path, int], float] = {}
        for _, length, checkout in product(range(rounds), _LENGTHS, checkouts):
            seconds = _run(checkout, _MODULE.format(length=length, body=body))
            best[checkout, length] = min(seconds, best.get((checkout, length), seconds))
        short, long = _LENGTHS
        costs = [(best[each, long] - best[each, short]) / (long - short) * 1e6 for each in checkouts]
        ratio = f", {costs[1] / costs[0]:.2f} of {costs[0]:.0f} µs (at most {LIMIT})" if beside else ""
        print(f"a test that {case}: {costs[-1]:.0f} µs{ratio}")


def _run(checkout: Path, module: str) -> float:
    """Return the seconds of CPU of a pytest over a module, with the packages of a checkout."""
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as folder:
        path = Path(folder, "test_module.py")
        path.write_text(module, encoding="utf-8")
        roots = [str(checkout / name) for name in ("contract", "mock_server", "contract_tests")]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MIGMA_")},
            "PYTHONPATH": os.pathsep.join(roots),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        options = ["-q", "-p", "migma_mock.pytest_plugin", "-p", "no:cacheprovider", "-c", os.devnull]
        before = _children()
        subprocess.run(
            [sys.executable, "-m", "pytest", *options, "--rootdir", folder, str(path)],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
