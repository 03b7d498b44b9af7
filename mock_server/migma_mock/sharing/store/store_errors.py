"""Errors of the store, and the sentences for what it answers in place of a result.

::

    StoreUnavailableError   it cannot be reached, is too slow, or refuses what a worker needs
    StoreRefusalError       the same: it answered with an error
    StoreDataError          the same: it has data that no mock wrote
    StoreLostError          it has other data than when the worker opened it
    StoreFormatError        its data is of another release of the mock
"""

import re

from migma_contract.errors import MigmaError

_FOREIGN = "has data under the prefix of the mock that no mock wrote; give the mock a prefix of its own: ?prefix=NAME"

_REFUSALS = {
    "OOM": "has no memory left (its maxmemory); raise the limit or delete accounts",
    "READONLY": "is a replica, which takes no changes; use the address of the primary",
    "MISCONF": "cannot write its data to the disk and takes no changes until it can",
    "LOADING": "is still loading its data",
    "BUSY": "is busy with the script of another client",
    "MASTERDOWN": "is a replica without a connection to its primary",
    "CLUSTERDOWN": "is part of a cluster that is down",
    "MOVED": "is a node of a cluster, and another node has the keys of the mock; use the address of that node",
    "NOAUTH": "needs a password; in its URL, a colon, the password and an @ precede the host",
    "WRONGPASS": "does not accept this user and password",
}
"""The faults of a store, by the code of its error."""

_MISTAKES = {"MOVED", "NOAUTH", "WRONGPASS", "NOPERM"}
"""Those of them that waiting does not heal."""

_CODE = re.compile(rf"(?:^|-)({'|'.join(_REFUSALS)})\b")
"""The code is the first word; Redis 6.2 has it behind the line of the script, after ``-``."""

_ACL = re.compile(r"^NOPERM|ACL failure|user executing the script")
_ACL_COMMAND = re.compile(r"the '([a-z|-]+)' command")


class StoreUnavailableError(MigmaError):
    """The store cannot be reached, does not answer in time, or refuses what a worker needs.

    Attributes:
        why: The reason, as a sentence without a full stop. It never has the password.
        is_uncertain: The command was sent. The store may or may not have applied it.
        is_mistake: Waiting does not help: somebody has to change the URL, the store, or its rights.
    """

    def __init__(self, why: str, *, is_uncertain: bool = False, is_mistake: bool = False) -> None:
        self.why = why
        self.is_uncertain = is_uncertain
        self.is_mistake = is_mistake
        super().__init__(why)


class StoreRefusalError(StoreUnavailableError):
    """The store can be reached, and refused a command: it is full, say, or its user lacks a right."""


class StoreDataError(StoreUnavailableError):
    """The store has data that no mock wrote, or that was changed by other means since.

    Args:
        place: Where the store is.
        what: What cannot be read, and what to do; by default, that the prefix may be that of another application.
    """

    def __init__(self, place: str, what: str = _FOREIGN) -> None:
        # A script that met it may have changed other keys before.
        super().__init__(f"the store {place} {what}", is_uncertain=True, is_mistake=True)


class StoreLostError(MigmaError):
    """The store was restarted or emptied since the worker opened it, so that versions mean nothing any more."""

    def __init__(self) -> None:
        super().__init__("the store was restarted or emptied")


class StoreFormatError(MigmaError):
    """The data in the store has the format of another release of the mock.

    Args:
        place: Where the store is.
        prefix: What the keys begin with.
        found: The number of the format in the store.
        known: The number of the format that this release has.
    """

    def __init__(self, place: str, prefix: str, found: int, known: int) -> None:
        newer, older = ("the store", "this mock") if found > known else ("this mock", "the store")
        super().__init__(
            f"the store {place} has data of format {found} under the prefix {prefix}; this mock uses format {known}. "
            f"{newer.capitalize()} is newer than {older}. Use the same release in all workers and replicas, or another "
            f"prefix: ?prefix={prefix}-{known}"
        )


def refusal(place: str, message: str) -> StoreUnavailableError:
    """Return the error for an error that the store answered.

    Args:
        place: Where the store is.
        message: The error, which begins with its code.
    """
    code = _CODE.search(message)
    if code:
        return StoreRefusalError(f"the store {place} {_REFUSALS[code[1]]}", is_mistake=code[1] in _MISTAKES)
    if _ACL.search(message):
        return StoreRefusalError(f"the store {place} does not permit its user {_refused(message)}", is_mistake=True)
    if "WRONGTYPE" in message or "user_script" in message:  # a script met what it cannot count with
        return StoreDataError(place)
    if "unknown command" in message:
        return StoreUnavailableError(
            f"the store {place} is older than Redis 6.2, or no Valkey or Redis", is_mistake=True
        )
    if "DB index" in message:
        return StoreUnavailableError(
            f"the store {place} has no database of this number; its setting `databases` tells how many it has",
            is_mistake=True,
        )
    return StoreRefusalError(f"the store {place} answered with an error: {message.removeprefix('ERR ').rstrip('.')}")


def _refused(message: str) -> str:
    """Return what the rights of a user lack, by an error that says so."""
    command = _ACL_COMMAND.search(message)
    if command:
        return f"the command {command[1].upper()}, which the mock needs; give it the right +{command[1]}"
    if "key" in message:
        return "the keys of the mock; give it the right ~{PREFIX}:* with these braces; the prefix may be migma-mock"
    return "what the mock needs; give it the rights +@all -@dangerous +info"


def as_sentence(why: str) -> str:
    """Return a reason as a sentence for people."""
    return f"{why[0].upper()}{why[1:]}."
