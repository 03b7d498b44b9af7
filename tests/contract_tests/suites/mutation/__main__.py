"""Run the suite on each mutant: ``python mutation NAME…`` prints the exit code of pytest for each.

Everything is imported once, and each mutant is a fork, so that a run of pytest takes about a second.
"""

import importlib
import json
import os
import sys

import pytest
from mutants import MUTANTS

# Plugins were imported before pytest could rewrite their assertions.
_ARGUMENTS = ["-x", "-qq", "-s", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
_PLUGIN = "schemathesis.pytest.plugin"


class ForkPerMutant:
    """A plugin of pytest that forks for each mutant before anything of the suite is imported.

    The child breaks the mock and continues like any run of pytest. The parent waits, and collects nothing.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.codes: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Return None in a child, so that the collection continues; True in the parent, to end it."""
        for name in self.names:
            child = os.fork()
            if not child:
                self.names, self.codes = [], {}
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.dup2(nowhere, 2)
                session.config.option.keyword = MUTANTS[name].tests
                MUTANTS[name].apply()
                return None
            self.codes[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return True


def main() -> None:
    # Modules that every child would import otherwise.
    for module in (
        "migma_contract_tests.suites.mock_suite",
        "migma_contract_tests.check.runner",
        "migma_mock.control.app",
        "migma_mock.generation.pool",
        "migma_mock.server",
        "schemathesis.specs.openapi.schemas",
    ):
        importlib.import_module(module)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    forks = ForkPerMutant(sys.argv[1:])
    arguments = [*_ARGUMENTS, "-p", _PLUGIN, "--pyargs", "migma_contract_tests.suites.test_mock"]
    code = pytest.main(arguments, plugins=[forks])
    if forks.codes:
        sys.stdout.write(json.dumps(forks.codes))
    else:
        os._exit(code)


if __name__ == "__main__":
    main()
