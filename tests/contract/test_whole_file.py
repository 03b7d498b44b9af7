"""Files are written completely or not at all, never through a link, and keep their permissions."""

import os
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from migma_contract import whole_file
from migma_contract.whole_file import why_unwritable, write_whole_file

pytestmark = [pytest.mark.attack("links"), pytest.mark.skipif(os.name == "nt", reason="links and modes of POSIX")]


@contextmanager
def umask(value):
    old = os.umask(value)
    try:
        yield
    finally:
        os.umask(old)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("leads_to", ["victim", "nowhere", "folder", "file.json", "/dev/null", "loop"])
def test_nothing_is_written_through_a_link_dangling_or_not(tmp_path, leads_to):
    (tmp_path / "victim").write_text("mine", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.json").write_text("{}", "utf-8")
    link = tmp_path / "loop"
    link.symlink_to(leads_to)
    before = names(tmp_path)
    assert "symbolic link" in why_unwritable(link)
    with pytest.raises(OSError, match="symbolic link"):
        write_whole_file(link, "report")
    assert (tmp_path / "victim").read_text("utf-8") == "mine"
    assert (names(tmp_path), link.is_symlink()) == (before, True)


def test_a_link_that_appears_while_a_file_is_written_is_replaced_not_followed(tmp_path, monkeypatch):
    victim, report = tmp_path / "victim", tmp_path / "report.md"
    victim.write_text("mine", "utf-8")
    beside = whole_file._beside

    def attack(path):
        report.symlink_to(victim)
        return beside(path)

    monkeypatch.setattr(whole_file, "_beside", attack)
    write_whole_file(report, "report")
    assert (victim.read_text("utf-8"), report.read_text("utf-8"), report.is_symlink()) == ("mine", "report", False)


def test_a_link_with_the_name_of_the_temporary_file_is_not_followed(tmp_path, monkeypatch):
    """Its name cannot be guessed; if it could, the file would still have to be new."""
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    monkeypatch.setattr(whole_file, "_beside", lambda path: path.with_name("temporary"))
    (tmp_path / "temporary").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_whole_file(tmp_path / "report.md", "report")
    assert victim.read_text("utf-8") == "mine"


def test_temporary_names_differ(tmp_path):
    assert len({whole_file._beside(tmp_path / "report.md") for _ in range(100)}) == 100


def test_other_names_of_a_file_keep_its_content(tmp_path):
    victim, report = tmp_path / "victim", tmp_path / "report.md"
    victim.write_text("mine", "utf-8")
    report.hardlink_to(victim)
    write_whole_file(report, "report")
    assert (victim.read_text("utf-8"), report.read_text("utf-8")) == ("mine", "report")


def test_a_folder_that_is_a_link_is_the_folder_it_leads_to(tmp_path):
    """Home folders and /tmp are links on some systems; who can change a folder's link can replace the file anyway."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert why_unwritable(tmp_path / "link" / "report.md") == ""
    write_whole_file(tmp_path / "link" / "report.md", "report")
    assert (tmp_path / "real" / "report.md").read_text("utf-8") == "report"


@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0o000, 0o666)])
def test_a_new_file_has_the_permissions_of_the_umask(tmp_path, mask, expected):
    with umask(mask):
        write_whole_file(tmp_path / "known.json", "{}")
    assert mode(tmp_path / "known.json") == expected


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("old", [0o600, 0o640, 0o664, 0o666])
def test_a_replaced_file_keeps_its_permissions_whatever_the_umask(tmp_path, mask, old):
    file = tmp_path / "known.json"
    file.write_text("old", "utf-8")
    file.chmod(old)
    with umask(mask):
        write_whole_file(file, "new")
    assert (file.read_text("utf-8"), mode(file)) == ("new", old)


def test_what_replaces_a_private_file_is_never_readable_for_others(tmp_path, monkeypatch):
    file, seen = tmp_path / "known.json", []
    file.write_text("old", "utf-8")
    file.chmod(0o600)
    take_over = whole_file._take_over
    monkeypatch.setattr(
        whole_file,
        "_take_over",
        lambda old, number: (seen.append(stat.S_IMODE(os.fstat(number).st_mode)), take_over(old, number)),
    )
    with umask(0):
        write_whole_file(file, "new")
    assert seen == [0o600]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_replaced_file_keeps_its_owner_if_the_user_may_give_it_away(tmp_path):
    file = tmp_path / "known.json"
    file.write_text("old", "utf-8")
    os.chown(file, 12345, 12346)
    write_whole_file(file, "new")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12346)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("make", [Path.touch, os.mkfifo], ids=["file", "pipe"])
@pytest.mark.parametrize(
    ("mode", "owner", "refused"), [(0o1777, 12345, True), (0o1777, 0, False), (0o755, 12345, False)]
)
def test_what_another_user_put_into_a_shared_folder_is_refused(tmp_path, make, mode, owner, refused):
    """Its owner could read and change the report; in a folder of one's own, it was put there on purpose."""
    shared = tmp_path / "shared"
    shared.mkdir()
    file = shared / "report.md"
    make(file)
    os.chown(file, owner, owner)
    shared.chmod(mode)
    assert ("a file of another user" in why_unwritable(file)) is refused
    if refused:
        with pytest.raises(PermissionError, match="another user"):
            write_whole_file(file, "report")
        assert (names(shared), file.stat().st_uid) == (["report.md"], owner)


@contextmanager
def ordinary_user():
    """Root may write anywhere."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("is_there", [True, False])
def test_in_a_folder_where_no_file_can_be_made_nothing_is_written(is_there):
    """Writing into the old file would be a way around: it could end half-way, and its other names would change too."""
    with tempfile.TemporaryDirectory() as folder:  # other users cannot enter those of pytest
        file = Path(folder) / "known.json"
        if is_there:
            file.write_text("old", "utf-8")
            file.chmod(0o666)
        Path(folder).chmod(0o555)
        with ordinary_user():
            assert "permission" in why_unwritable(file).lower()
            with pytest.raises(PermissionError):
                write_whole_file(file, "new")
        Path(folder).chmod(0o755)
        assert [path.read_text("utf-8") for path in Path(folder).iterdir()] == (["old"] if is_there else [])


FULL = """
import resource, sys
from pathlib import Path
from migma_contract.whole_file import write_whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole_file(Path(sys.argv[1]), "x" * 5000)
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.parametrize("old", ["old", None])
def test_a_full_disk_leaves_the_old_file_whole_and_no_other(tmp_path, old):
    """A process that may write no file of more than 1,000 bytes."""
    if old is not None:
        (tmp_path / "known.json").write_text(old, "utf-8")
    command = [sys.executable, "-c", FULL, str(tmp_path / "known.json")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == "File too large\n"
    assert [path.read_text("utf-8") for path in tmp_path.iterdir()] == ([] if old is None else [old])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device"), MemoryError()])
def test_whatever_stops_the_replacement_no_other_file_is_left(tmp_path, monkeypatch, error):
    def stop(*_):
        raise error

    monkeypatch.setattr(whole_file.Path, "replace", stop)
    with pytest.raises(type(error)):
        write_whole_file(tmp_path / "known.json", "{}")
    assert names(tmp_path) == []
