"""Draws leave Hypothesis' home directory unchanged, and the internals that they use still exist."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import configuration

from migma_mock.generation import Generator

THREADS = 4


def home():
    return configuration.storage_directory(intent_to_write=False).path


@pytest.fixture
def home_is_unset():
    kept = vars(configuration)["__hypothesis_home_directory"]
    configuration.set_hypothesis_home_dir(None)
    yield
    configuration.set_hypothesis_home_dir(kept)


def draw_in_parallel(contract):
    """Prepare one generator in each of several threads at the same time."""
    begin = Barrier(THREADS)

    def prepare(seed):
        begin.wait()
        Generator(contract, seed=seed, profile="edge").prepare()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(prepare, range(THREADS)))


def test_parallel_draws_leave_the_home_directory_unchanged(contract):
    before = home()
    for _ in range(3):
        draw_in_parallel(contract)
        assert home() == before


def test_an_unset_home_directory_stays_unset(contract, home_is_unset, monkeypatch, tmp_path):
    """An environment variable that is set after a draw still has its effect."""
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    Generator(contract, seed=0, profile="edge").prepare()
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    assert home() == tmp_path


@pytest.mark.parametrize(
    ("module", "name", "without"),
    [
        ("configuration", "set_hypothesis_home_dir", "its caches go into the working directory"),
        ("configuration", "__hypothesis_home_directory", "the home directory cannot be restored"),
        ("internal.conjecture.providers", "AVAILABLE_PROVIDERS", "no provider can be registered"),
        ("internal.conjecture.providers", "HypothesisProvider", "there is no provider to derive from"),
        (
            "internal.conjecture.providers",
            "HypothesisProvider._maybe_draw_constant",
            "generated campaigns depend on the source of loaded modules",
        ),
    ],
)
def test_hypothesis_still_has_the_internals_that_draws_use(module, name, without):
    found = importlib.import_module(f"hypothesis.{module}")
    for part in name.split("."):
        assert part in vars(found), (
            f"Hypothesis {version('hypothesis')} no longer has {module}.{name}, and without it {without}: "
            "fix contract/migma_contract/hypothesis_draws.py, or limit the release in pyproject.toml."
        )
        found = vars(found)[part]


SOURCE_ROOTS = ("contract", "mock_server", "contract_tests")


def test_no_other_module_uses_these_internals(request):
    root: Path = request.config.rootpath
    files = [path for room in SOURCE_ROOTS for path in (root / room).rglob("*.py")]
    internals = ("hypothesis.internal", "hypothesis.configuration", "configuration.set_hypothesis")
    users = [path.name for path in files if any(name in path.read_text("utf-8") for name in internals)]
    assert users == ["hypothesis_draws.py"]
