"""The same id gets the same campaign everywhere, and drawing it leaves no trace.

``PYTHONPATH=. python tests/mock_server/test_generation_sameness.py`` writes the golden file anew.
"""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import configuration, given, settings
from hypothesis import strategies as st

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.generation import PROFILES, Generator, campaign_ids

GOLDEN = Path(__file__).with_name("golden_generation.json")
RENEW = "PYTHONPATH=. python tests/mock_server/test_generation_sameness.py"
DRAWN_WITH = ("hypothesis", "schemathesis")
GOLDEN_IDS = ["0123456789abcdef01234567", "f" * 24, "", "not hexadecimal 🦊"]

contract = load_contract(openapi_path())


def golden_envelopes():
    return {
        profile: {i: generator.envelope(i) for i in GOLDEN_IDS}
        for profile in PROFILES
        for generator in [Generator(contract, seed=0, profile=profile)]
    }


# The same id, the same answer.


def test_golden():
    """Campaigns stay as they are until a release of Hypothesis draws differently, which users must be told."""
    golden = json.loads(GOLDEN.read_text("utf-8"))
    now = {name: version(name) for name in DRAWN_WITH}
    if golden_envelopes() != golden["envelopes"]:
        cause = "by a change in mock_server/generation" if now == golden["drawn with"] else f"with {now}"
        pytest.fail(
            f"Generated campaigns differ from those drawn with {golden['drawn with']}, {cause}. If that is meant, "
            f"say in CHANGELOG.md that generated campaigns change, and run: {RENEW}"
        )


PRINT_ANSWERS = """
import json, sys
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.generation import PROFILES, Generator
contract = load_contract(openapi_path())
ids = json.loads(sys.argv[1])
answers = {p: {} for p in PROFILES}
for p in PROFILES:
    generator = Generator(contract, seed=7, profile=p)
    for i in ids:
        answers[p][i] = generator.envelope(i)
print(json.dumps(answers))
"""


@pytest.fixture
def run_python(tmp_path, request):
    """Runs code in another process, in an empty directory that is its home too."""

    def run(code, *arguments, hash_seed="0", **environment):
        empty = tmp_path / f"run{hash_seed}"
        empty.mkdir(exist_ok=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("HYPOTHESIS", "PYTEST", "CI"))}
        env |= {"PYTHONPATH": str(request.config.rootpath), "PYTHONHASHSEED": hash_seed, "HOME": str(empty)}
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            capture_output=True,
            check=False,
            cwd=empty,
            env=env | environment,
            text=True,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return result.stdout, empty

    return run


def test_processes_agree_whatever_their_hash_seed_order_and_environment(run_python, generators):
    """Nor does CI, where Hypothesis loads a profile of its own, change anything."""
    ids = [*campaign_ids(5, 30), "", "🦊"]
    here = {profile: {i: g.envelope(i) for i in ids} for profile, g in generators.items()}
    one, _ = run_python(PRINT_ANSWERS, json.dumps(ids), hash_seed="1")
    other, _ = run_python(PRINT_ANSWERS, json.dumps(ids[::-1]), hash_seed="2", CI="true")
    assert json.loads(one) == json.loads(other) == here


def test_source_of_loaded_modules_does_not_matter(run_python, tmp_path):
    """Hypothesis draws constants that it finds in local modules; generated campaigns must not depend on them."""
    constants = tmp_path / "app_constants.py"
    constants.write_text("A = " + repr([*range(-700, 700, 7), *(n + 0.5 for n in range(200)), "text"]))
    ids = json.dumps(campaign_ids(5, 40))
    plain, _ = run_python(PRINT_ANSWERS, ids)
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import app_constants\n"
    beside, _ = run_python(path + PRINT_ANSWERS, ids)
    assert json.loads(beside) == json.loads(plain)


def test_answers_are_the_same_inside_a_property_test_of_the_user(profile, generators):
    @settings(max_examples=1, database=None, deadline=None)
    @given(st.integers())
    def users_test(_number):
        inside = Generator(contract, seed=7, profile=profile)
        assert [inside.envelope(i) for i in GOLDEN_IDS] == [generators[profile].envelope(i) for i in GOLDEN_IDS]

    users_test()


def test_users_hypothesis_and_random_are_as_they_were(profile, generators):
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


def test_threads_share_one_pool(profile, generators):
    generator = Generator(contract, seed=7, profile=profile)
    assert not generator.ready
    with ThreadPoolExecutor(8) as threads:
        for prepared in [threads.submit(generator.prepare) for _ in range(16)]:
            prepared.result()
        assert generator.ready
        drawn = list(threads.map(generator.envelope, campaign_ids(2, 200)))
    assert drawn == [generators[profile].envelope(i) for i in campaign_ids(2, 200)]


def test_an_answer_is_the_callers_own(profile, generators):
    """Changing what came back changes no later answer."""
    for i in campaign_ids(4, 20):
        before = json.dumps(generators[profile].envelope(i))
        mine = generators[profile].envelope(i)
        mine["metadata"] = {}
        mine.get("data", {}).clear()
        assert json.dumps(generators[profile].envelope(i)) == before


# Nothing heavy on import, nothing left behind.


def test_import_loads_neither_hypothesis_nor_schemathesis(run_python):
    heavy = "{'hypothesis', 'schemathesis', 'pytest'} & sys.modules.keys()"
    printed, _ = run_python(f"import sys, migma_mock.generation as g; g.campaign_ids(1, 2); print({heavy})")
    assert printed.strip() == "set()"


def test_coherent_profiles_do_without_schemathesis(run_python):
    printed, _ = run_python(
        PRINT_ANSWERS.replace("in PROFILES", "in ('realistic', 'edge')") + "print('schemathesis' in sys.modules)",
        json.dumps(["x"]),
    )
    assert printed.splitlines()[-1] == "False"


def test_nothing_is_written_to_working_directory_or_home(run_python):
    _, empty = run_python(PRINT_ANSWERS, json.dumps(campaign_ids(5, 5)))
    assert list(empty.iterdir()) == []


if __name__ == "__main__":
    drawn_with = {name: version(name) for name in DRAWN_WITH}
    record = {"drawn with": drawn_with, "envelopes": golden_envelopes()}
    GOLDEN.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
