"""KnownParts: the parts of an account as the store has them, and how the account differs from them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from migma_mock.accounts.account import Account
from migma_mock.sharing.copies.campaign_parts import BuiltCampaigns, dump_campaign
from migma_mock.sharing.copies.shared_state import PutCampaign, SharedState
from migma_mock.sharing.copies.small_parts import SMALL_PARTS
from migma_mock.sharing.copies.window_parts import counted_requests, key_of, window_changes
from migma_mock.sharing.store.commit import LOST, Change
from migma_mock.sharing.store.parts import (
    CAMPAIGN,
    JOURNAL,
    LIMITS,
    LOST_COUNT,
    PROGRESS,
    STARTED,
    WINDOW,
    decode,
    encode,
    encode_time,
)


def state_of(account: Account) -> SharedState:
    """Return the state of an account that several workers share."""
    return cast("SharedState", account.state)


def small_text(name: str, account: Account) -> str:
    """Return the text of a small part of an account."""
    if name == STARTED:
        return encode({"at": encode_time(state_of(account).started), "resets": account.resets})
    return SMALL_PARTS[name].dump(state_of(account))


def part_of(name: str) -> str:
    """Return the name of the part that a change is about; a chunk of times is a piece of the windows of its key."""
    return WINDOW + key_of(name) if name.startswith(WINDOW) else name


def all_names(account: Account) -> set[str]:
    """Return the names of all parts that an account has now."""
    state = state_of(account)
    return {
        STARTED,
        *SMALL_PARTS,
        *(CAMPAIGN + id_.decode() for id_ in state.own_campaigns),
        *(PROGRESS + id_ for id_ in state.script_counts),
        *(WINDOW + key for key in state.counted_keys),
    }


def _require_known(name: str) -> None:
    if name not in {STARTED, JOURNAL, LOST, *SMALL_PARTS} and not name.startswith((PROGRESS, WINDOW)):
        raise ValueError(f"no part of this release: {name!r}")


class KnownParts:
    """The parts of an account as the store has them, and how the account differs from them.

    Of windows, only the head has a name here; its chunks belong to it.

    Args:
        initial: The texts of the small parts in the initial state, which the store does not have.

    Attributes:
        initial: The same.
        texts: The texts that the store has, without those of campaigns.
        campaigns: The campaigns that the store has by id, so that none is built again when it is restored.
    """

    def __init__(self, initial: Mapping[str, str]) -> None:
        self.initial = dict(initial)
        self.texts: dict[str, str] = {}
        self.campaigns: dict[str, PutCampaign] = {}

    def small(self, name: str) -> str:
        """Return the text of a small part."""
        return self.texts.get(name) or self.initial[name]

    @property
    def names(self) -> Iterator[str]:
        """The names of all parts that the store has."""
        yield from (part_of(name) for name in self.texts)
        yield from (CAMPAIGN + id_ for id_ in self.campaigns)

    def load(self, changes: Iterable[Change], built: BuiltCampaigns) -> set[str]:
        """Take what the store has, and return the names of the parts that are others."""
        names = set()
        for name, text in changes:
            if name.startswith(CAMPAIGN):
                campaign_id = name.removeprefix(CAMPAIGN)
                self._set_campaign(campaign_id, None if text is None else built.take(campaign_id, text))
            else:
                _require_known(name)
                self._set_text(name, text)
            names.add(part_of(name))
        return names

    def accept(self, changes: Iterable[Change], account: Account) -> None:
        """Take what the account has changed."""
        for name, text in changes:
            if name.startswith(CAMPAIGN):
                campaign_id = name.removeprefix(CAMPAIGN)
                self._set_campaign(campaign_id, None if text is None else state_of(account).put_campaign(campaign_id))
            else:
                self._set_text(name, text)

    def differences(self, account: Account, names: Iterable[str]) -> list[Change]:
        """Return how an account differs from these parts, as far as it concerns some names."""
        return [change for name in names for change in self._difference(account, name)]

    def _difference(self, account: Account, name: str) -> Iterable[Change]:
        state = state_of(account)
        if name.startswith(WINDOW):
            key = key_of(name)
            return window_changes(key, state.windows(key), self.texts)
        if name.startswith(CAMPAIGN):
            campaign_id = name.removeprefix(CAMPAIGN)
            put, known = state.put_campaign(campaign_id), self.campaigns.get(campaign_id)
            # The same object: a campaign that is put once more begins again, although it is equal.
            is_known = put is known if put is None or known is None else put.campaign is known.campaign
            return () if is_known else (Change(name, put and dump_campaign(put)),)
        if name.startswith(PROGRESS):
            requests = state.script_count(name.removeprefix(PROGRESS))
            text, known_text = None if requests == 0 else encode(requests), self.texts.get(name)
        else:
            text, known_text = small_text(name, account), self.small(name)
        return () if text == known_text else (Change(name, text),)

    def restore(self, account: Account, names: set[str]) -> None:
        """Bring parts of an account into the form that the store has; of small parts, all that differ."""
        started = decode(self.small(STARTED))
        if account.resets != started["resets"]:
            account.reset()
            account.resets = started["resets"]
            names = names | set(self.names)
        state = state_of(account)
        state.restore_start(datetime.fromisoformat(started["at"]))
        for name, part in SMALL_PARTS.items():
            text = self.small(name)
            if part.dump(state) != text:
                part.load(state, text)
                if name == LIMITS:  # nothing is counted then
                    names = names | {each for each in self.names if each.startswith(WINDOW)}
        campaigns = [name.removeprefix(CAMPAIGN) for name in names if name.startswith(CAMPAIGN)]
        for campaign_id in campaigns:
            state.restore_campaign(campaign_id, self.campaigns.get(campaign_id))
        scripts = {name.removeprefix(PROGRESS) for name in names if name.startswith(PROGRESS)}
        for campaign_id in scripts.union(campaigns):
            text = self.texts.get(PROGRESS + campaign_id, "0")
            state.restore_script_count(campaign_id, None if text == LOST_COUNT else int(text))
        for name in names:
            if name.startswith(WINDOW):
                state.restore_windows(key_of(name), counted_requests(key_of(name), self.texts))

    def _set_campaign(self, campaign_id: str, put: PutCampaign | None) -> None:
        if put is None:
            self.campaigns.pop(campaign_id, None)
        else:
            self.campaigns[campaign_id] = put

    def _set_text(self, name: str, text: str | None) -> None:
        if text is None:
            self.texts.pop(name, None)
        else:
            self.texts[name] = text
