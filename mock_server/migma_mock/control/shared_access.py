"""SharedAccess: what a request to the control API reads or changes of the state that several workers share."""

from typing import NamedTuple

from migma_mock.accounts.account import BUILT_IN
from migma_mock.own_pages import PREFIX
from migma_mock.sharing.store.commit import ACCOUNT, REGISTRY, UNKNOWN_KEY

_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_ONLY_READ = frozenset({"verify", "drafts"})
"""The resources of an account to which a POST changes nothing."""


class SharedAccess(NamedTuple):
    """The part of the shared state that a request needs.

    Attributes:
        maps: The names of the maps that it is about; empty for all of them.
        is_write: True if it may change them.
        follows: True if it reads until it ends, as an event stream does.
    """

    maps: tuple[str, ...] = ()
    is_write: bool = False
    follows: bool = False


def shared_access(method: str, path: str) -> SharedAccess | None:
    """Return what a request to a path of the control API needs; None for one that needs no shared state."""
    if method not in _READING | _WRITING:
        return None
    is_write = method in _WRITING
    resource, *rest = path.removeprefix(f"{PREFIX}/").split("/")
    match resource, rest:
        case "accounts", []:
            return SharedAccess((REGISTRY,), is_write=True) if is_write else SharedAccess()
        case "accounts", [account_id]:
            return SharedAccess((REGISTRY, f"{ACCOUNT}{account_id}"), is_write=is_write)
        case "accounts", [account_id, *_]:
            return _of_account(f"{ACCOUNT}{account_id}", rest[1], is_write=is_write)
        case "events", _:
            return SharedAccess(follows=True)
        case "unknown-key-requests", _:
            return SharedAccess((UNKNOWN_KEY,), is_write=is_write, follows=rest == ["events"])
        case "fixture-files", _:
            # The file is no shared state, but the campaign is checked by the clock of that account.
            return SharedAccess((f"{ACCOUNT}{BUILT_IN}",))
    return None


def _of_account(name: str, resource: str, *, is_write: bool) -> SharedAccess:
    if is_write and resource not in _ONLY_READ:
        return SharedAccess((name,), is_write=True)
    # Verifications and journals also tell of the requests without a known key.
    return SharedAccess((name, UNKNOWN_KEY), follows=resource in {"events", "verify"})
