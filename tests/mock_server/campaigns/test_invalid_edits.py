"""While an edit of the fixtures is invalid, the last valid set is served, and every response says so."""

import json
import os

import httpx
import pytest
from editing import until

from migma_contract.errors import FixtureError
from migma_contract.resources import fixtures_path
from migma_mock import MockServer

HEADER = "X-Mock-Fixtures"


def campaign(path, id_):
    document = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_text("utf-8"))
    path.write_text(json.dumps(document | {"id": id_}), encoding="utf-8")


def test_every_response_says_so_until_the_edit_is_fixed(tmp_path):
    campaign(tmp_path / "mine.json", "mine")
    with MockServer(fixtures=tmp_path, reload=False) as mock, httpx.Client(headers=mock.auth_headers) as client:

        def marks():
            urls = [mock.stats_url("mine"), mock.stats_url("nobody"), f"{mock.base_url}/__mock__/health"]
            answers = [client.get(url) for url in urls]
            answers.append(client.post(urls[0]))
            assert [answer.status_code for answer in answers] == [200, 404, 200, 405]
            return {answer.headers.get(HEADER) for answer in answers}

        assert marks() == {None}
        (tmp_path / "mine.json").write_text("{", encoding="utf-8")
        assert mock.mock.reload_fixtures()
        until(lambda: marks() == {"last-good"}, "the header")
        campaign(tmp_path / "mine.json", "mine")
        assert mock.mock.reload_fixtures() == []
        until(lambda: marks() == {None}, "no header")


@pytest.mark.attack("hostile-input")
@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
def test_a_pipe_or_a_device_in_place_of_a_file_is_an_invalid_edit_that_is_not_waited_for(tmp_path):
    """The watcher would read it forever, and the server could not stop."""
    path = tmp_path / "mine.json"
    campaign(path, "mine")
    with MockServer(fixtures=tmp_path) as mock, httpx.Client(headers=mock.auth_headers) as client:
        for make, got in ((os.mkfifo, "a pipe"), (lambda path: path.symlink_to("/dev/zero"), "a device")):
            path.unlink()
            make(path)
            until(lambda got=got: [each.got for each in mock.mock.fixture_errors] == [got], got)
            assert client.get(mock.stats_url("mine")).status_code == 200
        path.unlink()
        campaign(path, "mine")
        until(lambda: not mock.mock.fixture_errors, "the valid file")


def test_an_id_in_several_files_is_one_problem_that_names_all_of_them(tmp_path):
    """It was reported once for each file."""
    paths = [tmp_path / name for name in ("copy.json", "original.json", "third.json")]
    for path in paths:
        campaign(path, "mine")
    campaign(tmp_path / "other.json", "other")
    with pytest.raises(FixtureError) as refused:
        MockServer(fixtures=tmp_path, reload=False)
    (problem,) = refused.value.problems
    assert (problem.file, problem.pointer) == (str(paths[2]), "/id")
    assert problem.got == f"'mine', which {paths[0]} at /id and {paths[1]} at /id have too"
