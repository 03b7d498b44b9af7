"""AccountBackend: what a handle asks of its account, whether the mock runs in this process or elsewhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from migma_contract.errors import Problem
from migma_mock.accounts.account import AccountKeys
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.accounts.verification import RequestExpectation
from migma_mock.faults import ArmedFault
from migma_mock.generation import Profile


class Armed(NamedTuple):
    """A fault that was armed, and the reasons why it may never change a reply."""

    fault: ArmedFault
    warnings: list[str]


class ArmedTogether(NamedTuple):
    """The faults of a scenario that was armed, and the reasons why they may never change a reply."""

    faults: list[ArmedFault]
    warnings: list[str]


class RequestLog(NamedTuple):
    """Recorded requests.

    Attributes:
        entries: Oldest first.
        gap: A sentence about those that were dropped; "" if there are all.
        unknown_key_note: Of an account: a sentence about the requests to the mock without a known key since its
            journal began; "" without any.
    """

    entries: list[RecordedRequest]
    gap: str
    unknown_key_note: str = ""


def gone_error(name: str) -> UnknownAccountError:
    """Return the error of a call on an account that was deleted."""
    return UnknownAccountError(
        f"The account {name!r} is gone: its test or its with block is over, or it made room for a newer one "
        "(--max-accounts)."
    )


class AccountBackend(Protocol):
    """The operations on one account of a mock; arguments and results are plain data.

    A handle checks the arguments of its methods, and names them in its messages. What only the mock can check are
    documents: an operation that takes one returns the problems with it, whose pointers lead into the document, and then
    changes nothing.

    All of it but :attr:`account_id` and :attr:`account_name` raises UnknownAccountError if the account was deleted, or
    made room for newer ones.
    The properties are read again each time, since the contract and the campaigns may change.
    """

    @property
    def account_id(self) -> str:
        """The id of the account in the control API."""

    @property
    def account_name(self) -> str:
        """The name of the account for people; its id if it has none. It raises nothing."""

    @property
    def keys(self) -> AccountKeys:
        """A key of each kind."""

    @property
    def base_url(self) -> str:
        """The URL above the contract's paths."""

    @property
    def ca_file(self) -> str | None:
        """The certificate that clients have to trust; None without HTTPS, and with a certificate of the user's own."""

    @property
    def version_path(self) -> str:
        """The end of the base URL of an SDK, ``/v1``; "" if the contract has none."""

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header with the working key, and others that the contract requires."""

    @property
    def example_id(self) -> str:
        """The id of a campaign that has stats; a placeholder if the account has none."""

    def request_path(self, segment: str) -> str:
        """Return the path and query of a request for stats; ``segment`` is the id, percent-encoded."""

    def create_account(
        self, name: str, *, empty: bool, plan: str, key_seed: str | None, start: datetime | None
    ) -> "AccountBackend | list[Problem]":
        """Create an account on the same mock, or return the problems; see :meth:`migma_mock.MigmaMock.new_account`."""

    def delete_account(self, account_id: str) -> None:
        """Delete an account of the same mock, unless there is none of this id or it is the built-in one."""

    def reset(self) -> None:
        """Restore the first campaigns, clock and plan, disarm all faults and clear the journal."""

    def put_campaign(self, document: Any) -> list[Problem]:
        """Add or replace a campaign, written as in a fixture file; return the problems with it."""

    def put_completed_campaign(self, document: Mapping[str, Any]) -> dict[str, Any] | list[Problem]:
        """Add or replace a campaign of which some stats are given, and return all of them; or the problems with it.

        Stats that are null are omitted if they are optional. Rates are in the unit of the mock.
        """

    def put_generated_campaign(
        self, campaign_id: str | None, profile: Profile | None, seed: int | None, number: int
    ) -> str | list[Problem]:
        """Add or replace a campaign with random stats, and return its id; or the problems with it.

        Args:
            campaign_id: None for one of the ids of the seed.
            profile: None for the profile of the mock.
            seed: None for the seed of the mock.
            number: Which of the ids of the seed, from 0.
        """

    def delete_campaign(self, campaign_id: str) -> bool:
        """Delete a campaign; False if there is none."""

    def arm(self, document: Mapping[str, Any]) -> Armed | list[Problem]:
        """Arm a fault, written as in JSON; or return the problems with it."""

    @property
    def faults(self) -> list[ArmedFault]:
        """The armed faults as they are now, used up ones included."""

    def disarm(self, fault_id: str) -> None:
        """Disarm a fault, if it is still armed."""

    def clear_faults(self) -> None:
        """Disarm all faults."""

    def arm_scenario(self, document: Mapping[str, Any]) -> ArmedTogether | list[Problem]:
        """Arm the faults of a scenario, chosen as in JSON, in place of its earlier ones; or return the problems."""

    def disarm_scenario(self, name: str, campaign: str | None) -> None:
        """Disarm a scenario that is armed for a campaign, or for all replies if that is None; if it is armed."""

    def set_rate_limit(self, plan: str) -> None:
        """Set how many requests each key may make; the plan is valid."""

    def pause_refresh(self, duration: timedelta) -> datetime:
        """Refresh no growing stats for a duration, and return the time when they are refreshed again."""

    def now(self) -> datetime:
        """Return the account's time."""

    def advance_clock(self, duration: timedelta) -> datetime:
        """Move the clock forward, and return the new time."""

    def set_clock(self, at: datetime) -> datetime:
        """Move the clock to an instant, and return the time; a frozen clock stays frozen."""

    def freeze_clock(self, at: datetime | None) -> datetime:
        """Stop the clock at an instant, or where it is, and return the time."""

    def resume_clock(self) -> datetime:
        """Let the clock run again from where it stands, and return the time."""

    def requests(self) -> RequestLog:
        """Return the requests with keys of this account."""

    def unknown_key_requests(self) -> RequestLog:
        """Return the requests to the mock without a key, or with one that no account has."""

    def verify(self, expectation: RequestExpectation, timeout: float = 0) -> str:
        """Return how the requests differ from what is expected; "" if they do not.

        Args:
            expectation: What is expected.
            timeout: How many seconds to wait until it is met.
        """
