"""Generated ids are drawn as campaigns are: the same on every run, whatever is around."""

import pytest
from hypothesis import configuration

from migma_contract_tests.probes.generated_ids import generated_ids


@pytest.fixture
def home(tmp_path):
    """One that is the user's own."""
    kept = vars(configuration)["__hypothesis_home_directory"]
    configuration.set_hypothesis_home_dir(tmp_path)
    yield tmp_path
    configuration.set_hypothesis_home_dir(kept)


def test_hypothesis_keeps_the_home_that_the_user_gave_it(contract, home):
    generated_ids(contract, 3)
    assert configuration.storage_directory(intent_to_write=False).path == home


def test_as_many_as_asked_for_none_twice(contract):
    ids = generated_ids(contract, 30)
    assert len(set(ids)) == len(ids) == 30
    assert generated_ids(contract, 0) == []
