"""Errors for mistakes in what a user gave, and their base classes.

::

    MigmaError                 base of all of them; its text is for the user
    ├── InputError             input with one or more Problems
    │   ├── ContractError      openapi.json, or the file in its place
    │   ├── FixtureError       campaign files and keys.json
    │   ├── ArgumentError      an argument of a method
    │   └── SettingsError      an option or an environment variable
    ├── ServerError            the server cannot start, is not ready in time, or runs in another process
    │   └── PortInUseError     another process listens on the port
    ├── RemoteMockError        a mock that runs elsewhere cannot be reached or controlled
    │   └── ControlRefusedError control_client: it refused what was asked for
    ├── UnknownAccountError    accounts: no account has this id
    ├── TooManyCampaignsError  state: an account has the maximum number of campaigns
    ├── TooManyFaultsError     faults: the maximum number of faults is armed
    ├── ContractViolationError reply: a body violates the contract and is not sent
    ├── MemoryLimitError       memory: the accounts keep as much as they may
    ├── NotRecordedError       recording: a response that no campaign file can hold, or that breaks the contract
    ├── PatchError             operation: a JSON Patch is of another document than this one
    ├── UnsatisfiableError     flat_schema: no value satisfies a schema
    ├── StoreUnavailableError  store_errors: the shared store cannot be used now
    │   ├── StoreRefusalError  it takes no changes, or not this one
    │   └── StoreDataError     it has something that no mock wrote
    ├── StoreLostError         store_errors: the shared store lost what it had, or was started again
    ├── StoreFormatError       store_errors: another release wrote what the shared store has
    ├── LostScriptError        shared_state: how far the script of a campaign was is lost with the store's data
    └── MissingExtraError      extras: a feature needs an extra that is not installed

and two warnings: IneffectiveFaultWarning for a fault that affects no reply, and ProxyWarning.
A module name says where a class is defined, if not here.
"""

from collections.abc import Iterable
from typing import NamedTuple

from migma_contract.redaction import mask, mask_message
from migma_contract.safe_text import one_line


class Place(NamedTuple):
    """A place in a text file, counted from 1, in characters."""

    line: int
    column: int


class Problem(NamedTuple):
    """One mistake in what a user gave, with its place.

    Attributes:
        file: The file, option or variable, as the user named it.
        pointer: JSON pointer (RFC 6901) to the place in it; ``""`` is the whole document.
        expected: What is allowed there.
        got: What is there.
        message: What is wrong, where that is plainer than "expected …, got …"; usually empty.
        place: The line and column of ``pointer`` in the file, if known.
    """

    file: str
    pointer: str
    expected: str
    got: str
    message: str = ""
    place: Place | None = None

    @property
    def text(self) -> str:
        """The mistake as a sentence, without its place."""
        return self.message or f"expected {self.expected}, got {self.got}"

    def __str__(self) -> str:
        # A name may have line breaks, which would begin a line that looks like a message, or be a URL with a user.
        where = one_line(f"{mask_message(self.file)} at {self.pointer}" if self.pointer else mask_message(self.file))
        if self.place:
            where = f"{where} (line {self.place.line}, column {self.place.column})"
        return f"{where}: {self.text}"


class MigmaError(Exception):
    """Base of every error that this project raises for its users."""

    exit_code = 2


class InputError(MigmaError):
    """Input cannot be used. ``problems`` has every mistake, not only the first."""

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
    """The OpenAPI document cannot be used as the contract."""

    headline = "the contract cannot be used"


class FixtureError(InputError):
    """Fixture files (campaigns or keys) cannot be used."""

    headline = "the fixtures cannot be used"


class ArgumentError(InputError):
    """An argument of a method cannot be used. ``file`` of each problem is the method or the argument.

    Its text begins with the argument, since pytest's summary shows no more than a few words of it.
    """

    __module__ = "migma_mock"  # where tests import it from; a shorter name in that summary

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), *([self.hint] if self.hint else [])])


class SettingsError(InputError):
    """An option or an environment variable has an invalid value. If that is an API key, the text does not show it."""

    headline = "the settings cannot be used"

    def __str__(self) -> str:
        return mask(super().__str__())


class ServerError(MigmaError):
    """The server cannot start, was not ready in time, or runs in another process."""


class PortInUseError(ServerError):
    """Another process already listens on the address."""


class RemoteMockError(MigmaError):
    """A mock that runs elsewhere cannot be reached, or refuses to be controlled."""

    __module__ = "migma_mock"


class IneffectiveFaultWarning(UserWarning):
    """A fault was armed that affects no response, or not the intended one."""

    __module__ = "migma_mock"


class ProxyWarning(UserWarning):
    """Clients that follow the environment's proxies would send the requests for a mock server to one of them."""
