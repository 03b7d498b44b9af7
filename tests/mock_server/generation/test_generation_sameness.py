"""The same id gets the same campaign everywhere, and drawing it leaves no trace.

``PYTHONPATH=. python tests/mock_server/generation/test_generation_sameness.py`` renews the golden file.
"""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import configuration, given, settings
from hypothesis import strategies as st

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.generation import PROFILES, Generator, campaign_ids

GOLDEN = Path(__file__).with_name("golden_generation.json")
RENEW = "PYTHONPATH=. python tests/mock_server/generation/test_generation_sameness.py"
DRAWN_WITH = ("hypothesis", "schemathesis")
GOLDEN_IDS = ["0123456789abcdef01234567", "f" * 24, "", "not hexadecimal 🦊"]

contract = load_contract(openapi_path())


def golden_envelopes(generators):
    return {profile: {i: generators[profile].envelope(i) for i in GOLDEN_IDS} for profile in PROFILES}


# The same campaign for the same id.


def test_campaigns_are_those_of_the_golden_file(generators):
    """They change only if a release of Hypothesis draws differently, which users must be told."""
    golden = json.loads(GOLDEN.read_text("utf-8"))
    now = {name: version(name) for name in DRAWN_WITH}
    if golden_envelopes(generators) != golden["envelopes"]:
        cause = "by a change in migma_mock/generation" if now == golden["drawn with"] else f"with {now}"
        pytest.fail(
            f"Generated campaigns differ from those drawn with {golden['drawn with']}, {cause}. If this is intended, "
            f"say in CHANGELOG.md that generated campaigns change, and run: {RENEW}"
        )


DRAW = """
import json, sys
sys.path.insert(0, sys.argv[2])
import app_constants
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.generation import PROFILES, Generator, campaign_ids
def heavy():
    return sorted({"hypothesis", "schemathesis", "pytest"} & sys.modules.keys())
campaign_ids(1, 2)
loaded = {"import": heavy()}
contract = load_contract(openapi_path())
envelopes = {}
for profile in PROFILES:
    generator = Generator(contract, seed=7, profile=profile)
    envelopes[profile] = {i: generator.envelope(i) for i in json.loads(sys.argv[1])}
    loaded[profile] = heavy()
print(json.dumps([envelopes, loaded]))
"""

IDS = [*campaign_ids(5, 40), "", "🦊"]


class Drawn(NamedTuple):
    """The envelopes from another process, the heavy modules it loaded for each profile, and its working directory."""

    envelopes: dict[str, Any]
    loaded: dict[str, list[str]]
    folder: Path


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory, request):
    """A process with another hash seed and order of ids, with CI set, and an empty working directory as its home.

    It imports a module with constants, which Hypothesis would draw by default.
    """
    folder, modules = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("modules")
    constants = [*range(-700, 700, 7), *(n + 0.5 for n in range(200)), "text"]
    (modules / "app_constants.py").write_text(f"A = {constants!r}")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HYPOTHESIS", "PYTEST", "CI"))}
    env |= {"PYTHONPATH": str(request.config.rootpath), "PYTHONHASHSEED": "1", "HOME": str(folder), "CI": "true"}
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAW, json.dumps(IDS[::-1]), str(modules)],
        capture_output=True,
        check=False,
        cwd=folder,
        env=env,
        encoding="utf-8",
    )
    assert (process.returncode, process.stderr) == (0, "")
    return Drawn(*json.loads(process.stdout), folder)


def test_another_process_draws_the_same(elsewhere, generators):
    """Hash seed, order of ids, environment and constants of loaded modules do not matter."""
    here = {profile: {i: generator.envelope(i) for i in IDS} for profile, generator in generators.items()}
    assert elsewhere.envelopes == here


def test_campaigns_are_the_same_inside_a_property_test_of_the_user(profile, generators):
    @settings(max_examples=1, database=None, deadline=None)
    @given(st.integers())
    def users_test(_number):
        inside = Generator(contract, seed=7, profile=profile)
        assert [inside.envelope(i) for i in GOLDEN_IDS] == [generators[profile].envelope(i) for i in GOLDEN_IDS]

    users_test()


def test_the_users_hypothesis_and_random_are_not_changed(profile, generators):
    before_name, home = settings.get_current_profile_name(), configuration.storage_directory(intent_to_write=False).path
    settings.register_profile("migma-tiny", max_examples=1, derandomize=True, suppress_health_check=[])
    settings.load_profile("migma-tiny")
    try:
        random.seed(3)
        state, profile_settings = random.getstate(), repr(settings())
        drawn = Generator(contract, seed=7, profile=profile).envelope("x")
        assert random.getstate() == state
        assert repr(settings()) == profile_settings
        assert configuration.storage_directory(intent_to_write=False).path == home
    finally:
        settings.load_profile(before_name)
    assert drawn == generators[profile].envelope("x")


def test_threads_share_one_pool(generators):
    generator = Generator(contract, seed=7, profile="edge")
    assert not generator.ready
    with ThreadPoolExecutor(8) as threads:
        for prepared in [threads.submit(generator.prepare) for _ in range(16)]:
            prepared.result()
        assert generator.ready
        drawn = list(threads.map(generator.envelope, campaign_ids(2, 200)))
    assert drawn == [generators["edge"].envelope(i) for i in campaign_ids(2, 200)]


def test_an_envelope_is_a_new_object_each_time(profile, generators):
    """Changing one changes no later one."""
    for i in campaign_ids(4, 20):
        before = json.dumps(generators[profile].envelope(i))
        mine = generators[profile].envelope(i)
        mine["metadata"] = {}
        mine.get("data", {}).clear()
        assert json.dumps(generators[profile].envelope(i)) == before


# Nothing heavy on import, nothing left behind.


def test_importing_loads_neither_hypothesis_nor_schemathesis(elsewhere):
    assert elsewhere.loaded["import"] == []


def test_coherent_profiles_do_not_load_schemathesis(elsewhere):
    assert elsewhere.loaded["realistic"] == elsewhere.loaded["edge"] == ["hypothesis"]


def test_nothing_is_written_to_the_working_directory_or_home(elsewhere):
    assert list(elsewhere.folder.iterdir()) == []


if __name__ == "__main__":
    drawn_with = {name: version(name) for name in DRAWN_WITH}
    drawn = {profile: Generator(contract, seed=7, profile=profile) for profile in PROFILES}
    record = {"drawn with": drawn_with, "envelopes": golden_envelopes(drawn)}
    GOLDEN.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
