"""Hypothesis' home stays where it was, whoever draws beside whom; and what is used of its inside is still there."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import configuration

from migma_mock.generation import Generator

AT_ONCE = 4


def home():
    return configuration.storage_directory(intent_to_write=False).path


@pytest.fixture
def home_is_unset():
    kept = vars(configuration)["__hypothesis_home_directory"]
    configuration.set_hypothesis_home_dir(None)
    yield
    configuration.set_hypothesis_home_dir(kept)


def draw_at_once(contract):
    """As many generators as there are threads, which all begin at the same moment."""
    begin = Barrier(AT_ONCE)

    def prepare(seed):
        begin.wait()
        Generator(contract, seed=seed, profile="edge").prepare()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(prepare, range(AT_ONCE)))


def test_generators_that_draw_at_once_leave_the_home_where_it_was(contract):
    before = home()
    for _ in range(3):
        draw_at_once(contract)
        assert home() == before


def test_a_home_that_nobody_settled_stays_unsettled(contract, home_is_unset, monkeypatch, tmp_path):
    """So that a variable counts which is set after a campaign was drawn."""
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    Generator(contract, seed=0, profile="edge").prepare()
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    assert home() == tmp_path


@pytest.mark.parametrize(
    ("module", "name", "without"),
    [
        ("configuration", "set_hypothesis_home_dir", "nothing keeps its caches out of the working directory"),
        ("configuration", "__hypothesis_home_directory", "the home cannot be put back as it was"),
        ("internal.conjecture.providers", "AVAILABLE_PROVIDERS", "no way of drawing of our own can be used"),
        ("internal.conjecture.providers", "HypothesisProvider", "there is nothing to draw with"),
        (
            "internal.conjecture.providers",
            "HypothesisProvider._maybe_draw_constant",
            "generated campaigns depend on the source of the modules that are loaded",
        ),
    ],
)
def test_hypothesis_has_what_drawing_uses_of_its_inside(module, name, without):
    found = importlib.import_module(f"hypothesis.{module}")
    for part in name.split("."):
        assert part in vars(found), (
            f"Hypothesis {version('hypothesis')} has no {module}.{name} any more, and without it {without}: "
            "mend contract/migma_contract/hypothesis_draws.py, or bound the release in pyproject.toml."
        )
        found = vars(found)[part]


SOURCE_ROOTS = ("contract", "mock_server", "contract_tests")


def test_nothing_else_uses_its_inside(request):
    root: Path = request.config.rootpath
    files = [path for room in SOURCE_ROOTS for path in (root / room).rglob("*.py")]
    inside = ("hypothesis.internal", "hypothesis.configuration", "configuration.set_hypothesis")
    users = [path.name for path in files if any(name in path.read_text("utf-8") for name in inside)]
    assert users == ["hypothesis_draws.py"]
