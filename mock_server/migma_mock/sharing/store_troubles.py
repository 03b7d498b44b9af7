"""StoreTroubles: what limits a worker although its store can be reached: it takes no changes, or has lost accounts."""

from collections.abc import Iterator

from migma_contract.safe_text import one_line
from migma_mock.event_log import Note
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import ACCOUNT, Commit, Committed
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreRefusalError, StoreUnavailableError, as_sentence

_TRIAL = "trial"
"""The map of a commit that is made to find out if the store takes it; nothing of it is left."""

_SHOWN = 10
"""Accounts, and campaigns of an account, that a sentence names."""


class StoreTroubles:
    """Limits of a worker whose store can be reached.

    Args:
        store: The store.
        registry: The copies of the worker.
        note: Is called with sentences for people.

    Attributes:
        refusal: Why the store takes no changes, as a sentence without a full stop; empty while it does. A store that
            is full is such a one.
    """

    def __init__(self, store: Store, registry: SharedRegistry, note: Note) -> None:
        self.refusal = ""
        self._store = store
        self._registry = registry
        self._note = note
        self._has_told_loss = False

    @property
    def lost(self) -> str:
        """The accounts that are lost with the data of the store, as a sentence without a full stop; empty for none."""
        return lost_sentence(list(self._lost_accounts()))

    def note_refusal(self, error: StoreUnavailableError) -> None:
        """Note the error of a change that the store did not take."""
        if not isinstance(error, StoreRefusalError):
            return
        if not self.refusal:
            self._note(
                f"{as_sentence(error.why)} Until it takes changes again, accounts without faults, rate limits and "
                "scripts are answered from the last copy; other requests, and changes, get 503.",
                is_warning=True,
            )
        self.refusal = error.why

    async def look(self) -> None:
        """Find out if the store takes changes again, and tell people if accounts are lost.

        Raises:
            StoreUnavailableError, StoreLostError: It cannot be used.
        """
        lost = self.lost
        if lost and not self._has_told_loss:
            self._note(lost, is_warning=True)
        self._has_told_loss = bool(lost)
        if self.refusal and await self._takes_changes():
            self.refusal = ""
            self._note("the store takes changes again")

    async def _takes_changes(self) -> bool:
        version = self._registry.copy.version
        trial = Commit(version, _TRIAL, 0, entry=b"-", deleted=(_TRIAL,), marks_used=True)
        try:
            outcome = await self._store.commit(trial)
        except StoreRefusalError as error:
            self.refusal = error.why
            return False
        return isinstance(outcome, Committed)

    def _lost_accounts(self) -> Iterator[str]:
        for each in self._registry:
            if each.copy.is_lost:
                yield _id_of(each)
            elif each.copy.lost_scripts:
                yield f"{_id_of(each)} (only campaign {_listed([*map(one_line, each.copy.lost_scripts)])})"


def lost_sentence(accounts: list[str]) -> str:
    """Return the sentence about lost accounts, without a full stop; empty for none."""
    if not accounts:
        return ""
    number, what = ("1 account is", "it") if len(accounts) == 1 else (f"{len(accounts)} accounts are", "them")
    return f"{number} lost since the store lost its data: {_listed(accounts)}; reset {what}"


def _id_of(shared_map: SharedMap) -> str:
    return shared_map.name.removeprefix(ACCOUNT)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
