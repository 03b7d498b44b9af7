"""The command of ``watch --exec``: an argument list without a shell, which gets a report and not the key."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migma_contract.redaction import Secret
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.variables import API_KEY

_SECONDS = 600.0
"""The longest time that the command may take."""


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """A command that gets each report as its standard input.

    Attributes:
        arguments: The program and its arguments.
        environment: Its environment, without the key.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]

    def run(self, report: str) -> str:
        """Run the command with a report, and return what went wrong; "" if nothing did."""
        name = Path(self.arguments[0]).name
        try:
            ended = subprocess.run(  # noqa: S603 - the command is the user's own, and there is no shell
                self.arguments, input=report.encode(), env=self.environment, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"--exec {name} was stopped: it ran for more than {_SECONDS:g} s"
        except OSError as error:
            return f"--exec {name} could not be run: {error.strerror}"
        return f"--exec {name} ended with exit code {ended.returncode}" if ended.returncode else ""


def parse_exec(text: str, key: Secret) -> ReportCommand:
    """Return the command of ``--exec``.

    Raises:
        SettingsError: It is no command that can be run.
    """
    try:
        arguments = shlex.split(text)
    except ValueError:
        raise option_error("--exec", "a command whose quotes are closed", "one whose quotes are not") from None
    if not arguments:
        raise option_error("--exec", "a command", "nothing")
    if shutil.which(arguments[0]) is None:
        raise option_error("--exec", "a program that can be run", f"no program {arguments[0]!r}")
    return ReportCommand(arguments, _without_key(os.environ, key))


def _without_key(environment: Mapping[str, str], key: Secret) -> dict[str, str]:
    secret = key.reveal()
    return {name: value for name, value in environment.items() if name != API_KEY and not (secret and secret in value)}
