"""Notes of the live suite in pytest's summary; what pytest prints of a server is safe. Imports nothing heavy."""

from collections.abc import Generator

import pytest

from migma_contract.extras import MissingExtraError, require_extra
from migma_contract.safe_output import printable
from migma_contract_tests.suites.live_config import missing_variables
from migma_contract_tests.suites.safe_reports import make_safe

_NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Create the list of notes of the live suite."""
    config.stash[_NOTES] = []


def pytest_collectstart() -> None:
    """End the run before the first test file is imported, if Schemathesis is not installed."""
    try:
        require_extra("suites", "This suite")
    except MissingExtraError as error:
        pytest.exit(str(error), returncode=2)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the notes of the live suite, and the variables it needs if it was skipped and ``-rs`` is not given."""
    notes = [*config.stash[_NOTES]]
    missing = missing_variables()
    was_skipped = any(missing in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
    if missing and was_skipped and not terminalreporter.hasopt("skipped"):
        notes.append(missing)
    for note in notes:
        terminalreporter.write_line(printable(f"live contract suite: {note}"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make the report of a test safe to print: messages, local variables and captured output show responses."""
    report = yield
    return make_safe(report)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Make the report of a file that cannot be loaded safe to print."""
    report = yield
    return make_safe(report)


@pytest.fixture
def notes(pytestconfig: pytest.Config) -> list[str]:
    """Sentences to print at the end of the run."""
    return pytestconfig.stash[_NOTES]
