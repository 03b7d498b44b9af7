"""Find what keeps workers from sharing the state of the accounts, for ``migma-mock doctor``."""

import asyncio
from collections.abc import Iterator

from migma_contract.errors import ServerError, SettingsError
from migma_contract.extras import MissingExtraError, require_extra
from migma_mock.cli.finding import Finding
from migma_mock.cli.serve import require_workers
from migma_mock.settings import Settings
from migma_mock.state_url import is_embedded, is_shared


def state_findings(settings: Settings) -> Iterator[Finding]:
    """Yield a finding about the state that workers share; nothing for one worker that keeps it in memory."""
    try:
        require_workers(settings)
        if is_embedded(settings.state):
            from migma_mock.sharing.store.embedded_store import find_program

            find_program()
            yield Finding("ok", "state", "the embedded store is installed")
        elif settings.state and is_shared(settings.state):
            require_extra("team", "Shared state (--state)")
            yield asyncio.run(_store_finding(settings.state.reveal()))
    except SettingsError as error:
        yield from (Finding("problem", "state", str(problem), error.hint) for problem in error.problems)
    except MissingExtraError as error:
        if is_embedded(settings.state):  # of another store, the mock that was made for the other findings has said it
            yield Finding("problem", "versions", error.reason, error.remedy)
    except ServerError as error:
        yield Finding("problem", "state", str(error), "Use another --state.")


async def _store_finding(url: str) -> Finding:
    from migma_mock.sharing.store.connection import StoreConnection
    from migma_mock.sharing.store.store import Store
    from migma_mock.sharing.store.store_errors import StoreFormatError, StoreUnavailableError
    from migma_mock.sharing.store.store_url import parse_store_url
    from migma_mock.sharing.store_troubles import lost_sentence

    connection = StoreConnection(parse_store_url(url))
    try:
        await connection.open()
        store = Store(connection, 0)
        await store.check()
        lost = lost_sentence(await store.lost_accounts())
    except StoreUnavailableError as error:
        return Finding("problem", "state", error.why, "Start the store, or fix --state.")
    except StoreFormatError as error:
        return Finding("problem", "state", str(error), "Take the release that wrote the data, or another prefix.")
    finally:
        await connection.close()
    if lost:
        return Finding("warning", "state", f"the store {connection.url.place} answers: {lost}", "Reset these accounts.")
    return Finding("ok", "state", f"the store {connection.url.place} answers")
