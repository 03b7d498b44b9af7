"""Kept documents: bounded, and used only if nobody else can have written them."""

import os
import stat
import sys

import pytest

from migma_contract.openapi import load_contract
from migma_contract.openapi.sources.kept_document import MAX_KEPT, cache_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the cache folder of other systems has no variable")


def test_only_the_user_can_read_and_write_what_is_kept(server, cache):
    load_contract(server.url)
    (file,) = cache.iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.attack("links")
@pytest.mark.parametrize("kind", ["a folder that others write", "a file that others write", "a link", "another owner"])
def test_what_somebody_else_may_have_written_is_not_used(server, cache, tmp_path, kind):
    """It is fetched again, and the notices say why."""
    load_contract(server.url)
    (file,) = cache.iterdir()
    if kind == "a folder that others write":
        cache.chmod(0o777)
    elif kind == "a file that others write":
        file.chmod(0o666)
    elif kind == "a link":
        file.rename(tmp_path / "planted")
        file.symlink_to(tmp_path / "planted")
    elif os.geteuid():
        pytest.skip("only root can give a file to another user")
    else:
        os.chown(file, 1, 1)
    planted = file.read_bytes()
    contract = load_contract(server.url)
    assert len(server.requests) == 2
    assert "is not used:" in contract.notices[1]
    if kind == "a folder that others write":
        assert "each start fetches it again" in contract.notices[2]
    else:
        load_contract(server.url)
        assert len(server.requests) == 2
    assert kind != "a link" or (tmp_path / "planted").read_bytes() == planted


@pytest.mark.parametrize("content", [b"", b"{}\n{}", b"[]\nx", b"\xff\xff", b'{"sha256": "0", "fetched": 1}\nx'])
def test_a_damaged_file_is_fetched_again(server, cache, content):
    load_contract(server.url)
    (file,) = cache.iterdir()
    file.write_bytes(content)
    assert any("it is damaged" in notice for notice in load_contract(server.url).notices)
    assert len(server.requests) == 2


def test_the_number_of_kept_documents_is_bounded(server, cache):
    for number in range(MAX_KEPT + 3):
        load_contract(f"{server.url}/{number}")
    assert len(list(cache.iterdir())) == MAX_KEPT


def test_a_folder_that_cannot_be_used_is_no_error(server, cache):
    """As in a container without a home: the document is fetched at each start."""
    cache.parent.write_text("a file")
    assert "each start fetches it again" in load_contract(server.url).notices[1]


def test_the_folder_is_the_one_of_the_system(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache/migma-mock"
