"""What pytest says of the live suite beside its results. Imports nothing heavy."""

import pytest

from migma_contract.extras import MissingExtraError, require_extra
from migma_contract_tests.suites.live_config import what_to_set

_NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the notes of the live suite."""
    config.stash[_NOTES] = []


def pytest_collectstart() -> None:
    """End the run before the first test file is imported, if Schemathesis is not installed."""
    try:
        require_extra("suites", "This suite")
    except MissingExtraError as error:
        pytest.exit(str(error), returncode=2)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the live suite noted, and what it needs where it was skipped and ``-rs`` does not say so."""
    skipped = any(what_to_set() in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
    needs = [what_to_set()] if what_to_set() and skipped and not terminalreporter.hasopt("skipped") else []
    for note in [*config.stash[_NOTES], *needs]:
        terminalreporter.write_line(f"live contract suite: {note}")


@pytest.fixture
def notes(pytestconfig: pytest.Config) -> list[str]:
    """Sentences for the end of the run."""
    return pytestconfig.stash[_NOTES]
