"""Names of files are made from ids, and limit none."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sample_campaign import STATS

from migma_mock.api_keys import Key
from migma_mock.campaigns.file_names import file_name, id_of_file, is_campaign_file
from migma_mock.campaigns.fixture_writer import write_campaign
from migma_mock.campaigns.fixtures import KEYS_FILE, load_fixtures
from migma_mock.input_models import is_campaign_id

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).filter(is_campaign_id)


@pytest.mark.attack("hostile-input")
@given(IDS, IDS)
@example("keys", "KEYS")
@example("../../etc/passwd", "..%2f..%2fetc")
@example("a\0b", "con")
@example("x.schema", ".hidden")
@example("x" * 8000, "x" * 7999)
def test_a_name_is_a_visible_file_in_the_folder_for_that_id_alone(one, other):
    name = file_name(one)
    assert is_campaign_file(name)
    assert len(name.encode()) <= 255
    assert Path(name).name == name
    assert "\0" not in name
    assert name.isascii()
    assert name.lower() != KEYS_FILE
    assert (name == file_name(other)) is (one == other)


@given(IDS)
def test_the_id_can_be_read_back_from_a_name_that_is_not_cut(tmp_path_factory, one):
    path = tmp_path_factory.getbasetemp() / file_name(one)
    if len(path.stem) <= 200:
        assert id_of_file(path) == one


@pytest.mark.parametrize(
    "id_", ["a+b", "urn:x:1", "two words", "../up", "a/b", "keys", ".x", "a.schema", "é" * 500, "\0"]
)
def test_a_generated_campaign_of_any_id_is_saved_and_served(contract, tmp_path, id_):
    """Ids that no file can have as its name could not be saved."""
    path = write_campaign(tmp_path, id_, {"success": True, "data": STATS}, profile="realistic", seed=1)
    assert path.parent == tmp_path
    assert [*load_fixtures([tmp_path], contract, [Key(key="mgma_sk_test_any")]).campaigns] == [id_]
