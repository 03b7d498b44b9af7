"""Generated ids are the same on every run, whatever the environment."""

import pytest
from hypothesis import configuration

from migma_contract_tests.probes.generated_ids import generated_ids


@pytest.fixture
def home(tmp_path):
    """A home folder of Hypothesis that the user chose."""
    kept = vars(configuration)["__hypothesis_home_directory"]
    configuration.set_hypothesis_home_dir(tmp_path)
    yield tmp_path
    configuration.set_hypothesis_home_dir(kept)


def test_hypothesis_keeps_the_home_folder_of_the_user(contract, home):
    generated_ids(contract, 3)
    assert configuration.storage_directory(intent_to_write=False).path == home


def test_the_requested_number_of_different_ids_is_generated(contract):
    ids = generated_ids(contract, 30)
    assert len(set(ids)) == len(ids) == 30
    assert generated_ids(contract, 0) == []
