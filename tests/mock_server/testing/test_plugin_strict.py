"""Strict mode of the pytest plugin, in separate runs of pytest."""

import pytest

pytest_plugins = ["pytester"]

STRICT = "[pytest]\nfilterwarnings = error\nmigma_mock_strict = true\n"

UNEXPECTED = """
def test_known(migma_mock):
    migma_mock.campaign("a")
    assert [ask(migma_mock), ask(migma_mock, key=migma_mock.revoked_key)] == [200, 401]

def test_unknown_id(migma_mock):
    ask(migma_mock, "b")

def test_unknown_key(migma_mock):
    ask(migma_mock, key="unknown-key")
"""


def test_strict_mode_by_ini_fails_tests_with_unexpected_requests(run):
    result = run(UNEXPECTED, ini=STRICT)
    result.assert_outcomes(passed=3, errors=2)
    said = "unexpected requests (migma_mock strict mode):"
    after = [result.outlines[number + 1] for number, line in enumerate(result.outlines) if line == said]
    expected = ["GET /v1/campaigns/a/stats 401, unknown key>", "GET /v1/campaigns/b/stats 404, unknown id>"]
    assert sorted(line.partition(": ")[2] for line in after) == expected


def test_without_strict_mode_they_pass(run):
    run(UNEXPECTED).assert_outcomes(passed=3)


def test_the_marker_turns_strict_mode_on_and_off(run):
    on = "@pytest.mark.migma_mock(strict=True)\ndef test_on(migma_mock): ask(migma_mock)\n"
    off = "@pytest.mark.migma_mock(strict=False)\ndef test_off(migma_mock): ask(migma_mock)\n"
    run(on).assert_outcomes(passed=1, errors=1)
    run(off, ini=STRICT).assert_outcomes(passed=1)


CLEARED = """
import httpx

CLEARING = {
    "by reset": lambda mock, path, account: mock.reset(),
    "by reset over HTTP": lambda mock, path, account: httpx.post(f"{account}/reset").raise_for_status(),
    "over HTTP": lambda mock, path, account: [
        httpx.delete(url).raise_for_status() for url in (f"{account}/journal", f"{path}/unknown-key-requests")
    ],
    "by newer requests": lambda mock, path, account: [
        (ask(mock, mock.example_id), ask(mock, mock.example_id, "another-unknown-key")) for _ in range(4)
    ],
    "not": lambda mock, path, account: None,
}

@pytest.mark.parametrize("clear", CLEARING.values(), ids=CLEARING)
@pytest.mark.parametrize("key", [None, "unknown-key"], ids=["its key", "unknown key"])
def test_unexpected(migma_mock, clear, key):
    ask(migma_mock, "unexpected-id", key)
    path = f"{migma_mock.base_url}/__mock__"
    clear(migma_mock, path, f"{path}/accounts/{migma_mock.account_id}")
    assert ask(migma_mock, migma_mock.example_id) == 200

def test_expected(migma_mock):
    assert ask(migma_mock, migma_mock.example_id) == 200
"""


def test_a_journal_that_the_test_clears_hides_nothing(run, monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_JOURNAL_SIZE", "3")
    result = run(CLEARED, ini=STRICT)
    result.assert_outcomes(passed=11, errors=10)
    said = result.stdout.str()
    assert said.count("unexpected requests (migma_mock strict mode):") == 10
    assert said.count("GET /v1/campaigns/unexpected-id/stats 404, unknown id>\n") >= 5


def test_a_test_does_not_fail_for_the_requests_of_another(run):
    run(
        """
@pytest.mark.migma_mock(strict=False)
def test_unexpected(migma_mock):
    for _ in range(30):
        ask(migma_mock, "unexpected-id")
        ask(migma_mock, key="unknown-key")

def test_expected(migma_mock):
    assert ask(migma_mock, migma_mock.example_id) == 200
""",
        ini=STRICT,
    ).assert_outcomes(passed=2)


LATE = """
earlier = []

def test_earlier(migma_mock):
    earlier.append((migma_mock.stats_url("a"), migma_mock.auth_headers))

def test_during_which_its_client_tries_again(migma_mock):
    import httpx
    (url, headers), = earlier
    assert httpx.get(url, headers=headers).status_code == 401
    told = "1 request came without a known key: <1: GET /v1/campaigns/a/stats 401, key of a deleted account>"
    assert migma_mock.journal_text() == f"no requests\\n{told}"
"""


def test_a_late_retry_of_an_earlier_test_is_shown_and_fails_no_other(run):
    run(LATE, ini=STRICT).assert_outcomes(passed=2)


DROPPED = """
def test_it(migma_mock):
    ask(migma_mock, "b")
    migma_mock._backend.account.state.journal.cut(0)  # as other accounts may make the mock do
    assert migma_mock.journal_text() == "the journal lacks the first 1 of 1 requests, which were dropped (--max-memory)"
    with pytest.raises(AssertionError, match="--max-memory"):
        migma_mock.assert_requested(times=0)
"""


@pytest.mark.attack("memory")
def test_unexpected_requests_that_were_dropped_to_save_memory_fail_the_test_too(run):
    result = run(DROPPED, ini=STRICT)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*1 that were dropped from the journals, maybe of other tests (--max-memory)"])
