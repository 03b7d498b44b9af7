"""Settings at their edges: refused before anything is sent, with exit code 2 and what would do."""

import os
import threading
from pathlib import Path

import pytest

from migma_contract import whole_file
from migma_contract_tests.results.baseline_file import BaselineError, load_baseline

REMOTE = "http://api.example.com"


@pytest.fixture
def refused(check, conforming):
    """Run ``check`` and return its message; it sends nothing and ends with exit code 2."""

    def refused(*arguments, **environment):
        done = check(*arguments, **environment)
        message = done.stderr.decode()
        assert done.returncode == 2, message
        assert "Traceback" not in message
        assert done.stdout == b""
        assert conforming.requests == []
        return message

    return refused


@pytest.mark.parametrize(
    ("count", "cap", "needed"), [(8, 10, 11), (1, 3, 4), (1, 1, 4), (40, 10, 43), (9000, 10, 9003)]
)
def test_too_many_campaigns_for_the_cap_are_refused_with_the_cap_that_would_do(refused, count, cap, needed):
    ids = ",".join(f"{number:024x}" for number in range(1, count + 1))
    message = refused("--max-requests", cap, MIGMA_CAMPAIGN_IDS=ids)
    assert f"--max-requests: expected {needed} or more for a verdict on" in message
    assert f"Set --max-requests to {needed}" in message


@pytest.mark.parametrize("count", [1, 7])
def test_the_cap_that_would_do_does(run, stage, count):
    ids = [f"{number:024x}" for number in range(1, count + 1)]
    flags = ("--base-url", "http://localhost:1", "--max-requests", count + 3, "--plan")
    done = run("check", *flags, *(f"--campaign-id={one}" for one in ids))
    assert done.returncode == 0
    assert f"{count + 3} requests, and at most 0 more" in done.stdout.decode()


@pytest.mark.attack("key-elsewhere")
def test_a_key_goes_over_http_to_another_machine_only_if_allowed(run, stage, refused):
    assert "https URL, since http does not encrypt the API key" in refused("--base-url", REMOTE)
    allowed = run("check", "--plan", "--allow-http", "--base-url", REMOTE, MIGMA_API_KEY=stage.key)
    assert allowed.returncode == 0
    assert f"GET {REMOTE}/v1/campaigns/" in allowed.stdout.decode()


@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://mock:1", "http://localhost:1"])
def test_a_key_that_was_not_sent_is_no_caution_and_no_message_has_the_number_of_an_error(check, url):
    """A key is sent only over a connection."""
    done = check("--allow-http", "--base-url", url, "--rate", "1000/s", url=url)
    assert done.returncode == 3
    output = done.stdout.decode()
    assert "no request got an answer: " in output or output.count("no response") == 0
    for unwanted in ("The key was sent", "cautions", "Errno"):
        assert unwanted not in output


def test_a_key_that_was_allowed_to_go_over_http_is_a_caution_in_the_report(check, stage, conforming):
    done = check("--allow-http", "--proxy", conforming.url, "--base-url", REMOTE, "--rate", "1000/s", url=REMOTE)
    assert "The key was sent over http, which is not encrypted." in done.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--timeout", "1e308"], "--timeout: expected seconds, more than 0, at most 3600, got '1e308'"),
        (["--timeout", "-1"], "--timeout: expected seconds"),
        (["--timeout", "10s"], "--timeout: expected seconds"),
        (["--timeout", ""], "--timeout: expected seconds"),
        (["--samples", "1000000000"], "--samples: expected a whole number, from 1 to 100"),
        (["--samples", "9" * 5000], "--samples: expected a whole number, from 1 to 100"),
        (["--max-requests", "1e3"], "--max-requests: expected a whole number, from 1 to 10000"),
        (["--fuzz", "-1"], "--fuzz: expected a whole number, from 0 to 10000"),
        (["--rate", "0/m"], "--rate: expected requests per time"),
        (["--rate", ""], "--rate: expected requests per time"),
        (["--base-url", ""], "--base-url: expected"),
        (["--base-url", "localhost:4010"], "Write http://localhost:4010."),
        (["--campaign-id", ""], "--campaign-id: expected the id of a campaign, got nothing"),
        (["--campaign-id", " , "], "--campaign-id: expected the id of a campaign, got nothing"),
        (["--proxy", ""], "--proxy: expected an http or https URL of a proxy"),
        (["--proxy", "http://me:hunter2@"], "--proxy: expected an http or https URL of a proxy"),
        (["--baseline", "."], "Name a file in this folder: --baseline known.json."),
        (["--baseline", ".", "--update-baseline"], "expected a file that can be written, got a folder"),
        (["--baseline", "no/such/known.json"], "There is no folder no/such."),
        (["--baseline", "no/such/known.json", "--update-baseline"], "got no folder no/such"),
        (
            ["--baseline", os.devnull, "--update-baseline"],
            "expected a file that can be written, got a device or a pipe",
        ),
        (["--api-key-file", "."], "--api-key-file .: expected a readable file with the key"),
        (
            ["--api-key-file", "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"],
            "--api-key-file [redacted]: expected a readable file",
        ),
    ],
)
def test_an_edge_is_refused_in_plain_words(refused, arguments, says):
    message = refused(*arguments)
    assert says in message
    assert "hunter2" not in message


def test_the_advice_for_a_missing_baseline_works(check, refused, tmp_path):
    message = refused("--baseline", "known.json")
    (advice,) = [line for line in message.splitlines() if line.startswith("Write one with ")]
    arguments = advice.removeprefix("Write one with ").rstrip(".").split()
    assert check(*arguments).returncode == 0
    assert (tmp_path / "known.json").is_file()


def test_a_whole_env_file_is_a_key_file(check, tmp_path, stage):
    (tmp_path / ".env").write_text(f'# keys\nOTHER=1\nexport MIGMA_API_KEY="{stage.key}"\n', encoding="utf-8")
    assert check("--api-key-file", ".env", MIGMA_API_KEY="").returncode == 0


def test_pasted_values_of_variables_are_understood(run, stage, conforming):
    done = run(
        "check",
        MIGMA_BASE_URL=f"'{conforming.url}/v1/campaigns/{stage.campaign}/stats'\r",
        MIGMA_API_KEY=f'Authorization: Bearer "{stage.key}"\r\n',
        MIGMA_CAMPAIGN_IDS=f'["{stage.campaign}"]',
    )
    assert done.returncode == 0, done.stderr
    assert {request.path for request in conforming.requests} >= {f"/v1/campaigns/{stage.campaign}/stats"}


def test_the_campaign_of_a_pasted_url_is_read_if_no_other_is_named(run, stage, conforming):
    done = run("check", MIGMA_BASE_URL=f"{conforming.url}/v1/campaigns/{stage.campaign}/stats", MIGMA_API_KEY=stage.key)
    assert done.returncode == 0, done.stderr


def test_the_url_of_another_campaign_than_the_named_ones_is_refused(refused, stage, conforming):
    other = "507f191e810c19729de860ea"
    message = refused("--base-url", f"{conforming.url}/v1/campaigns/{other}/stats")
    assert f"--base-url: expected the base URL of the API, or the URL of campaign {stage.campaign}" in message
    assert f"got the URL of campaign {other}\nTo read that one, use --campaign-id {other}." in message


@pytest.mark.attack("links")
@pytest.mark.parametrize("flags", [("--format", "json=file.json"), ("--update-baseline", "--baseline", "file.json")])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_file_that_cannot_be_written_exits_2_and_leaves_the_old_one(check, tmp_path, monkeypatch, flags, error):
    old = '{"version": 1, "accepted": []}'
    (tmp_path / "file.json").write_text(old, encoding="utf-8")
    monkeypatch.setattr(whole_file.Path, "replace", _raising(error))
    done = check(*flags)
    assert done.returncode == 2
    assert error.strerror in done.stderr.decode()
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("file.json", old)]


@pytest.mark.attack("links")
def test_ctrl_c_while_a_report_is_written_is_no_drift_and_leaves_no_file(check, tmp_path, monkeypatch):
    monkeypatch.setattr(whole_file.Path, "replace", _raising(KeyboardInterrupt()))
    done = check("--format", "json=report.json")
    assert (done.returncode, done.stdout) == (130, b"")
    assert done.stderr == b"migma-contract: stopped without a verdict\n"
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_key_is_read_is_no_drift(check, monkeypatch):
    monkeypatch.setattr("migma_contract_tests.cli.check_options.read_key", _raising(KeyboardInterrupt()))
    assert check("--api-key-file", "key.txt").returncode == 130


def _raising(error):
    def raise_error(*_):
        raise error

    return raise_error


FILE_OPTIONS = {
    "a report": ("--format", "json={}"),
    "a new baseline": ("--update-baseline", "--baseline", "{}"),
    "a baseline": ("--baseline", "{}"),
    "a key": ("--api-key-file", "{}"),
    "a contract": ("--contract", "{}"),
    "certificates": ("--base-url", "https://localhost:1", "--ca-bundle", "{}"),
}
NO_FILES = {
    "loop.json": "a symbolic link that leads to itself",
    "loop/x.json": "a symbolic link that leads to itself",
    "file.json/x.json": "",
    "x" * 300 + ".json": "a name that is too long for a file",
    "x" * 300 + "/x.json": "a name that is too long for a file",
    "folder": "",
    "folder/": "",
    "no/such/x.json": "",
    "dangling.json": "",
    "/proc/x.json": "",
}


@pytest.mark.attack("hostile-input")
@pytest.mark.skipif(os.name == "nt", reason="links and folders of POSIX")
@pytest.mark.parametrize("path", NO_FILES, ids=lambda path: repr(path[-9:]))
@pytest.mark.parametrize("flags", FILE_OPTIONS.values(), ids=FILE_OPTIONS)
def test_a_path_that_no_file_can_have_is_refused_in_a_line_with_the_option_and_the_path(refused, tmp_path, flags, path):
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling.json").symlink_to("no/such/x.json")
    (tmp_path / "file.json").write_text("{}", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    message = refused(*(flag.format(path) for flag in flags))
    option = next(flag for flag in reversed(flags) if flag.startswith("--"))
    first = message.splitlines()[0]
    assert f"{option} {flags[-1].format(path.rstrip('/') if option != '--format' else path)}: expected " in first
    assert first.endswith(NO_FILES[path])
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.attack("hostile-input")
@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX")
@pytest.mark.parametrize("what", ["a baseline", "a key", "a contract", "certificates"])
def test_a_device_or_a_huge_file_is_refused_and_not_read_to_its_end(refused, tmp_path, what):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(60_000_000_000)
    assert "got a device" in refused(*(flag.format("/dev/zero") for flag in FILE_OPTIONS[what]))
    assert "got more than " in refused(*(flag.format("huge") for flag in FILE_OPTIONS[what]))


def test_an_empty_file_of_certificates_does_not_make_those_of_the_system_trusted(refused, tmp_path):
    (tmp_path / "empty.pem").touch()
    assert "got no certificates" in refused("--base-url", "https://localhost:1", "--ca-bundle", "empty.pem")


@pytest.mark.attack("hostile-input")
def test_a_zero_byte_in_a_path_is_refused(refused):
    assert "a name that no file can have" in refused("--format", "json=a\0.json")
    with pytest.raises(BaselineError, match="a name that no file can have"):
        load_baseline(Path("a\0.json"))


def test_a_new_report_leaves_no_other_file(check, tmp_path):
    """To see before the check that it can be written, a file is made and removed."""
    assert check("--format", "json=report.json", "--plan").returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert check("--format", "json=report.json").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_a_baseline_with_a_byte_order_mark_is_read(check, tmp_path):
    """Editors on Windows write one."""
    (tmp_path / "known.json").write_text('{"version": 1, "accepted": []}', encoding="utf-8-sig")
    assert check("--baseline", "known.json").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="named pipes of POSIX")
def test_a_report_goes_into_a_named_pipe(check, tmp_path):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert check("--format", "json=pipe", "--quiet").returncode == 0
    reader.join(600)
    assert received[0].startswith(b"{")
