"""Make the shared accounts that the setting ``state`` asks for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from migma_contract.errors import Problem, SettingsError
from migma_contract.extras import require_extra
from migma_mock.accounts.registry import Accounts, StateKinds
from migma_mock.engine.engine import Engine
from migma_mock.event_log import Note
from migma_mock.settings import Settings
from migma_mock.state_url import is_embedded, is_shared
from migma_mock.waiting import Waiting

if TYPE_CHECKING:
    from migma_mock.sharing.shared_accounts import SharedAccounts


def kinds_for(settings: Settings) -> StateKinds | None:
    """Return the kinds of states and journals that can be shared; None for those that are in memory only.

    Raises:
        MissingExtraError: The libraries for shared state are not installed.
    """
    if not _has_store(settings):
        return None
    require_extra("team", "Shared state (--state)")
    # Imported here, since most mocks need none of it.
    from migma_mock.sharing.copies.kinds import shared_kinds

    return shared_kinds()


def shared_accounts_of(
    settings: Settings,
    accounts: Accounts,
    engine: Callable[[], Engine],
    waiting: Waiting,
    *,
    serving_digest: Callable[[], str],
    note: Note,
) -> "SharedAccounts | None":
    """Return the shared accounts of a mock; None if its state is in memory.

    Args:
        settings: The settings of the mock.
        accounts: Its accounts, of the kinds of :func:`kinds_for`.
        engine: Returns its engine.
        waiting: Its requests that are answered late.
        serving_digest: Returns what tells what it serves from what others do.
        note: Is called with sentences for people.
    """
    if settings.state is None or not _has_store(settings):
        return None
    from migma_mock.sharing.shared_accounts import SharedAccounts
    from migma_mock.sharing.store.store_url import parse_store_url

    return SharedAccounts(
        parse_store_url(settings.state.reveal()),
        accounts,
        engine,
        waiting,
        serving_digest=serving_digest,
        note=note,
        journal_size=settings.journal_size,
        max_accounts=settings.max_accounts,
    )


def require_started_store(settings: Settings) -> None:
    """Check that a server with these settings has a store, if it needs one.

    Raises:
        SettingsError: It needs one that only the command starts.
    """
    if is_embedded(settings.state):
        expected = "memory or the URL of a store, since only `migma-mock serve` starts the embedded one"
        raise SettingsError([Problem("state", "", expected, "embedded")])


def _has_store(settings: Settings) -> bool:
    """True if the settings name a store that is there already; a command that only lists something needs no other."""
    return is_shared(settings.state) and not is_embedded(settings.state)
