"""The mock as an ASGI application: the contract's path first, on a fast path; everything else through FastAPI."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

from migma_contract.errors import ContractError, FixtureError, Problem
from migma_contract.resources import fixtures_path
from migma_mock.accounts.account import Account
from migma_mock.accounts.registry import Accounts
from migma_mock.api_keys import Key
from migma_mock.campaigns.fixture_watcher import FixtureWatcher
from migma_mock.campaigns.fixtures import Fixtures, ProgressHook, load_fixtures
from migma_mock.control_access import PREFIX, ControlAccess
from migma_mock.engine.engine import Engine
from migma_mock.engine.loop_executor import LoopExecutor
from migma_mock.engine.negotiator import NO_SUCH_ID, UNDRAWN, Undrawn
from migma_mock.generation import Generator, Profile
from migma_mock.http.access_log import AccessLog
from migma_mock.http.send import send_reply, send_reply_as
from migma_mock.messages.asgi import ANSWER, Receive, Scope, Send, request_target
from migma_mock.messages.delivery import NORMAL
from migma_mock.messages.reply import ContractViolationError, Reply
from migma_mock.messages.request import Request
from migma_mock.mock import load_contract_of
from migma_mock.settings import Settings

T = TypeVar("T")

_SITE = frozenset({PREFIX[1:], "docs", "openapi.json"})
"""First segments of paths that are the mock's own and not the vendor's; the root is too."""


def create_app(settings: Settings | None = None, **options: object) -> "MockApp":
    """The mock, ready to be served or called in process.

    Args:
        settings: All settings; or else
        options: Some of :class:`migma_mock.settings.Settings`, by name.

    Raises:
        InputError: The contract, the fixtures or the options cannot be used; with every reason.
    """
    return MockApp(settings or Settings.read(**options))


class MockApp:
    """The ASGI application; ``track`` shows how far the reading of fixtures is.

    Attributes:
        settings: How it was made.
        contract: What its replies hold to.
        engine: Chooses replies.
        guard: Who may use the control API.
        is_closing: Whether the server is about to stop.
        fixture_errors: Why the latest edit of the fixtures is not served; empty when it is.
        log: Called for each answer, if set.
    """

    def __init__(self, settings: Settings, *, progress_hook: ProgressHook = iter) -> None:
        self.settings = settings
        self.contract = load_contract_of(settings)
        self.accounts = Accounts(self.contract, settings.journal_size, settings.max_accounts, self._evicted)
        self.generator = Generator(self.contract, seed=settings.seed, profile=settings.profile)
        self._generators = {(settings.profile, settings.seed): self.generator}
        generate = settings.unknown_id == "generate"
        try:
            self.engine = Engine(
                self.contract, self.accounts, self.generator, generate_unknown=generate, metadata=settings.metadata
            )
        except ContractViolationError as error:
            code = "what mock_server/migma_mock/engine/static_replies.py answers with"
            problems = [
                Problem(self.contract.source, v.rule, f"a schema that admits {code}", v.expected)
                for v in error.violations
            ]
            raise ContractError(problems) from error
        self.control_access = ControlAccess(settings)
        self.fixture_errors: list[Problem] = []
        self.log: AccessLog | None = None
        built_in = [fixtures_path()] if settings.builtin else []
        self._folders = [*built_in, *([settings.fixtures] if settings.fixtures else [])]
        self._held: set[asyncio.Event] = set()
        self.is_closing = False
        self._turns = LoopExecutor()
        self._site: Callable[[Scope, Receive, Send], Awaitable[None]] | None = None
        self._site_lock = threading.Lock()
        self._watcher = FixtureWatcher(self._folders, self.reload_fixtures)
        self._serve_fixtures(self._load(progress_hook))
        if settings.unknown_id == "generate":
            # A contract that the profile cannot satisfy is refused now, not when somebody asks.
            self.generator.envelope(NO_SUCH_ID)

    def _load(self, progress_hook: ProgressHook = iter) -> Fixtures:
        further = [Key(key=secret) for secret in self.settings.api_key]
        return load_fixtures(self._folders, self.contract, further, progress_hook)

    def _serve_fixtures(self, fixtures: Fixtures) -> None:
        self.accounts.set_built_in(fixtures.campaigns, fixtures.keys)
        self.fixture_errors = []

    def reload_fixtures(self) -> list[Problem]:
        """Read the fixtures again: all of them are served from now on, or, if one is broken, the set before.

        They are read in the caller's thread, and put in place where requests are answered.

        Returns:
            What is wrong; empty when the new set is served.
        """
        try:
            read: Fixtures | FixtureError = self._load()
        except FixtureError as error:
            read = error
        return self.on_loop(lambda: self._take_over(read))

    def _take_over(self, read: Fixtures | FixtureError) -> list[Problem]:
        if isinstance(read, Fixtures):
            self._serve_fixtures(read)
        else:
            self.fixture_errors = read.problems
        if self.log:
            self.log.fixtures_reloaded(len(self.accounts.built_in.state.campaigns), self.fixture_errors)
        return self.fixture_errors

    def _evicted(self, account: Account) -> None:
        if self.log:
            self.log.note(f"account {account.id} made room for a newer one (--max-accounts)")

    @property
    def example_key(self) -> str:
        """A key that works; "" where there is none."""
        return self.accounts.built_in.keys.working

    @property
    def shown_key(self) -> str:
        """:attr:`example_key` for people to see; a placeholder where there is none, or where it may be a real one.

        Keys of fixtures are nobody's secret; one that was given as an option may be.
        """
        key = self.example_key
        return "YOUR_API_KEY" if not key or key in self.settings.api_key else key

    @property
    def example_id(self) -> str:
        """The id of a campaign that answers with stats; an id that is as good as any where there is none."""
        return self.accounts.built_in.example_id

    def generator_of(self, profile: Profile, seed: int) -> Generator:
        """The generator of a profile and seed: one for all accounts, since the first draw takes a tenth of a second."""
        return self._generators.setdefault((profile, seed), Generator(self.contract, profile=profile, seed=seed))

    def close(self) -> None:
        """Let requests that are being held back (``Prefer: wait``) go, since the server is about to stop.

        To be called on the event loop that serves them.
        """
        self.is_closing = True
        for released in self._held:
            released.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or run the lifespan."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        path, raw_path = request_target(scope)
        # No WebSocket is on offer: the site is what knows how to refuse one.
        if path == "/" or path[1:].partition("/")[0] in _SITE or scope["type"] == "websocket":
            await self._show_site(scope, receive, send)
            return
        started = time.perf_counter()
        method: str = scope["method"]
        request = Request(method, raw_path, scope["headers"])
        answer = (scope.get("extensions") or {}).get(ANSWER) or self.engine.answer(request)
        if isinstance(answer, Undrawn):
            answer = await self._draw(request)
        if answer.delay:
            await self.hold(answer.delay)
        if answer.delivery is NORMAL:
            await send_reply(answer, method, send)
        else:
            await send_reply_as(answer, scope, receive, send, self.hold)
        if self.log:
            self.log.request(method, raw_path, answer.status, answer.matched_by, time.perf_counter() - started)

    async def _draw(self, request: Request) -> Reply:
        answer: Reply | Undrawn = UNDRAWN
        while isinstance(answer, Undrawn):
            # Drawing takes milliseconds at least: not on the event loop, which others need.
            await asyncio.to_thread(self.generator.prepare)
            answer = self.engine.answer(request, again=True)
        return answer

    async def hold(self, seconds: float) -> None:
        """Wait some seconds, or until the server is about to stop."""
        if self.is_closing:
            return
        released = asyncio.Event()
        self._held.add(released)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(released.wait(), seconds)
        finally:
            self._held.discard(released)

    async def _show_site(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        site = self._site
        if site is None:
            site = await asyncio.to_thread(self._load_site)

        async def send_and_log(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if self.log and message["type"] == "http.response.start":
                raw_path = scope.get("raw_path") or scope["path"].encode()
                seconds = time.perf_counter() - started
                self.log.request(scope["method"], raw_path, message["status"], "the mock's own page", seconds)

        await site(scope, receive, send_and_log)

    def _load_site(self) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        # FastAPI takes longer to import than all the rest; nobody waits for it who only asks for stats.
        from migma_mock.control.app import build_site

        with self._site_lock:
            if self._site is None:
                self._site = build_site(self)
            return self._site

    def on_loop(self, change: Callable[[], T]) -> T:
        """Run a change of an account's state in its turn among requests."""
        return self._turns.run(change)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        self._turns.attach()
        if self.settings.reload:
            self._watcher.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        await self._watcher.stop()
        self._turns.detach()
        await send({"type": "lifespan.shutdown.complete"})
