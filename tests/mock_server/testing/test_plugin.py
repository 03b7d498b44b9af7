"""The pytest plugin, in separate runs of pytest."""

import subprocess
import sys

from migma_mock import pytest_plugin

pytest_plugins = ["pytester"]

ISOLATED = """
@pytest.mark.parametrize("number", range(6))
def test_one(migma_mock, number):
    assert (migma_mock.requests, migma_mock.faults) == ([], [])
    assert ask(migma_mock) == 404
    migma_mock.campaign("a", totalDelivered=number)
    migma_mock.rate_limit("2/min")
    assert ask(migma_mock) == 200
    migma_mock.fail(503)
    migma_mock.clock.freeze()
    migma_mock.assert_requested("a", times=2)
"""


def test_tests_are_isolated_from_each_other(run):
    run(ISOLATED).assert_outcomes(passed=6)


def test_workers_of_xdist_have_a_server_each(run, pytester):
    server = """
def test_server(migma_mock_server, worker_id):
    print(f"server of {worker_id}: {migma_mock_server.base_url}.")
"""
    arguments = ("-p", "xdist.plugin", "-n2", "--dist=each", "-rP")
    result = run(f"{ISOLATED}\n{server}", *arguments, method=pytester.runpytest_subprocess)
    result.assert_outcomes(passed=14)
    said = [line.split() for line in result.outlines if line.startswith("server of ")]
    assert len({worker for _, _, worker, _ in said}) == len({url for _, _, _, url in said}) == 2


# The report of a failing test.


def test_a_failing_test_shows_its_journal(run):
    result = run("""
def test_it(migma_mock):
    migma_mock.campaign("a")
    assert [ask(migma_mock), ask(migma_mock, "b")] == [200, 200]
""")
    result.assert_outcomes(failed=1)
    shown = [
        "*- migma_mock: requests and what decided each response -*",
        "<1: GET /v1/campaigns/a/stats 200, campaign a>",
    ]
    result.stdout.fnmatch_lines([*shown, "<2: GET /v1/campaigns/b/stats 404, unknown id>"])
    result.stdout.no_fnmatch_line("*mgma_sk_test_*")


def test_so_does_one_whose_fixture_fails_and_one_that_gets_the_account_late(run):
    result = run("""
@pytest.fixture
def client(migma_mock):
    assert ask(migma_mock) == 200

def test_fixture(client): pass

def test_late(request):
    assert ask(request.getfixturevalue("migma_mock"), "b") == 200
""")
    result.assert_outcomes(errors=1, failed=1)
    result.stdout.fnmatch_lines(["<1: GET /v1/campaigns/a/stats 404, unknown id>", "<1: GET /v1/campaigns/b/*"])


def test_a_passing_test_shows_nothing(run):
    result = run("def test_it(migma_mock): ask(migma_mock)\ndef test_without(): assert 0", "-rA")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*migma_mock: requests*")


def test_a_failed_assertion_points_to_the_test(run):
    result = run("def test_it(migma_mock): migma_mock.assert_requested('a')")
    result.stdout.fnmatch_lines(["E*AssertionError: campaign a: expected at least 1, got 0 of 0 requests"])
    result.stdout.no_fnmatch_line("*migma_mock/testing*")


def test_an_argument_error_points_to_the_test(run):
    result = run("""
def test_it(migma_mock):
    migma_mock.campaign("a", totalDelivered=3, openRate=0.5)
""")
    result.stdout.fnmatch_lines(
        [
            ">*migma_mock.campaign(*",
            "E *migma_mock.ArgumentError: campaign(openRate): expected 0.333333 or 0.666667, *, got 0.5.*",
            "test_client.py:*: ArgumentError",
        ]
    )
    result.stdout.no_fnmatch_line("*migma_mock/testing*")


# Every kind of test.


def test_a_test_case_of_unittest(run):
    result = run("""
import unittest

class TestClient(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _account(self, migma_mock):
        self.mock = migma_mock

    def setUp(self):
        self.mock.campaign("a")

    def test_it(self):
        self.assertEqual(ask(self.mock), 200)
        self.mock.assert_requested("a", times=1)

    def test_failing(self):
        self.assertEqual(ask(self.mock, "b"), 200)
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["<1: GET /v1/campaigns/b/stats 404, unknown id>"])


def test_an_asynchronous_test(run):
    run(
        """
import httpx
pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

async def test_over_a_socket(migma_mock):
    migma_mock.campaign("a")
    async with httpx.AsyncClient(headers=migma_mock.auth_headers) as client:
        assert (await client.get(migma_mock.stats_url("a"))).status_code == 200
    migma_mock.assert_requested("a", times=1)

async def test_in_process(migma_mock, migma_transport):
    migma_mock.fault("reset", times=1)
    async with httpx.AsyncClient(transport=migma_transport, headers=migma_mock.auth_headers) as client:
        with pytest.raises(httpx.ReadError):
            await client.get(migma_mock.stats_url(migma_mock.example_id))
        assert (await client.get(migma_mock.stats_url(migma_mock.example_id))).status_code == 200
""",
        "-p",
        "anyio.pytest_plugin",
    ).assert_outcomes(passed=2)


FORBIDDEN = """
import socket
import httpx

@pytest.fixture(autouse=True, scope="session")
def no_sockets():
    class Socket(socket.socket):
        def __new__(cls, *args, **options):
            raise RuntimeError("no sockets here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", Socket)
        yield

def test_in_process(migma_mock, migma_transport):
    stats = migma_mock.campaign("a")
    api = "https://api.migma.ai/v1"
    with httpx.Client(transport=migma_transport, base_url=api, headers=migma_mock.auth_headers) as client:
        assert client.get("/campaigns/a/stats").json()["data"] == stats
    migma_mock.assert_requested("a", times=1)

def test_over_a_socket(migma_mock):
    with pytest.raises(RuntimeError, match="no sockets here"):
        migma_mock.base_url
"""


def test_a_test_that_uses_no_url_needs_no_socket(run):
    run(FORBIDDEN).assert_outcomes(passed=2)


LEFT = """
import gc

@pytest.mark.parametrize("number", range(5))
def test_one(migma_mock, number):
    assert ask(migma_mock) == 404
    assert number != 1

def test_nothing_is_left():
    from migma_mock.accounts.account import Account
    from migma_mock.accounts.recorded_request import RecordedRequest
    gc.collect()
    assert [each.name for each in gc.get_objects() if isinstance(each, Account)] == ["fixtures"]
    assert [each for each in gc.get_objects() if isinstance(each, RecordedRequest)] == []
"""


def test_an_account_is_deleted_and_released_after_its_test(run, pytester):
    run(LEFT, "--tb=no", method=pytester.runpytest_subprocess).assert_outcomes(passed=5, failed=1)


SEEDED = """
import pathlib

@pytest.mark.migma_mock(key_seed="the same in each run")
@pytest.mark.parametrize("number", range(3))
def test_seeded(migma_mock, number):
    with pathlib.Path("keys").open("a") as file:
        print(migma_mock.api_key, file=file)
"""


def test_a_seed_gives_the_same_keys_whichever_tests_run(run, pytester):
    for arguments in ((), ("-k", "2")):
        run(f"def test_other(migma_mock): pass\n{SEEDED}", *arguments)
    keys = (pytester.path / "keys").read_text().split()
    assert (len(keys), len(set(keys))) == (4, 1)


def test_a_test_may_delete_its_account_early(run):
    run("def test_it(migma_mock, migma_mock_server): migma_mock_server.delete_account(migma_mock)").assert_outcomes(
        passed=1
    )


LOADED = """
import sys, pytest
code = pytest.main(sys.argv[1:])
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"migma_mock", "migma_contract",
    "migma_contract_tests", "fastapi", "pydantic", "uvicorn", "httpx", "hypothesis", "schemathesis", "asyncio"}))
sys.exit(code)
"""


PARTS = ("faults", "marker", "plugin")


def test_a_session_that_does_not_use_the_plugin_imports_no_mock(tmp_path, plugin_arguments):
    (tmp_path / "test_other.py").write_text("def test_other(): pass", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmigma_mock_seed = 7\nmigma_mock_strict = true\n", encoding="utf-8")
    command = [sys.executable, "-c", LOADED, *plugin_arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.splitlines()[-1] == str(
        ["migma_mock", "migma_mock.arming_listeners", *(f"migma_mock.pytest_{each}" for each in PARTS)]
    )


def test_pytest_itself_lists_fixtures_options_and_the_marker(run):
    listed = "".join(run("", argument).stdout.str() for argument in ("--fixtures", "--markers", "--help"))
    names = ["migma_mock", "migma_transport", "migma_mock_server", "@pytest.mark.migma_mock(", "migma_mock_strict"]
    names += ["migma_mock_expect_used", "expect_used=None"]
    names += [f"migma_mock_{name}" for name in pytest_plugin._INI]
    assert [name for name in names if name not in listed] == []
