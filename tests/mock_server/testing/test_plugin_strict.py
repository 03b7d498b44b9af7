"""Strict mode of the pytest plugin, in test runs of its own."""

pytest_plugins = ["pytester"]

STRICT = "[pytest]\nfilterwarnings = error\nmigma_mock_strict = true\n"

SURPRISES = """
def test_known(migma_mock):
    migma_mock.campaign("a")
    assert [ask(migma_mock), ask(migma_mock, key=migma_mock.revoked_key)] == [200, 401]

def test_unknown_id(migma_mock):
    ask(migma_mock, "b")

def test_unknown_key(migma_mock):
    ask(migma_mock, key="nobody-has-this-key")
"""


def test_strict_mode_by_ini_fails_tests_with_unexpected_requests(run):
    result = run(SURPRISES, ini=STRICT)
    result.assert_outcomes(passed=3, errors=2)
    said = "requests that no test expects (migma_mock strict mode):"
    after = [result.outlines[number + 1] for number, line in enumerate(result.outlines) if line == said]
    expected = ["GET /v1/campaigns/a/stats 401, unknown key>", "GET /v1/campaigns/b/stats 404, unknown id>"]
    assert sorted(line.partition(": ")[2] for line in after) == expected


def test_without_it_they_pass(run):
    run(SURPRISES).assert_outcomes(passed=3)


def test_the_marker_turns_strict_mode_on_and_off(run):
    on = "@pytest.mark.migma_mock(strict=True)\ndef test_on(migma_mock): ask(migma_mock)\n"
    off = "@pytest.mark.migma_mock(strict=False)\ndef test_off(migma_mock): ask(migma_mock)\n"
    run(on).assert_outcomes(passed=1, errors=1)
    run(off, ini=STRICT).assert_outcomes(passed=1)


EMPTIED = """
import httpx

EMPTYING = {
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

@pytest.mark.parametrize("emptied", EMPTYING.values(), ids=EMPTYING)
@pytest.mark.parametrize("key", [None, "nobody-has-this-key"], ids=["its key", "no key"])
def test_surprised(migma_mock, emptied, key):
    ask(migma_mock, "surprise", key)
    path = f"{migma_mock.base_url}/__mock__"
    emptied(migma_mock, path, f"{path}/accounts/{migma_mock.account.id}")
    assert ask(migma_mock, migma_mock.example_id) == 200

def test_not_surprised(migma_mock):
    assert ask(migma_mock, migma_mock.example_id) == 200
"""


def test_a_journal_that_is_emptied_on_the_way_hides_nothing(run, monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_JOURNAL_SIZE", "3")
    result = run(EMPTIED, ini=STRICT)
    result.assert_outcomes(passed=11, errors=10)
    said = result.stdout.str()
    assert said.count("requests that no test expects (migma_mock strict mode):") == 10
    assert said.count("GET /v1/campaigns/surprise/stats 404, unknown id>\n") >= 5


def test_a_test_does_not_answer_for_the_requests_of_another(run):
    run(
        """
@pytest.mark.migma_mock(strict=False)
def test_surprised(migma_mock):
    for _ in range(30):
        ask(migma_mock, "surprise")
        ask(migma_mock, key="nobody-has-this-key")

def test_not_surprised(migma_mock):
    assert ask(migma_mock, migma_mock.example_id) == 200
""",
        ini=STRICT,
    ).assert_outcomes(passed=2)
