"""Pytest and Schemathesis print no command of a CI system from a server's responses."""

import json

import pytest
from ci_runners import COMMANDS, commands, controls

pytest_plugins = ["pytester"]

LINES = "\n".join(["", *COMMANDS, "\u202ehidden", ""])


@pytest.fixture
def hostile(stage):
    """A server whose campaign and errors are full of commands, in JSON with the characters themselves."""

    def behave(request):
        if request.key != stage.key:
            return stage.answer(401, LINES.encode(), "Content-Type: application/json")
        if stage.campaign not in request.path:
            return stage.answer(404, {"success": False, "error": LINES})
        stats = {**stage.stats, "openRate": LINES, COMMANDS[0]: 1, "::set-output name=a::b": 2}
        body = json.dumps({"success": True, "data": stats}, ensure_ascii=False)
        return stage.answer(200, body.encode(), f"Content-Type: text/{COMMANDS[0]}", f"X-A: {COMMANDS[0]}")

    with stage.serve(behave) as server:
        yield server


@pytest.mark.attack("ci-commands")
def test_the_live_suite_prints_no_command_of_a_response(pytester, monkeypatch, stage, hostile):
    for name, value in {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "MIGMA_BASE_URL": hostile.url,
        "MIGMA_API_KEY": stage.key,
        "MIGMA_CAMPAIGN_IDS": stage.campaign,
    }.items():
        monkeypatch.setenv(name, value)
    options = ["-p", "no:cacheprovider", "-vv", "--showlocals", "--tb=long", "-rA", "--junit-xml=junit.xml"]
    result = pytester.runpytest_inprocess(*options, "--pyargs", "migma_contract_tests.suites.test_live")
    output = f"{result.stdout.str()}\n{result.stderr.str()}"
    assert result.ret == 1
    assert "##vso\\x5btask.setvariable" in output
    assert commands(output) == []
    assert controls(output) == set()
    assert commands((pytester.path / "junit.xml").read_text(encoding="utf-8")) == []


@pytest.mark.attack("ci-commands")
def test_the_report_of_an_error_prints_no_command(pytester, monkeypatch):
    """An error that nobody foresaw: its message, its notes, the local variables and what was printed before it."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("from migma_contract_tests.suites.conftest import *")
    pytester.makepyfile(
        f"""
        import pytest
        LINES = {LINES!r}

        def test_error():
            print(LINES)
            text = LINES
            try:
                raise ValueError(LINES)
            except ValueError as error:
                raise RuntimeError(text) from error

        def test_failure():
            pytest.fail(LINES, pytrace=False)

        def test_skip():
            pytest.skip(LINES)

        def test_comparison():
            assert LINES.splitlines() == [LINES]
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-vv", "--showlocals", "--tb=long", "-rA")
    output = f"{result.stdout.str()}\n{result.stderr.str()}"
    result.assert_outcomes(failed=3, skipped=1)
    assert commands(output) == []
    assert controls(output) == set()
