"""While an edit of the fixtures is broken, the last good set is served, and every answer says so."""

import json
import time

import httpx
import pytest

from migma_contract.errors import FixtureError
from migma_contract.resources import fixtures_path
from migma_mock import MockServer

HEADER = "X-Mock-Fixtures"


def campaign(path, id_):
    document = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_text("utf-8"))
    path.write_text(json.dumps(document | {"id": id_}), encoding="utf-8")


def until(condition):
    """Waits for a condition of which nobody tells: that the event loop has had a turn."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_answer_says_so_until_the_edit_is_mended(tmp_path):
    campaign(tmp_path / "mine.json", "mine")
    with MockServer(fixtures=tmp_path, reload=False) as mock, httpx.Client(headers=mock.headers) as client:

        def marks():
            urls = [mock.stats_url("mine"), mock.stats_url("nobody"), f"{mock.base_url}/__mock__/health"]
            answers = [client.get(url) for url in urls]
            answers.append(client.post(urls[0]))
            assert [answer.status_code for answer in answers] == [200, 404, 200, 405]
            return {answer.headers.get(HEADER) for answer in answers}

        assert marks() == {None}
        (tmp_path / "mine.json").write_text("{", encoding="utf-8")
        assert mock.app.reload_fixtures()
        until(lambda: marks() == {"last-good"})
        campaign(tmp_path / "mine.json", "mine")
        assert mock.app.reload_fixtures() == []
        until(lambda: marks() == {None})


def test_an_id_of_several_files_is_told_at_each_of_them_with_the_others(tmp_path):
    paths = [tmp_path / name for name in ("copy.json", "original.json", "third.json")]
    for path in paths:
        campaign(path, "mine")
    campaign(tmp_path / "other.json", "other")
    with pytest.raises(FixtureError) as refused:
        MockServer(fixtures=tmp_path, reload=False)
    problems = refused.value.problems
    assert [(problem.file, problem.pointer) for problem in problems] == [(str(path), "/id") for path in paths]
    for problem in problems:
        assert problem.got.startswith("'mine', as has ")
        assert all((f"{path} at /id" in problem.got) is (str(path) != problem.file) for path in paths)
