"""The start of every test: no settings of the surrounding shell, patience with busy machines, ways to run the mock."""

import functools
import gc
import inspect
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from hypothesis import is_hypothesis_test, settings

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path

ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = [ROOT / name for name in ("contract", "mock_server", "contract_tests")]


class Outcome(NamedTuple):
    """The exit code and output of a command."""

    code: int
    out: str
    err: str


# Before anything else, since a module under test may read them when it is imported.
for name in [name for name in os.environ if name.startswith("MIGMA_")]:
    del os.environ[name]
# They decide about colours.
os.environ["TERM"] = "xterm"
for name in ("NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)
# With it, every process that a test starts compiles what it imports again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Measuring coverage costs 0.2 s in each process that a test starts: see the fixture ``measured``.
_MEASURED = {}
if {"PYTEST_XDIST_WORKER", "COVERAGE_PROCESS_CONFIG"} <= os.environ.keys():
    _MEASURED["COVERAGE_PROCESS_CONFIG"] = os.environ.pop("COVERAGE_PROCESS_CONFIG")
# Processes that tests start find the packages in any working directory.
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, (str(ROOT), *map(str, SOURCE_ROOTS), os.environ.get("PYTHONPATH")))
)

# httpx gives up after 5 seconds by default; on a busy machine a response may take longer.
vars(inspect.signature(httpx.get).parameters["timeout"].default).update(dict.fromkeys(httpx.Timeout(0).as_dict(), 600))
# httpx takes 25 ms to load the certificates for each client, and the servers of the tests need none.
httpx._transports.default.create_ssl_context = functools.cache(httpx.create_ssl_context)

# Collecting garbage as often as Python does takes an eighth of the time of all tests.
gc.set_threshold(10_000, 20, 20)

# Machines that run tests are busy: a slow example is not a failure.
settings.register_profile("tests", deadline=None, database=None)
settings.load_profile("tests")


_MEASURED_CASES = 8

_COLLECTED = pytest.StashKey[list[pytest.Item]]()


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem():
    """Measure no coverage while pytest makes the test cases."""
    with _unmeasured():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Keep the test cases, before ``-m`` and ``-k`` leave some out; measure coverage in some of them."""
    config.stash[_COLLECTED] = list(items)
    cases: Counter[str] = Counter()
    for item in items:
        # The suites of the check are collected too, and do not see the fixtures here.
        if item.path.is_relative_to(Path(__file__).parent):
            name = item.nodeid.partition("[")[0]
            cases[name] += 1
            # Further cases, and the examples of a property, run the same code with other data; measuring that takes
            # a third of the time of all tests.
            if is_hypothesis_test(item.obj) or cases[name] > _MEASURED_CASES:
                # After the fixtures that other tests share: their servers are measured.
                shared = sum(each[-1].scope != "function" for each in item._fixtureinfo.name2fixturedefs.values())
                item.fixturenames.insert(shared, "unmeasured")


def pytest_collection_finish():
    """Leave the test cases out of garbage collection, which takes a quarter of a second with them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def collected(pytestconfig):
    """The test cases of this run, and those that ``-m`` and ``-k`` left out."""
    return pytestconfig.stash[_COLLECTED]


def pytest_sessionfinish():
    """Save what a worker measured: xdist kills workers that take more than 10 seconds to end, as on a busy machine."""
    coverage = sys.modules.get("coverage")
    measuring = coverage.Coverage.current() if coverage and "PYTEST_XDIST_WORKER" in os.environ else None
    if measuring:
        measuring.save()


@pytest.fixture(scope="session")
def measured():
    """Environment variables that turn on coverage in a process, for code that no test can run in its own process."""
    return _MEASURED


@contextmanager
def _unmeasured():
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


@pytest.fixture
def unmeasured():
    """Measure no coverage in a test, which takes half of its time; for many tests of code that others run too."""
    with _unmeasured():
        yield


@pytest.fixture(scope="session")
def tool():
    """Finds a program that a test needs and pip does not install.

    If it is missing, the test is skipped; in CI, which installs it, the test fails.
    """

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing = f"needs the program {name}, which is not installed"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
        return path

    return find


@pytest.fixture(scope="session")
def contract():
    """The built-in contract."""
    return load_contract(openapi_path())


@pytest.fixture
def document():
    """The built-in contract's document; each test may change its own copy."""
    return json.loads(openapi_path().read_bytes())


@pytest.fixture
def write_contract(tmp_path):
    """Writes a document (or bytes) to ``contract.json`` in the test's folder and returns the path."""

    def write(content, name="contract.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs ``migma-mock`` in this process, as its console script does."""

    def run(*arguments):
        from migma_mock.cli.main import main

        def started(*_arguments, **_options):
            pytest.fail(f"The mock started: migma-mock {' '.join(map(str, arguments))}")

        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["migma-mock", *map(str, arguments)])
            if arguments[:1] == ("serve",):  # it would run for ever
                patch.setattr("migma_mock.http.uvicorn_server.UvicornServer.run", started)
            with pytest.raises(SystemExit) as ending:
                main()
        return Outcome(ending.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def run_mock(tmp_path):
    """Runs ``migma-mock`` as a process in an empty folder and returns how it ended."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    def run(*arguments, **environment):
        process = subprocess.run(
            [sys.executable, "-m", "migma_mock", *map(str, arguments)],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in process.stderr
        return Outcome(process.returncode, process.stdout, process.stderr)

    return run
