"""Files are written completely or not at all, never through a link, and keep their permissions."""

import ast
import os
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from migma_contract import whole_file
from migma_contract.whole_file import stream_number, why_unwritable, write_whole_file

pytestmark = [pytest.mark.attack("links"), pytest.mark.skipif(os.name == "nt", reason="links and modes of POSIX")]

ROOT = Path(__file__).parents[2]
PACKAGES = ("contract/migma_contract", "mock_server/migma_mock", "contract_tests/migma_contract_tests")


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_device_that_is_full_is_an_error_and_an_empty_one_is_not():
    with pytest.raises(OSError, match="No space left"):
        write_whole_file(Path("/dev/full"), "report")
    assert why_unwritable(Path("/dev/null")) == ""
    write_whole_file(Path("/dev/null"), "report")
    assert Path("/dev/null").is_char_device()


def test_a_named_pipe_gets_the_text(tmp_path):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    assert why_unwritable(pipe) == ""
    reader = threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    write_whole_file(pipe, "report")
    reader.join(600)
    assert (received, pipe.is_fifo()) == (["report"], True)


@pytest.mark.attack("slow-peers")
def test_a_pipe_that_nothing_reads_is_refused_after_a_while(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(whole_file, "READER_SECONDS", 0.0)
    with pytest.raises(TimeoutError, match="nothing read the pipe within 0 s"):
        write_whole_file(pipe, "report")


@pytest.mark.attack("slow-peers")
def test_a_pipe_may_get_its_reader_while_a_report_waits(tmp_path, monkeypatch):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    readers = []

    def read(_seconds):
        if not readers:
            readers.append(threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")), daemon=True))
            readers[0].start()

    monkeypatch.setattr(whole_file.time, "sleep", read)
    write_whole_file(pipe, "report" * 100_000)
    readers[0].join(600)
    assert received == ["report" * 100_000]


def test_a_file_in_place_of_a_device_is_refused(tmp_path, monkeypatch):
    """It was exchanged between two looks."""
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    monkeypatch.setattr(whole_file, "_is_special", lambda path: True)
    with pytest.raises(FileExistsError):
        write_whole_file(victim, "report")
    assert victim.read_text("utf-8") == "mine"


@pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_an_open_stream_is_written_where_it_stands_and_stays_open(tmp_path, form):
    """So ``>(command)`` of a shell works, and a file that the shell opened is not emptied."""
    with (tmp_path / "all.log").open("wb") as stream:
        stream.write(b"before, ")
        stream.flush()
        path = Path(form.format(stream.fileno()))
        assert why_unwritable(path) == ""
        write_whole_file(path, "report")
        stream.write(b", after")
    assert (tmp_path / "all.log").read_text("utf-8") == "before, report, after"


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/dev/stdout", 1),
        ("/dev/stderr", 2),
        ("/dev/fd/63", 63),
        ("/proc/self/fd/1", 1),
        ("/dev/fd/../shm/x", None),
        ("/dev/shm/stdout", None),
        ("/dev/fd/1/x", None),
        ("dev/stdout", None),
        ("/proc/1/fd/1", None),
        ("/dev/fd/99999999999", None),
    ],
)
def test_only_the_names_of_open_streams_are_streams(path, number):
    """Anybody can make links in /dev/shm."""
    assert stream_number(Path(path)) == number


def test_a_closed_stream_is_refused_before_anything_is_sent():
    assert why_unwritable(Path("/dev/fd/987654")) == "Bad file descriptor"


WRITING = {"write_text", "write_bytes", "touch", "mkdir", "makedirs", "mkstemp", "mkdtemp", "NamedTemporaryFile"}
EXPECTED = {
    "contract/migma_contract/command_exit.py": ["os.open"],  # the null device, to be ended quietly
    "contract/migma_contract/openapi/sources/kept_document.py": ["path.parent.mkdir"],  # of this user alone
    "contract/migma_contract/whole_file.py": ["open", "open", "os.open", "os.open", "os.open", "temporary.open"],
    "mock_server/migma_mock/campaigns/fixture_writer.py": ["path.parent.mkdir"],
    "mock_server/migma_mock/http/log_writer.py": ["open"],  # standard error, which is open
}


def writes(source):
    """Yield the calls in a module that may write a file."""
    opens_for_writing = any(flag in source for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        last = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if last not in {"open", *WRITING}:
            continue
        name = ast.unparse(node.func)
        modes = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        if name == "os.open":
            is_writing = opens_for_writing
        elif last == "open":
            is_writing = bool(modes) and not modes & {"r", "rb", "rt"}
        else:
            is_writing = isinstance(node.func, ast.Attribute)
        if is_writing:
            yield name


def test_every_file_is_written_by_one_function():
    """A second way to write files would need all of the above again."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    found = {str(file.relative_to(ROOT)): sorted(writes(file.read_text("utf-8"))) for file in files}
    assert {name: calls for name, calls in found.items() if calls} == EXPECTED
