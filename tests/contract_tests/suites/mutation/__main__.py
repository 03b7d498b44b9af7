"""Runs the suite on each mutant: ``python mutation FIRST STEP`` prints the exit codes.

Everything is imported once, and each mutant is a fork, so that forty runs of pytest take seconds.
"""

import importlib
import json
import os
import sys

import pytest
from mutants import MUTANTS

# Plugins were imported before pytest could rewrite their assertions.
ARGUMENTS = [
    "-x",
    "-qq",
    "-s",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]


class Broken:
    """A plugin of pytest that forks for each mutant before anything of the suite is imported.

    The child breaks the mock and goes on as any run of pytest; the parent waits, and collects nothing.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.codes: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Nothing in a child, so that the collection goes on; True in the parent, to say that it is done."""
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
    # What the children would else import, each for itself.
    for module in (
        "migma_contract_tests.suites.mock_suite",
        "migma_contract_tests.check.runner",
        "migma_mock.control.app",
        "migma_mock.server",
    ):
        importlib.import_module(module)
    for module in ("migma_mock.generation.pool", "schemathesis.specs.openapi.schemas"):
        importlib.import_module(module)
    first, step = int(sys.argv[1]), int(sys.argv[2])
    broken = Broken(list(MUTANTS)[first::step])
    code = pytest.main([*ARGUMENTS, "--pyargs", "migma_contract_tests.suites.test_mock"], plugins=[broken])
    if broken.codes:
        sys.stdout.write(json.dumps(broken.codes))
    else:
        os._exit(code)


if __name__ == "__main__":
    main()
