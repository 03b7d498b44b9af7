"""Everything that can be wrong with what a user gave us.

::

    MigmaError                 base of all of them; its text is made for people
    ├── InputError             what was given has one or more Problems
    │   ├── ContractError      openapi.json, or what stands in its place
    │   ├── FixtureError       campaign files and keys.json
    │   ├── ArgumentError      what a test asked of a handle
    │   └── SettingsError      a flag, an environment variable, an option
    ├── ServerError            the server cannot start or did not become ready
    │   └── PortInUseError     something else listens there already
    ├── MissingExtraError      extras: a feature needs a library that only an extra installs
    ├── UnknownAccountError    accounts: no account has that id
    ├── TooManyCampaignsError  state: an account has as many of its own as it may
    ├── TooManyFaultsError     faults: as many are armed as may be
    └── ContractViolationError reply: a body that breaks the contract, and is not sent

and one warning, for a fault that affects no reply: IneffectiveFaultWarning.
Those that name a module are defined there.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One mistake in what a user gave, with its place.

    Attributes:
        file: The file, option or variable, as the user named it.
        pointer: JSON pointer (RFC 6901) to the place in it; ``""`` is the whole document.
        expected: What is allowed there.
        got: What is there.
        message: What is wrong, where that is plainer than "expected …, got …"; usually empty.
    """

    file: str
    pointer: str
    expected: str
    got: str
    message: str = ""

    @property
    def text(self) -> str:
        """The mistake as a sentence, without its place."""
        return self.message or f"expected {self.expected}, got {self.got}"

    def __str__(self) -> str:
        place = f"{self.file} at {self.pointer}" if self.pointer else self.file
        return f"{place}: {self.text}"


class MigmaError(Exception):
    """Base of every error this project raises on purpose."""

    exit_code = 2


class InputError(MigmaError):
    """What was given cannot be used; ``problems`` holds every reason, not only the first."""

    headline = "cannot be used"

    def __init__(self, problems: Iterable[Problem], hint: str = "") -> None:
        self.problems = list(problems)
        self.hint = hint
        super().__init__(self.problems, hint)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if len(lines) > 1:
            lines = [f"{self.headline}, {len(lines)} problems:", *(f"  {line}" for line in lines)]
        else:
            lines = [f"{self.headline}: {line}" for line in lines]
        return "\n".join([*lines, self.hint] if self.hint else lines)


class ContractError(InputError):
    """The OpenAPI document cannot serve as the contract."""

    headline = "the contract cannot be used"


class FixtureError(InputError):
    """Fixture files (campaigns or keys) cannot be used."""

    headline = "the fixtures cannot be used"


class ArgumentError(InputError):
    """A handle was asked for what cannot be; ``file`` of each problem is the call, or what was passed to it."""

    headline = "the call cannot be carried out"


class SettingsError(InputError):
    """An option has a value that it cannot have."""

    headline = "the settings cannot be used"


class ServerError(MigmaError):
    """The server did not start, or did not become ready in time."""


class PortInUseError(ServerError):
    """Another process listens on the address already."""


class IneffectiveFaultWarning(UserWarning):
    """A fault was armed that, as things stand, strikes no answer, or hardly the one that is meant."""
