"""UnknownKeyCopy: the journal of the requests without a known key in this worker, with the interface of an account."""

from collections.abc import Iterable, Sequence
from typing import cast

from migma_mock.accounts.registry import Accounts
from migma_mock.sharing.copies.shared_journal import SharedJournal
from migma_mock.sharing.store.commit import UNKNOWN_KEY, Change
from migma_mock.sharing.store.parts import JOURNAL, UNREADABLE, UnreadablePartError, decode


class UnknownKeyCopy:
    """The journal of the requests without a known key in this worker; requests claim nothing there.

    Args:
        accounts: The accounts, which have the journal.

    Attributes:
        map: The name of its map in the store.
        version: The version of the map that it was loaded from.
        is_lost, lost_scripts: False and none, since there is nothing to claim.
    """

    map = UNKNOWN_KEY
    is_lost = False
    lost_scripts: Sequence[str] = ()

    def __init__(self, accounts: Accounts) -> None:
        self.version = 0
        self._accounts = accounts

    @property
    def journal(self) -> SharedJournal:
        """The journal now; another one after it was cleared."""
        return cast("SharedJournal", self._accounts.unknown_key_requests)

    def may_claim(self, _campaign_id: bytes | None, *, prefers: bool = False) -> bool:  # noqa: ARG002
        """Return False: such a request claims nothing."""
        return False

    def claimed_changes(self) -> Sequence[Change]:
        """Return nothing."""
        return ()

    def changes(self) -> list[Change]:
        """Return nothing: the store itself notes when the journal is cleared."""
        return []

    def parts_to_restore(self) -> list[Change]:
        """Return nothing."""
        return []

    def accept(self, changes: Iterable[Change]) -> None:
        """Note nothing."""

    def roll_back(self) -> None:
        """Undo nothing: a journal that was cleared is loaded again from its beginning."""

    async def prepare(self, changes: Iterable[Change]) -> None:
        """Do nothing: it has no campaigns."""

    def load(self, changes: Iterable[Change], *, is_whole: bool = False) -> None:
        """Take what the store has: where the journal begins.

        Args:
            changes: Parts that others changed.
            is_whole: True if these are all parts.

        Raises:
            UnreadablePartError: No mock wrote them.
        """
        try:
            self._load(changes, is_whole=is_whole)
        except UNREADABLE as error:
            raise UnreadablePartError from error

    def _load(self, changes: Iterable[Change], *, is_whole: bool) -> None:
        texts = {change.name: change.text for change in changes}
        if is_whole or JOURNAL in texts:
            text = texts.get(JOURNAL)
            self._accounts.unknown_key_requests = self.journal.begun(decode(text)["began"] if text else 0)
