"""AccountCopy: one account in this worker, beside its parts as the store has them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import cast

from migma_contract.openapi import Contract
from migma_mock.accounts.account import Account
from migma_mock.sharing.copies.campaign_parts import BuiltCampaigns
from migma_mock.sharing.copies.known_parts import KnownParts, all_names, part_of, small_text, state_of
from migma_mock.sharing.copies.shared_journal import SharedJournal
from migma_mock.sharing.copies.small_parts import SMALL_PARTS
from migma_mock.sharing.store.commit import ACCOUNT, LOST, Change
from migma_mock.sharing.store.parts import (
    CAMPAIGN,
    JOURNAL,
    LOST_COUNT,
    PROGRESS,
    STARTED,
    UNREADABLE,
    UnreadablePartError,
    decode,
)


class AccountCopy:
    """One account in this worker, beside its parts as the store has them.

    The engine and the control API work on the account. What they changed is then committed, and either accepted or,
    if others came before, rolled back while :meth:`load` takes what the store has. Between a run that may change
    something and that, nothing else may change the account in this worker.

    A part that the store does not have is as in the initial state of the account.

    Args:
        account: The account, in its initial state.
        contract: Returns the contract, with which the campaigns of other workers are built.

    Attributes:
        account: The account.
        map: The name of its map in the store.
        version: The version of the map that it was loaded from; 0 for an account that has no parts in the store.
    """

    def __init__(self, account: Account, contract: Callable[[], Contract]) -> None:
        self.account = account
        self.map = f"{ACCOUNT}{account.id}"
        self.version = 0
        self._built = BuiltCampaigns(contract)
        self._known = KnownParts({name: small_text(name, account) for name in (STARTED, *SMALL_PARTS)})
        self._note_state()
        self.journal.watch_keys(account, contract)

    @property
    def journal(self) -> SharedJournal:
        """The journal of the account now; another one after it was cleared."""
        return cast("SharedJournal", self.account.state.journal)

    @property
    def is_holding(self) -> bool:
        """True if a request of the account waits until it is let go."""
        state = self.account.state
        return state.hold.is_holding or state.faults.is_holding

    @property
    def is_lost(self) -> bool:
        """True if the store lost the state of the account and no worker restored it: it waits for a reset."""
        return LOST in self._known.texts

    @property
    def lost_scripts(self) -> Sequence[str]:
        """The ids of the campaigns whose script nobody can continue, since the store lost its data."""
        return sorted(state_of(self.account).lost_scripts)

    @property
    def _has_claims(self) -> bool:
        """True if requests may claim something of the whole account: a fault, or a place in a rate limit."""
        state = state_of(self.account)
        return bool(state.limits) or not all(fault.exhausted for fault in state.faults.list())

    def may_claim(self, campaign_id: bytes | None, *, prefers: bool = False) -> bool:
        """True if a request for a campaign may claim something: a fault, a place in a rate limit, a script step.

        Args:
            campaign_id: The id in its path; None if it has none.
            prefers: True if it has the header ``Prefer``, which may ask for another campaign.
        """
        state = self.account.state
        if state.limits or prefers:
            return True
        if campaign_id is None:
            return False
        campaign = state.campaign(campaign_id)
        if campaign is not None and campaign.script is not None:
            return True
        return bool(state.faults) and state.faults.may_apply(campaign_id.decode("utf-8", "backslashreplace"))

    def begin_at(self, moment: datetime) -> None:
        """Count a relative ``sentAt`` of the initial campaigns from the moment at which the account was created."""
        state_of(self.account).restore_start(moment)
        self._known.initial[STARTED] = small_text(STARTED, self.account)

    def claimed_changes(self) -> Sequence[Change]:
        """Return what requests claimed since the last load; if that is nothing, nothing is looked at."""
        touched = state_of(self.account).touched
        return self._known.differences(self.account, sorted(touched)) if touched else ()

    def changes(self) -> list[Change]:
        """Return everything that differs from what the store has."""
        state = state_of(self.account)
        names = {STARTED, *SMALL_PARTS, *state.touched}
        if state is not self._state:
            names |= {*self._known.names, *all_names(self.account)}
        elif state.revision != self._revision:
            names |= {CAMPAIGN + id_.decode() for id_ in state.own_campaigns}
            names |= {CAMPAIGN + id_ for id_ in self._known.campaigns}
        names -= {JOURNAL, LOST}
        changes = self._known.differences(self.account, sorted(names))
        if self.is_lost and any(change.name == STARTED for change in changes):  # it was reset
            changes.append(Change(LOST, None))
        return changes

    def parts(self) -> list[Change]:
        """Return all parts as they are now."""
        return KnownParts(self._known.initial).differences(self.account, sorted(all_names(self.account)))

    def parts_to_restore(self) -> list[Change]:
        """Return the parts for a store that lost them.

        What requests claimed there may be newer than this copy, and would be claimed twice. So an account with faults
        that may still apply, or with a rate limit, stays lost; of scripts, only the progress is lost.
        """
        if self._has_claims or self.is_lost:
            return [Change(LOST, "true")]
        return [Change(name, LOST_COUNT if name.startswith(PROGRESS) else text) for name, text in self.parts()]

    def accept(self, changes: Iterable[Change]) -> None:
        """Note that the store has these changes of the account now."""
        self._known.accept(changes, self.account)
        self._note_state()

    def roll_back(self) -> None:
        """Undo everything that was not accepted."""
        self.load(())

    async def prepare(self, changes: Iterable[Change]) -> None:
        """Do what takes long in :meth:`load`, with breaks in which the event loop answers other requests."""
        await self._built.build(changes)

    def load(self, changes: Iterable[Change], *, is_whole: bool = False) -> None:
        """Undo everything that was not accepted, and take what the store has.

        Args:
            changes: Parts that others changed.
            is_whole: True if these are all parts; those that it has beside them are dropped.

        Raises:
            UnreadablePartError: No mock wrote them. The account is in its initial state then, and nothing is known of
                what the store has.
        """
        try:
            self._load(changes, is_whole=is_whole)
        except UNREADABLE as error:
            self._known = KnownParts(self._known.initial)
            self.account.reset()
            self._note_state()
            raise UnreadablePartError from error

    def _load(self, changes: Iterable[Change], *, is_whole: bool) -> None:
        undone = {part_of(change.name) for change in self.changes()}
        if is_whole:
            undone.update(self._known.names)
            self._known = KnownParts(self._known.initial)
        loaded = self._known.load(changes, self._built)
        self._known.restore(self.account, undone | loaded)
        if JOURNAL in undone | loaded:
            text = self._known.texts.get(JOURNAL)
            state_of(self.account).journal = self.journal.begun(decode(text)["began"] if text else 0)
        self._note_state()

    def _note_state(self) -> None:
        """Note that the account is as the store has it."""
        self._state = state_of(self.account)
        self._revision = self._state.revision
        self._state.touched.clear()
