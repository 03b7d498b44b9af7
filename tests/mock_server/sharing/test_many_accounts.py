"""A registry of thousands of accounts: a change of one costs no look at all others."""

import pytest

from migma_mock.accounts.registry import Accounts
from migma_mock.mock import Mock


@pytest.fixture
def pair():
    """The registries of two workers that have the same accounts."""
    first, second = (Mock(reload=False, state="unix:///nowhere").shared._registry.copy for _ in range(2))
    for _ in range(3):
        first.accounts.create()
    changes = first.changes()
    first.accept(changes)
    second.load(changes, is_whole=True)
    return first, second


def test_an_account_comes_and_goes_without_a_look_at_the_others(pair, monkeypatch):
    first, second = pair

    def fail(_accounts):
        raise AssertionError("it looks at all accounts")

    monkeypatch.setattr(Accounts, "all", property(fail))
    account = first.accounts.create()
    created = first.changes()
    assert [name for name, _ in created] == ["last-number", f"account:{account.id}"]
    first.accept(created)
    assert first.changes() == []
    second.load(created)
    assert second.accounts.peek(account.id).keys == account.keys
    assert second.changes() == []

    first.accounts.delete(account.id)
    deleted = first.changes()
    assert {(name, text is None) for name, text in deleted} == {
        (f"account:{account.id}", True),
        (f"former:{account.id}", False),
    }
    first.accept(deleted)
    second.load(deleted)
    assert second.accounts.peek(account.id) is None
    assert account.id not in second.copies
    assert second.changes() == []


def test_what_was_not_accepted_is_undone(pair):
    first, _ = pair
    kept = {account.id for account in first.accounts.all}
    first.accounts.delete("account-2")
    first.accounts.create()
    first.roll_back()
    assert {account.id for account in first.accounts.all} == kept == set(first.copies)
    assert first.changes() == []


def test_all_parts_take_the_place_of_what_a_worker_had(pair):
    """As after a loss: accounts that the store does not have go."""
    first, second = pair
    second.accounts.create()
    second.accept(second.changes())
    second.load(first.parts(), is_whole=True)
    assert set(second.copies) == set(first.copies)
    assert second.accounts.last_number == 3
    assert second.changes() == []
