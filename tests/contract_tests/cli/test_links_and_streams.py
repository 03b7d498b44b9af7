"""Reports and baselines are written to the file that the user named, or to an open stream, and through no link."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.attack("links"), pytest.mark.skipif(os.name == "nt", reason="links of POSIX")]

FORMATS = ["terminal", "json", "junit", "html", "sarif", "github", "markdown"]


@pytest.mark.parametrize("exists", [True, False], ids=["there", "dangling"])
@pytest.mark.parametrize("flags", [*(("--format", f"{name}=file") for name in FORMATS), ("--update-baseline",)])
def test_a_link_is_refused_before_anything_is_sent_and_stays_as_it_was(check, tmp_path, conforming, flags, exists):
    victim = tmp_path / "victim"
    if exists:
        victim.write_text('{"version": 1, "accepted": []}', "utf-8")
    (tmp_path / "file").symlink_to(victim)
    baseline = ("--baseline", "file") if flags == ("--update-baseline",) else ()
    done = check(*flags, *baseline)
    assert (done.returncode, done.stdout, conforming.requests) == (2, b"", [])
    assert b"a symbolic link; name the file that it leads to" in done.stderr
    assert (victim.exists(), (tmp_path / "file").is_symlink()) == (exists, True)
    if exists:
        assert victim.read_text("utf-8") == '{"version": 1, "accepted": []}'


def test_a_link_of_the_name_that_a_temporary_file_could_have_is_not_touched(check, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    for name in ("report.md.tmp", "report.md~", ".report.md.swp", "report.md.new", ".report.md.tmp"):
        (tmp_path / name).symlink_to(victim)
    assert check("--format", "markdown=report.md").returncode == 0
    assert victim.read_text("utf-8") == "mine"
    assert not (tmp_path / "report.md").is_symlink()


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_baseline_keeps_the_umask_and_an_updated_one_its_permissions(check, tmp_path, umask):
    old = os.umask(umask)
    try:
        assert check("--baseline", "known.json", "--update-baseline").returncode == 0
        first = (tmp_path / "known.json").stat().st_mode & 0o777
        (tmp_path / "known.json").chmod(0o640)
        assert check("--baseline", "known.json", "--update-baseline").returncode == 0
    finally:
        os.umask(old)
    assert (first, (tmp_path / "known.json").stat().st_mode & 0o777) == (0o666 & ~umask, 0o640)


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_the_name_of_standard_output_is_standard_output(check, path):
    """Without it, the report for people would follow in the same stream."""
    done = check("--format", f"json={path}")
    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == "conforms"


def test_two_reports_for_standard_output_are_refused_however_it_is_named(check, conforming):
    done = check("--format", "json=/dev/stdout", "--format", "terminal")
    assert (done.returncode, conforming.requests) == (2, [])
    assert b"got two for standard output" in done.stderr


def test_a_report_goes_to_a_stream_that_the_shell_opened(tmp_path, conforming, stage):
    """As with ``json=>(jq .)``, in whose place a shell puts ``/dev/fd/63``."""
    reads, writes = os.pipe()
    command = [sys.executable, "-m", "migma_contract_tests", "check", "--quiet", "--format", f"json=/dev/fd/{writes}"]
    environment = {
        **os.environ,
        "MIGMA_BASE_URL": conforming.url,
        "MIGMA_API_KEY": stage.key,
        "MIGMA_CAMPAIGN_IDS": stage.campaign,
    }
    with subprocess.Popen(command, cwd=tmp_path, env=environment, pass_fds=(writes,)) as process:
        os.close(writes)
        with os.fdopen(reads, "rb") as stream:
            report = stream.read()
    assert process.returncode == 0
    assert json.loads(report)["verdict"] == "conforms"
    assert list(tmp_path.iterdir()) == []


def test_a_baseline_is_not_written_to_a_stream(check, conforming):
    done = check("--baseline", "/dev/stdout", "--update-baseline")
    assert (done.returncode, conforming.requests) == (2, [])
    assert b"a device or a pipe" in done.stderr
