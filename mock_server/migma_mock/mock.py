"""Mock: the contract, accounts, engine, generators and fixtures of one mock, put together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import lru_cache, partial
from typing import Protocol

from migma_contract.errors import ContractError, FixtureError, Problem
from migma_contract.openapi import Contract, load_contract
from migma_contract.resources import fixtures_path, openapi_path
from migma_contract.stats import disagreements
from migma_mock.accounts.account import Account
from migma_mock.accounts.registry import Accounts
from migma_mock.api_keys import Key
from migma_mock.campaigns.fixture_watcher import FixtureWatcher
from migma_mock.campaigns.fixtures import Fixtures, ProgressHook, load_fixtures, public_keys
from migma_mock.control_access import ControlAccess
from migma_mock.engine.engine import Engine
from migma_mock.engine.loop_executor import LoopExecutor
from migma_mock.engine.negotiator import NO_SUCH_ID
from migma_mock.generation import Generator
from migma_mock.memory import Memory, parse_size
from migma_mock.messages.reply import ContractViolationError
from migma_mock.settings import Settings, hide_secrets

_GENERATORS_KEPT = 16
"""Each needs about 0.5 MB once it has generated something."""


class EventLog(Protocol):
    """Receives what happens in a mock, to show it to people."""

    def request(self, method: str, raw_path: bytes, status: int, matched_by: str, seconds: float) -> None:
        """Log one answered request and how long the mock took, in seconds."""

    def note(self, text: str) -> None:
        """Log any other event."""


KEY_PLACEHOLDER = "YOUR_API_KEY"
"""Shown in place of a key that may be a real one."""


class Mock:
    """One mock of the API, without a server: it answers requests as plain values.

    Args:
        settings: All settings; or else
        options: Some fields of :class:`migma_mock.settings.Settings`, by name.
        progress_hook: Wraps the list of fixture files while they are read, to show the progress.

    Attributes:
        settings: How it was made.
        contract: Every reply satisfies it.
        accounts: The accounts and their keys.
        generator_of: Returns the generator of a profile and seed; all accounts share it, since preparing takes 0.1 s.
        generator: Generates the campaigns of ids that nobody defined.
        engine: Answers requests.
        control_access: Decides who may use the control API.
        is_closing: True once the server is about to stop.
        fixtures: The fixtures that are served, as their files have them.
        fixture_errors: Why the latest edit of the fixtures is not served; empty when it is.
        log: Receives every answered request, if set.
        on_loop: Runs a change of some account's state between two requests, and returns its result.

    Raises:
        InputError: The contract, the fixtures or the options cannot be used; with every reason.
    """

    def __init__(
        self, settings: Settings | None = None, *, progress_hook: ProgressHook = iter, **options: object
    ) -> None:
        options = hide_secrets(options)
        self.settings = settings = Settings.of(settings, options)
        self.contract = load_contract_for(settings)
        memory = Memory(parse_size(settings.max_memory))
        self.accounts = Accounts(
            self.contract, memory, settings.journal_size, settings.max_accounts, self._log_eviction
        )
        self.accounts.redactor.know(settings.secrets)
        self.generator_of = lru_cache(_GENERATORS_KEPT)(partial(Generator, self.contract))
        self.generator = self.generator_of(profile=settings.profile, seed=settings.seed)
        self.engine = self._create_engine()
        self.control_access = ControlAccess(settings)
        self.fixture_errors: list[Problem] = []
        self.log: EventLog | None = None
        self.is_closing = False
        self._folders = [folder for folder in (settings.builtin and fixtures_path(), settings.fixtures) if folder]
        self._waiting: set[asyncio.Event] = set()
        self._executor = LoopExecutor()
        self.on_loop = self._executor.run
        self._watcher = FixtureWatcher(self._folders, self.reload_fixtures)
        self._serve_fixtures(self._load_fixtures(progress_hook))
        if settings.unknown_id == "generate":
            # A contract that the profile cannot satisfy is refused now, not at the first request.
            self.generator.envelope(NO_SUCH_ID)

    def _create_engine(self) -> Engine:
        settings = self.settings
        try:
            return Engine(
                self.contract,
                self.accounts,
                self.generator,
                generate_unknown=settings.unknown_id == "generate",
                metadata=settings.metadata,
            )
        except ContractViolationError as error:
            expected = "a schema that admits the mock's own error replies"
            raise ContractError(
                [Problem(self.contract.source, v.schema_pointer, expected, v.expected) for v in error.violations]
            ) from error

    def _load_fixtures(self, progress_hook: ProgressHook = iter) -> Fixtures:
        further = [Key(key=key) for key in self.settings.api_key]
        return load_fixtures(self._folders, self.contract, further, progress_hook)

    def _serve_fixtures(self, fixtures: Fixtures) -> None:
        self.fixtures = fixtures
        self.accounts.set_built_in(fixtures.campaigns, fixtures.keys)
        self.fixture_errors = []

    def reload_fixtures(self) -> list[Problem]:
        """Read the fixtures again and serve them; if one is invalid, keep serving the previous set.

        They are read in the caller's thread and put in place between two requests.

        Returns:
            The problems of the new set; empty when it is served.
        """
        try:
            result: Fixtures | FixtureError = self._load_fixtures()
        except FixtureError as error:
            result = error
        return self.on_loop(lambda: self._apply_reload(result))

    def _apply_reload(self, result: Fixtures | FixtureError) -> list[Problem]:
        if isinstance(result, Fixtures):
            self._serve_fixtures(result)
        else:
            self.fixture_errors = result.problems
        served = len(self.accounts.built_in.state.campaigns)
        note = f"fixtures reloaded, {served} campaigns"
        if self.fixture_errors:
            note = f"fixtures not reloaded; the previous {served} campaigns are still served:"
        if self.log:
            self.log.note("\n  ".join([note, *map(str, self.fixture_errors)]))
        return self.fixture_errors

    def _log_eviction(self, account: Account) -> None:
        if self.log:
            self.log.note(f"account {account.id} made room for a newer one (--max-accounts)")

    @property
    def example_key(self) -> str:
        """A key that works; "" if there is none."""
        return self.accounts.built_in.keys.working.reveal()

    @property
    def shown_key(self) -> str:
        """:attr:`example_key` to show to people; a placeholder unless it is a key of the built-in fixtures."""
        key = self.accounts.built_in.keys.working
        return key.reveal() if key in public_keys() else KEY_PLACEHOLDER

    @property
    def example_id(self) -> str:
        """The id of a campaign that answers with stats; a placeholder if there is none."""
        return self.accounts.built_in.example_id

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests on the running event loop, which all changes go through, and watch the fixtures."""
        self.is_closing = False
        self._executor.attach()
        if self.settings.reload:
            self._watcher.start()
        try:
            yield
        finally:
            await self._watcher.stop()
            self._executor.detach()

    async def wait(self, seconds: float) -> None:
        """Wait some seconds, or until the server is about to stop."""
        if self.is_closing:
            return
        released = asyncio.Event()
        self._waiting.add(released)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(released.wait(), seconds)
        finally:
            self._waiting.discard(released)

    def close(self) -> None:
        """Release the requests that :meth:`wait`, since the server is about to stop; call it on the event loop."""
        self.is_closing = True
        for released in self._waiting:
            released.set()


def load_contract_for(settings: Settings) -> Contract:
    """Load the contract that the settings name and check that this release can serve it.

    Raises:
        ContractError: It cannot be used, or it contradicts this release; with every place.
    """
    contract = load_contract(
        settings.contract or openapi_path(),
        strict_nullable=settings.strict_nullable,
        rates=settings.rates,
        refresh=settings.refresh,
    )
    problems = disagreements(contract)
    if problems:
        raise ContractError(contract.schemas.with_places(problems))
    return contract
