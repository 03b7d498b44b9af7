"""Handle: one account in the hands of a test."""

import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar, Unpack
from urllib.parse import quote

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning
from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Entry
from migma_mock.accounts.verification import parse_expectation, verify
from migma_mock.campaigns.campaign_builder import make_campaign
from migma_mock.faults import ArmedFault, parse_fault
from migma_mock.generation import PROFILES, Profile, campaign_ids
from migma_mock.mock import Mock
from migma_mock.testing.arguments import Units, a_document, a_duration, a_plan, an_id, one_of, refuse
from migma_mock.testing.clock_handle import ClockHandle
from migma_mock.testing.stats_completion import complete_stats

_SHOWN = 100

T = TypeVar("T")

Address = str | Callable[[], str]
"""A base URL, or what finds it whenever it is asked for."""


class Handle:
    """One account: its keys, and what a test does with it.

    ``MockServer`` is the handle of the built-in account; the pytest fixture ``migma_mock`` and
    ``MockServer.new_account()`` give handles of accounts of their own. Synchronous, and quick enough to be called
    from asynchronous tests as it is.

    >>> from migma_mock import MockServer
    >>> with MockServer() as mock:
    ...     account = mock.new_account()
    ...     stats = account.campaign("spring-sale", totalDelivered=200, openRate=0.25)
    >>> stats["uniqueOpens"], stats["totalSent"]
    (50, 200)

    Attributes:
        account: Behind it.
        clock: The account's.
    """

    def __init__(self, app: Mock, account: Account, base_url: Address) -> None:
        self.app = app
        self.account = account
        self.clock = ClockHandle(account)
        self._address = base_url
        self._numbers = count()

    @property
    def base_url(self) -> str:
        """For the contract's paths: ``http://127.0.0.1:PORT``."""
        return self._address if isinstance(self._address, str) else self._address()

    @property
    def sdk_base_url(self) -> str:
        """For the vendor's SDK, which wants the version in it: ``http://127.0.0.1:PORT/v1``."""
        return f"{self.base_url}/{self.app.contract.operation.path.split('/')[1]}"

    @property
    def api_key(self) -> str:
        """A key that works."""
        return self.account.keys.working

    @property
    def revoked_key(self) -> str:
        """A key that was good once: 401."""
        return self.account.keys.revoked

    @property
    def key_without_permission(self) -> str:
        """A key without email:read: 403."""
        return self.account.keys.withoutPermission

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries :attr:`api_key`."""
        operation = self.app.contract.operation
        return {operation.key_header: operation.key_header_value(self.api_key)}

    @property
    def example_id(self) -> str:
        """The id of a campaign of this account that answers with stats; one of nothing, where there is none."""
        return self.account.example_id

    def stats_url(self, campaign_id: str) -> str:
        """Where the stats of a campaign are; of any id at all, percent-encoded where a URL asks for it."""
        operation, segment = self.app.contract.operation, quote(an_id("stats_url", campaign_id), safe="")
        return f"{self.base_url}{operation.prefix}{segment}{operation.suffix}"

    def campaign(self, campaign_id: str, /, **stats: Any) -> dict[str, Any]:
        """Put a campaign with such stats, and return them; what is not given is filled in coherently.

        Args:
            campaign_id: Its id.
            stats: Members of CampaignStats; None leaves an optional one out, lastUpdated may be a datetime.

        Raises:
            ArgumentError: A member does not exist, has a value that the contract refuses, or contradicts another.
        """
        filled = complete_stats(stats, self.clock.now)
        self.put({"id": campaign_id, "title": campaign_id, "description": "Put by a test.", "stats": filled})
        return filled

    def put(self, file: dict[str, Any]) -> None:
        """Put a campaign as a fixture file writes it: with ``stats``, ``reply``, ``growth`` or ``script``.

        Raises:
            ArgumentError: With everything that is wrong with it.
        """
        self._put(a_document("put(file)", file), self.clock.now)

    def _put(self, file: Any, now: datetime | None) -> None:
        source = f"campaign {file['id']!r}" if isinstance(file, dict) and "id" in file else "campaign"
        campaign = make_campaign(file, source, self.app.contract, now)
        if isinstance(campaign, list):
            raise ArgumentError(campaign)
        self._change(lambda: self.account.state.put(campaign))

    def delete(self, campaign_id: str) -> bool:
        """Have no campaign under an id, so that it gets 404; whether there was one."""
        known = an_id("delete", campaign_id)
        return self._change(lambda: self.account.state.delete(known))

    def growing(self, campaign_id: str, /, **growth: Any) -> None:
        """Put a growing campaign: ``growing("abc", recipients=20000, sentAt="-2h")``; see ``GrowthFile``."""
        self.put({"id": campaign_id, "title": campaign_id, "description": "Put by a test.", "growth": growth})

    def generated(
        self, campaign_id: str | None = None, /, *, profile: Profile | None = None, seed: int | None = None
    ) -> str:
        """Put a campaign drawn by Hypothesis, and return its id; the same id and seed give the same stats.

        Args:
            campaign_id: None: one of the ids that the seed gives, another one each time.
            profile: ``realistic``, ``edge`` or ``schema``; None: as the server was made.
            seed: None: as the server was made.

        Raises:
            ArgumentError: There is no such profile, or no campaign can have the id.
        """
        profile, seed = profile or self.app.settings.profile, self.app.settings.seed if seed is None else seed
        one_of("generated(profile)", profile, PROFILES)
        if not isinstance(seed, int):
            refuse("generated(seed)", "a whole number", seed)
        if campaign_id is None:
            campaign_id = campaign_ids(seed, (number := next(self._numbers)) + 1)[number]
        envelope = self.app.generator_of(profile, seed).envelope(an_id("generated", campaign_id))
        file: dict[str, Any] = {"id": campaign_id, "title": campaign_id, "description": f"Generated: {profile}."}
        reply = {"reply": {"status": 200, "body": envelope}, "incoherent": True}
        # Its lastUpdated does not depend on the clock, which may have been set to before that.
        self._put(file | (reply if profile == "schema" else {"stats": envelope["data"]}), None)
        return campaign_id

    def fail(self, status: int, *, times: int | None = None, campaign: str | None = None, **more: Any) -> ArmedFault:
        """Have the next answers be an error: ``fail(503, times=2)``; without ``times``, until disarmed.

        Raises and warns as :meth:`fault` does.
        """
        return self._arm({"kind": "status", "status": status, "times": times, "campaign": campaign, **more})

    def fault(self, kind: str, **members: Any) -> ArmedFault:
        """Arm a fault of the closed list: ``fault("truncate", times=1)``.

        Raises:
            ArgumentError: There is no such fault, or a member cannot be so.

        Warns:
            IneffectiveFaultWarning: The account has no such campaign, or one whose answers the fault does not apply
                to; a fault that was armed before leaves no answer over; or the probability is 0.
        """
        return self._arm({"kind": kind, **members})

    def _arm(self, document: dict[str, Any]) -> ArmedFault:
        spec = parse_fault(document, f"fault {document['kind']}", self.app.contract)
        if isinstance(spec, list):
            raise ArgumentError(spec)
        state = self.account.state
        # Before it is armed: where warnings are errors, it is not.
        for doubt in self.app.engine.negotiator.arming_warnings(spec, state.faults.list(), state):
            warnings.warn(doubt, IneffectiveFaultWarning, stacklevel=3)
        return self._change(lambda: state.faults.arm(spec))

    @property
    def faults(self) -> list[ArmedFault]:
        """The armed faults as they stand now, spent ones included: ``mock.faults[0].hits``."""
        return self.account.state.faults.list()

    def disarm(self, fault: ArmedFault | None = None) -> None:
        """Disarm one fault, or all of the account."""
        if fault is not None and not isinstance(fault, ArmedFault):
            refuse("disarm(fault)", "what fault(…) or fail(…) returned", fault, "Without it, all are disarmed.")
        faults = self.account.state.faults
        self._change(faults.clear if fault is None else lambda: faults.disarm(fault.id))

    def quota(self, plan: str) -> None:
        """Set how many requests each key may make in a minute: ``unlimited``, ``free``, ``pro``, ``25/min``.

        Raises:
            ArgumentError: It is none of these.
        """
        per_minute = a_plan("quota", plan)
        self._change(lambda: self.account.state.set_quota(per_minute))

    def stale(self, duration: timedelta | None = None, /, **units: Unpack[Units]) -> datetime:
        """Refresh no stats of growing campaigns for so long; returns when they are refreshed again.

        Said as :meth:`ClockHandle.advance <migma_mock.testing.clock_handle.ClockHandle.advance>` has it said.

        Raises:
            ArgumentError: It is not said for how long, or cannot be so long.
        """
        for_so_long = a_duration("stale", self.clock.now, duration, units)
        return self._change(lambda: self.account.state.pause_refresh(for_so_long))

    def reset(self) -> None:
        """Begin anew: the first campaigns and clock, no faults, an empty journal."""
        self._change(self.account.reset)

    def _change(self, change: Callable[[], T]) -> T:
        """Carry out a change in its turn among requests.

        Raises:
            UnknownAccountError: The account was forgotten, or made room for newer ones.
        """

        def of_an_account_that_is_there() -> T:
            self.app.accounts.get(self.account.id)
            return change()

        return self.app.on_loop(of_an_account_that_is_there)

    @property
    def requests(self) -> list[Entry]:
        """What came with this account's keys, oldest first."""
        return self.account.state.journal.entries

    @property
    def unexpected(self) -> list[Entry]:
        """Requests for an unknown path or id, or with a wrong method."""
        return [entry for entry in self.requests if entry.is_unexpected]

    def assert_requested(self, campaign_id: str | None = None, /, **question: Any) -> None:
        """Fail unless requests came as expected: ``assert_requested("abc", times=1)``.

        Args:
            campaign_id: The id that was asked for; None: any.
            question: Further members of :class:`migma_mock.accounts.verification.Verification`.

        Raises:
            AssertionError: With the nearest request and what differs.
            ArgumentError: The question has no such member, or it cannot be so.
        """
        __tracebackhide__ = True
        asked = question if campaign_id is None else {"campaign": campaign_id, **question}
        verdict = verify(parse_expectation(asked, "assert_requested"), self.requests)
        if not verdict.ok:
            raise AssertionError(verdict.explanation)

    def journal_text(self) -> str:
        """The journal for people, a line a request; of a long one, its end."""
        lines = [repr(entry) for entry in self.requests]
        earlier = [f"… {len(lines) - _SHOWN} requests before these"] if len(lines) > _SHOWN else []
        return "\n".join([*earlier, *lines[-_SHOWN:]]) or "no requests"
