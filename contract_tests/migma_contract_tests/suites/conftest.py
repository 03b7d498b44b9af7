"""Notes of the live suite in pytest's summary. Imports nothing heavy."""

import pytest

from migma_contract.extras import MissingExtraError, require_extra
from migma_contract_tests.suites.live_config import missing_variables

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
        terminalreporter.write_line(f"live contract suite: {note}")


@pytest.fixture
def notes(pytestconfig: pytest.Config) -> list[str]:
    """Sentences to print at the end of the run."""
    return pytestconfig.stash[_NOTES]
