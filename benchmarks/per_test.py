"""Measure the cost of the fixture ``migma_mock`` for a test beside another checkout's: CPU, and function calls.

Each run is a pytest of its own over one module of tests that do nothing else; two lengths take out the imports and the
start of the mock. For the CPU, runs of the checkouts take turns, and the best counts; it needs a machine without other
work. The calls are the same each time, whatever else runs.
"""

import os
import pstats
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.servers import ROOT

LIMIT = 1.1
"""The most that a test may cost, of the other checkout's."""

_LENGTHS = (100, 2100)
_CASES = {
    "takes the fixture": "pass",
    "makes one request": "assert client.get(migma_mock.stats_url('a'), headers=migma_mock.auth_headers).is_error",
}
_MODULE = """
import httpx, pytest

client = httpx.Client(trust_env=False)

@pytest.mark.parametrize("number", range({length}))
def test_it(migma_mock, number):
    {body}
"""


def show(beside: Path | None, rounds: int) -> None:
    """Print the cost of a test; with another checkout, also the ratio to it."""
    checkouts = [ROOT, *([beside.resolve()] if beside else [])]
    for case, body in _CASES.items():
        for unit, measure, repeats in (("µs", _microseconds, rounds), ("calls", _calls, 1)):
            own, *others = _costs(checkouts, body, measure, repeats)
            ratio = f", {own / others[0]:.2f} of {others[0]:.0f} (at most {LIMIT})" if others else ""
            print(f"a test that {case}: {own:.0f} {unit}{ratio}")


def _costs(checkouts: list[Path], body: str, measure: Callable[[Path, str], float], repeats: int) -> list[float]:
    """Return the cost of one test in each checkout."""
    short, long = _LENGTHS
    best: dict[tuple[Path, int], float] = {}
    for _ in range(repeats):
        for length in _LENGTHS:
            module = _MODULE.format(length=length, body=body)
            for checkout in checkouts:
                cost = measure(checkout, module)
                best[checkout, length] = min(cost, best.get((checkout, length), cost))
    return [(best[each, long] - best[each, short]) / (long - short) for each in checkouts]


def _microseconds(checkout: Path, module: str) -> float:
    before = _children()
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as folder:
        _run(checkout, module, Path(folder))
    return (_children() - before) * 1e6


def _calls(checkout: Path, module: str) -> float:
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as folder:
        profile = Path(folder, "profile")
        _run(checkout, module, Path(folder), "-m", "cProfile", "-o", str(profile))
        calls: float = vars(pstats.Stats(str(profile)))["total_calls"]
        return calls


def _run(checkout: Path, module: str, folder: Path, *options: str) -> None:
    """Run a pytest over a module, with the packages of a checkout."""
    path = folder / "test_module.py"
    path.write_text(module, encoding="utf-8")
    roots = [str(checkout / name) for name in ("contract", "mock_server", "contract_tests")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MIGMA_")}
    environment |= {"PYTHONPATH": os.pathsep.join(roots), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0"}
    plugins = ["-p", "migma_mock.pytest_plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, *options, "-m", "pytest", "-q", *plugins, "-c", os.devnull, "--rootdir", str(folder)]
    subprocess.run([*command, str(path)], env=environment, cwd=folder, stdout=subprocess.DEVNULL, check=True)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
