"""LocalAccount: the backend of a handle whose mock runs in this process."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Timer
from typing import Any, TypeVar

from migma_contract.errors import Problem
from migma_mock.accounts.account import Account, AccountKeys
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.accounts.verification import JournalSnapshot, RequestExpectation, VerificationResult, verify
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.completed_campaign import build_completed_campaign
from migma_mock.campaigns.generated_campaign import build_generated_campaign
from migma_mock.faults import ArmedFault, parse_fault
from migma_mock.generation import Profile, campaign_ids
from migma_mock.mock import Mock
from migma_mock.plans import parse_plan
from migma_mock.scenarios import parse_scenario
from migma_mock.testing.account_backend import Armed, ArmedTogether, RequestLog, gone_error
from migma_mock.testing.arguments import HIDDEN

T = TypeVar("T")

__tracebackhide__ = HIDDEN


class LocalAccount:
    """An account of a mock in this process; changes are made between two requests.

    Its members are those of :class:`~migma_mock.testing.account_backend.AccountBackend`.

    Args:
        mock: The mock that has the account.
        account: The account.
        base_url: Where a server serves the mock, or a function that returns it.
    """

    def __init__(self, mock: Mock, account: Account, base_url: str | Callable[[], str]) -> None:
        self.mock = mock
        self._account = account
        self._base_url = base_url

    @property
    def account(self) -> Account:
        """The account.

        Raises:
            UnknownAccountError: It was deleted, or made room for newer ones.
            ServerError: This process was forked from the one whose server changes it; or others share it.
        """
        self._require_account()
        return self._account

    @property
    def account_id(self) -> str:
        return self._account.id

    @property
    def account_name(self) -> str:
        is_named = self._account.name and not self._account.is_built_in
        return self._account.name if is_named else self._account.id

    @property
    def keys(self) -> AccountKeys:
        self._require_account(may_be_forked=True)
        return self._account.keys

    @property
    def base_url(self) -> str:
        self._require_account(may_be_forked=True)
        return self._base_url if isinstance(self._base_url, str) else self._base_url()

    @property
    def ca_file(self) -> str | None:
        _ = self.base_url  # it may start the server, which creates the file
        return self.mock.ca_file

    @property
    def version_path(self) -> str:
        return self.mock.contract.operation.version_path

    @property
    def auth_headers(self) -> dict[str, str]:
        operation = self.mock.contract.operation
        return {**operation.key.headers(self.keys.working.reveal()), **operation.required_headers}

    @property
    def example_id(self) -> str:
        return self.account.example_id

    def request_path(self, segment: str) -> str:
        return self.mock.contract.operation.request_path(segment, self.keys.working.reveal())

    def create_account(
        self, name: str, *, empty: bool, plan: str, key_seed: str | None, start: datetime | None
    ) -> "LocalAccount":
        self._require_account()
        limits = parse_plan(plan)
        account = self.mock.on_loop(
            lambda: self.mock.accounts.create(name, empty=empty, limits=limits, key_seed=key_seed, start=start)
        )
        return LocalAccount(self.mock, account, self._base_url)

    def delete_account(self, account_id: str) -> None:
        with suppress(UnknownAccountError):
            self.mock.on_loop(lambda: self.mock.accounts.delete(account_id))

    def reset(self) -> None:
        self._change(self.account.reset)

    def put_campaign(self, document: Any) -> list[Problem]:
        return self._put(build_campaign(document, _source(document), self.mock.contract, self.account.latest_now))

    def put_completed_campaign(self, document: Mapping[str, Any]) -> dict[str, Any] | list[Problem]:
        campaign = build_completed_campaign(
            document, _source(document), self.mock.contract, self.now(), self.account.latest_now
        )
        if isinstance(campaign, list):
            return campaign
        self._put(campaign)
        return dict(campaign.stats or {})

    def put_generated_campaign(
        self, campaign_id: str | None, profile: Profile | None, seed: int | None, number: int
    ) -> str | list[Problem]:
        settings = self.mock.settings
        profile, seed = profile or settings.profile, settings.seed if seed is None else seed
        if campaign_id is None:
            campaign_id = self.mock.contract.allowed_id(campaign_ids(seed, number + 1)[number])
        envelope = self.mock.generator_of(profile=profile, seed=seed).envelope(campaign_id)
        campaign = build_generated_campaign(campaign_id, envelope, self.mock.contract, profile=profile, seed=seed)
        return self._put(campaign) or campaign_id

    def delete_campaign(self, campaign_id: str) -> bool:
        return self._change(lambda: self.account.state.delete(campaign_id))

    def arm(self, document: Mapping[str, Any]) -> Armed | list[Problem]:
        spec = parse_fault(document, "fault", self.mock.contract)
        if isinstance(spec, list):
            return spec
        state = self.account.state
        warnings = self.mock.engine.negotiator.arming_warnings(spec, state.faults.list(), state)
        return Armed(self._change(lambda: state.faults.arm(spec)), warnings)

    @property
    def faults(self) -> list[ArmedFault]:
        return self.account.state.faults.list()

    def disarm(self, fault_id: str) -> None:
        self._change(lambda: self.account.state.faults.disarm(fault_id))

    def clear_faults(self) -> None:
        self._change(self.account.state.faults.clear)

    def arm_scenario(self, document: Mapping[str, Any]) -> ArmedTogether | list[Problem]:
        scenario = parse_scenario(document, "scenario", self.mock.contract)
        if isinstance(scenario, list):
            return scenario
        state = self.account.state
        armed = self._change(lambda: state.faults.arm_scenario(scenario.name, scenario.faults))
        earlier = state.faults.list()[: -len(armed)]
        arming_warnings = self.mock.engine.negotiator.arming_warnings
        warnings = (warning for each in armed for warning in arming_warnings(each.spec, earlier, state))
        return ArmedTogether(list(armed), list(dict.fromkeys(warnings)))

    def disarm_scenario(self, name: str, campaign: str | None) -> None:
        self._change(lambda: self.account.state.faults.disarm_scenario(name, campaign))

    def set_rate_limit(self, plan: str) -> None:
        limits = parse_plan(plan)
        self._change(lambda: self.account.state.set_rate_limit(limits))

    def pause_refresh(self, duration: timedelta) -> datetime:
        return self._change(lambda: self.account.state.pause_refresh(duration))

    def now(self) -> datetime:
        return self.account.state.clock.now()

    def advance_clock(self, duration: timedelta) -> datetime:
        self.account.state.clock.advance(duration)
        return self.now()

    def set_clock(self, at: datetime) -> datetime:
        self.account.state.clock.set(at)
        return self.now()

    def freeze_clock(self, at: datetime | None) -> datetime:
        self.account.state.clock.freeze(at)
        return self.now()

    def resume_clock(self) -> datetime:
        self.account.state.clock.resume()
        return self.now()

    def requests(self) -> RequestLog:
        snapshot = self._snapshot()
        return RequestLog(list(snapshot.requests), snapshot.gap, snapshot.unknown_key_note)

    def unknown_key_requests(self) -> RequestLog:
        self._require_account()
        journal = self.mock.accounts.unknown_key_requests
        return RequestLog(journal.entries, journal.gap)

    def verify(self, expectation: RequestExpectation, timeout: float = 0) -> str:
        result = verify(expectation, self._snapshot())
        if timeout and result.may_come:
            result = self._verify_later(expectation, timeout)
        return "" if result.ok else result.explanation

    def _verify_later(self, expectation: RequestExpectation, timeout: float) -> VerificationResult:
        """Verify again after each request, until the expectation is met or the time is over."""
        changed, over = Event(), Event()

        def end() -> None:
            over.set()
            changed.set()

        # A timer of threading, since a test may have frozen the functions of the module time.
        timer = Timer(timeout, end)
        timer.daemon = True
        listeners = self.account.state.journal.listeners
        listeners.append(changed.set)
        timer.start()
        try:
            while True:
                result = verify(expectation, self._snapshot())
                if not result.may_come or over.is_set():
                    return result
                changed.wait()
                changed.clear()
        finally:
            timer.cancel()
            listeners.remove(changed.set)

    def _snapshot(self) -> JournalSnapshot:
        return JournalSnapshot.take(self.account, self.mock.accounts.unknown_key_requests, self.mock.contract)

    def _put(self, campaign: Campaign | list[Problem]) -> list[Problem]:
        if isinstance(campaign, list):
            return campaign
        self._change(lambda: self.account.state.put(campaign))
        return []

    def _require_account(self, *, may_be_forked: bool = False) -> None:
        if self._account.is_deleted:
            raise gone_error(self.account_name)
        if not may_be_forked:
            self.mock.require_local_accounts()
            self.mock.require_process()

    def _change(self, change: Callable[[], T]) -> T:
        """Run a change of the account between two requests, and return its result.

        Raises:
            UnknownAccountError: The account was deleted, or made room for newer ones.
        """

        def change_existing() -> T:
            self.mock.accounts.get(self.account.id)
            return change()

        return self.mock.on_loop(change_existing)


def _source(document: Any) -> str:
    return f"campaign {document['id']!r}" if isinstance(document, dict) and "id" in document else "campaign"
