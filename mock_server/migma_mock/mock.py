"""Mock: the contract, accounts, engine, generators and fixtures of one mock, put together."""

import asyncio
import contextlib
import secrets
import shlex
from collections.abc import AsyncIterator, Callable
from typing import Unpack
from urllib.parse import quote

from migma_contract.errors import FixtureError, MigmaError, Problem, ServerError
from migma_contract.openapi import Contract
from migma_contract.resources import fixtures_path
from migma_contract.safe_text import one_line
from migma_mock.accounts.account import Account
from migma_mock.accounts.registry import Accounts
from migma_mock.api_keys import Key
from migma_mock.campaigns.fixture_watcher import FixtureWatcher
from migma_mock.campaigns.fixtures import Fixtures, ProgressHook, load_fixtures, public_keys
from migma_mock.contract_parts import (
    ContractFile,
    ContractParts,
    changes_for_clients,
    load_contract_for,
    make_parts,
    outdated_campaigns,
    problems_of,
)
from migma_mock.control_access import ControlAccess
from migma_mock.delays import describe_delay
from migma_mock.engine.cors import Cors
from migma_mock.engine.loop_executor import LoopExecutor
from migma_mock.event_log import EventLog
from migma_mock.faults.armed import InitialFault
from migma_mock.faults.fault_file import read_faults
from migma_mock.memory import Memory, parse_size
from migma_mock.metrics.counts import Counts
from migma_mock.metrics.shared_counts import SharedCounts
from migma_mock.option_names import options_named
from migma_mock.plans import parse_plan
from migma_mock.scenarios import faults_at_start, load_scenario
from migma_mock.setting_arguments import SettingArguments
from migma_mock.settings import Settings, flag, hide_secrets
from migma_mock.sharing.from_settings import kinds_for, require_started_store, shared_accounts_of
from migma_mock.sharing.serving_digest import serving_digest
from migma_mock.telemetry import telemetry_of
from migma_mock.upstream.from_settings import upstream_of
from migma_mock.waiting import Waiting

_ID_SHOWN = 64

_SHARED = (
    "The accounts of this mock are in a store (state), which handles in this process do not change. Start "
    "`migma-mock serve --state URL` and use MigmaMock.connect(URL_OF_THE_MOCK), which calls its control API; or leave "
    "state out."
)

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
        instance: Its id, which its health shows.
        contract: Every reply satisfies it.
        accounts: The accounts and their keys.
        generator_of: Returns the generator of a profile and seed; all accounts share it, since preparing takes 0.1 s.
        generator: Generates the campaigns of ids that nobody defined.
        engine: Answers requests.
        upstream: The API that gets requests for campaigns that the mock does not have; None for none.
        control_access: Decides who may use the control API.
        waiting: The requests that are answered late.
        shared: Keeps the accounts in the store that ``state`` names; None if they are in the memory of this process.
        draining: True while its server still answers, but is about to end: balancers are told to send no more.
        notices: Sentences for the user about how the contract is read, and what it changes in the fixtures.
        fixtures: The fixtures that are served, as their files have them.
        fixture_errors: Why the latest edit of the fixtures, or of the contract, is not served; empty when it is.
        log: Receives every answered request, and all notes, if set.
        warning_log: Receives notes that are warnings while there is no log.
        counts: How many requests this process answered, and how.
        shared_counts: The same of all workers that share the state.
        telemetry: Receives every answered request and sends a span of it; None without ``--telemetry``.
        name_of_option: Returns how the user named a setting: its flag if there are Settings, else the argument.
        ca_file: The certificate that clients of its server have to trust; None without HTTPS, with a certificate of the
            user's own, and before there is a server.
        on_loop: Runs a change of some account's state between two requests, and returns its result.
        require_process: Raises a ServerError in a process that was forked while a server runs.

    Raises:
        InputError: The contract, the fixtures or the options cannot be used; with every reason.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        progress_hook: ProgressHook = iter,
        **options: Unpack[SettingArguments],
    ) -> None:
        given = hide_secrets(options)
        del options
        self.name_of_option: Callable[[str], str] = flag if settings else str
        with options_named(self.name_of_option):
            self._create(Settings.of(settings, given), progress_hook)

    def _create(self, settings: Settings, progress_hook: ProgressHook) -> None:
        self.settings = settings
        self._folders = [*([fixtures_path()] if settings.builtin else []), *settings.fixtures]
        # Both before anything is read, so that no edit is missed.
        self._contract_file = ContractFile(settings)
        self._watcher = FixtureWatcher(self._folders, self.reload, self._contract_file.paths)
        self.instance = settings.instance or secrets.token_hex(8)
        contract = load_contract_for(settings)
        memory = Memory(parse_size(settings.max_memory))
        self._faults_at_start = [
            *(map(InitialFault, read_faults(settings.fault, contract)) if settings.fault else ()),
            *faults_at_start(settings.scenario, contract),
        ]
        self.accounts = Accounts(
            contract,
            memory,
            settings.journal_size,
            settings.max_accounts,
            self._log_eviction,
            limits=parse_plan(settings.plan),
            faults=self._faults_at_start,
            kinds=kinds_for(settings),
        )
        self.accounts.redactor.know(settings.secrets)
        self._use(make_parts(contract, settings, self.accounts, Cors(settings.cors_origin, self._note)))
        self.counts = Counts()
        self.upstream = upstream_of(settings, self.instance, self._note, self.counts)
        self.control_access = ControlAccess(settings)
        self.fixture_errors: list[Problem] = []
        self.notices: tuple[str, ...] = self.contract.notices
        self.log: EventLog | None = None
        self.warning_log: EventLog | None = None
        self.telemetry = telemetry_of(settings, self.accounts.redactor, self.instance)
        self.ca_file: str | None = None
        self.waiting = Waiting()
        self.draining = False
        self._executor = LoopExecutor()
        self.on_loop = self._executor.run
        self.require_process = self._executor.require_process
        self._on_contract: list[Callable[[], object]] = []
        self.shared = shared_accounts_of(
            settings,
            self.accounts,
            lambda: self.engine,
            self.waiting,
            serving_digest=self._serving_digest,
            note=self._note,
        )
        self.shared_counts = SharedCounts(self.counts, self.shared.store if self.shared else None)
        self._put_in_place = self.shared.file_changes.run if self.shared else self.on_loop
        self._serve_fixtures(self._load_fixtures(self.contract, progress_hook))

    def _use(self, parts: ContractParts) -> None:
        self.contract, self.generator_of, self.generator, self.engine = parts

    def _load_fixtures(self, contract: Contract, progress_hook: ProgressHook = iter) -> Fixtures:
        further = [Key(key=key) for key in self.settings.api_key]
        return load_fixtures(self._folders, contract, further, progress_hook)

    def _serve_fixtures(self, fixtures: Fixtures) -> None:
        self.fixtures = fixtures
        given_way = self.accounts.set_built_in(fixtures.campaigns, fixtures.keys)
        self.fixture_errors = []
        self.notices = (
            *self.contract.notices,
            *fixtures.notices,
            *(
                f"Campaign {one_line(id_, _ID_SHOWN)} was put or deleted at run time; its file changed since and is "
                f"served: {fixtures.campaigns[id_].source}"
                for id_ in given_way
            ),
        )

    def require_local_accounts(self) -> None:
        """Check that the accounts are those of this process alone, so that a handle in it can change them.

        Raises:
            ServerError: Other processes share them.
        """
        __tracebackhide__ = True  # the call in the test is what pytest has to show
        if self.shared:
            raise ServerError(_SHARED)

    def _serving_digest(self) -> str:
        return serving_digest(self.settings, self.contract, self.fixtures, self._faults_at_start)

    def on_new_contract(self, follow: Callable[[], object]) -> None:
        """Call a function after each change of the contract, between two requests."""
        self._on_contract.append(follow)

    def reload(self) -> list[Problem]:
        """Read the contract's file again if it changed, and the fixtures; keep serving what was valid.

        Returns:
            The problems of what is not served; empty when all is.
        """
        stamp = self._contract_file.stamp()
        if stamp == self._contract_file.served:
            return self.reload_fixtures()
        try:
            contract = load_contract_for(self.settings)
            parts = make_parts(contract, self.settings, self.accounts, self.engine.cors)
            fixtures = self._load_fixtures(contract)
        except MigmaError as error:
            # The stamp stays as it was: an edit of the fixtures may make the new contract one that can be served.
            problems = problems_of(error, str(self.settings.contract))
            return self.on_loop(lambda: self._keep_contract(problems))
        self._contract_file.served = stamp
        return self._put_in_place(lambda: self._serve_contract(parts, fixtures))

    def _serve_contract(self, parts: ContractParts, fixtures: Fixtures) -> list[Problem]:
        before, old = set(self.notices), self.contract
        self._use(parts)
        self.accounts.follow(parts.contract)
        self._serve_fixtures(fixtures)
        self.accounts.renew_fixtures()
        for follow in self._on_contract:
            follow()
        served = f"{parts.contract.title}, version {parts.contract.version}, {len(fixtures.campaigns)} campaigns"
        news = [notice for notice in self.notices if notice not in before]
        changes = [*changes_for_clients(old, parts.contract), *news]
        self._note(
            "\n  ".join([f"contract reloaded: {served}", *changes, *outdated_campaigns(self.accounts, parts.contract)])
        )
        return []

    def _keep_contract(self, problems: list[Problem]) -> list[Problem]:
        self.fixture_errors = problems
        served = f"the previous one ({self.contract.title}, version {self.contract.version}) is still served"
        self._note("\n  ".join([f"contract not reloaded; {served}:", *map(str, problems)]), is_warning=True)
        return problems

    def reload_fixtures(self) -> list[Problem]:
        """Read the fixtures again and serve them; if one is invalid, keep serving the previous set.

        They are read in the caller's thread and put in place between two requests.

        Returns:
            The problems of the new set; empty when it is served.
        """
        try:
            result: Fixtures | FixtureError = self._load_fixtures(self.contract)
        except FixtureError as error:
            result = error
        return self._put_in_place(lambda: self._apply_reload(result))

    def _apply_reload(self, result: Fixtures | FixtureError) -> list[Problem]:
        before = set(self.notices)
        if isinstance(result, Fixtures):
            self._serve_fixtures(result)
        else:
            self.fixture_errors = result.problems
        served = len(self.accounts.built_in.state.campaigns)
        note = f"fixtures reloaded, {served} campaigns"
        if self.fixture_errors:
            note = f"fixtures not reloaded; the previous {served} campaigns are still served:"
        news = [notice for notice in self.notices if notice not in before]
        lines = [note, *map(str, self.fixture_errors), *news]
        self._note("\n  ".join(lines), is_warning=bool(self.fixture_errors))
        return self.fixture_errors

    def _log_eviction(self, account: Account) -> None:
        text = f"account {account.id} made room for a newer one (--max-accounts)"
        if self.shared:
            self.shared.note_if_kept(text)
        else:
            self._note(text)

    def _note(self, text: str, *, is_warning: bool = False) -> None:
        log = self.log or (self.warning_log if is_warning else None)
        if log:
            log.note(text, is_warning=is_warning)

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

    def example_command(self, base_url: str, line_end: str = " ") -> str:
        """Return a command that gets the stats of :attr:`example_id`, for a shell.

        Args:
            base_url: Where a server serves the mock.
            line_end: What stands before the URL.
        """
        operation, key = self.contract.operation, self.shown_key
        headers = {**operation.key.headers(key), **operation.required_headers}
        options = [f"--cacert {shlex.quote(self.ca_file)}"] if self.ca_file else []
        options += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
        url = f"{base_url}{operation.request_path(quote(self.example_id, safe=''), key)}"
        return f"{' '.join(['curl', *options])}{line_end}{shlex.quote(url)}"

    @property
    def start_notes(self) -> list[str]:
        """Sentences for the user about what the mock does to replies from the start: a delay, and faults."""
        delay = self.settings.delay
        notes = [self.upstream.description] if self.upstream else []
        if not self.settings.uses_tls and any((self.settings.tls_cert, self.settings.tls_key, self.settings.tls_ca)):
            notes.append("HTTPS is off (--no-tls), so the options for its certificate are not used.")
        notes += [f"Every response is delayed: {describe_delay(delay)} (--delay)."] if delay else []
        state = self.accounts.built_in.state
        armed = state.faults.list()
        if self.settings.fault is not None:
            number = sum(fault.scenario is None for fault in armed)
            notes.append(f"{number} fault{'' if number == 1 else 's'} armed (--fault {self.settings.fault}).")
        names = dict.fromkeys(self.settings.scenario)
        notes += [f"Scenario {name} armed (--scenario): {load_scenario(name).happens}" for name in names]
        for index, fault in enumerate(armed):
            notes += self.engine.negotiator.arming_warnings(fault.spec, armed[:index], state)
        return notes

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests on the running event loop, which all changes go through, and watch the fixtures."""
        require_started_store(self.settings)
        self.waiting.open()
        self._executor.attach()
        if self.telemetry:
            self.telemetry.open()
        if self.settings.reload:
            self._watcher.start()
        try:
            if self.shared:
                await self.shared.open()
            async with self.shared_counts.running():
                yield
        finally:
            await self._watcher.stop()
            if self.shared:
                await self.shared.close()
            if self.telemetry:
                await asyncio.to_thread(self.telemetry.close)
            self._executor.detach()
