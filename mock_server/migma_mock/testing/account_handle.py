"""MigmaMock: one account of the mock, as a test uses it."""

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, Unpack
from urllib.parse import quote

from migma_contract.errors import ArgumentError
from migma_mock.accounts.account import Account
from migma_mock.mock import Mock
from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.arguments import (
    HIDDEN,
    argument_error,
    argument_problems,
    parse_duration,
    parse_instant,
    parse_plan,
    require_id,
)
from migma_mock.testing.campaign_methods import CampaignMethods
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.keyword_arguments import DurationArguments
from migma_mock.testing.local_account import LocalAccount
from migma_mock.testing.scenario_methods import ScenarioMethods
from migma_mock.testing.transport_methods import TransportMethods

__tracebackhide__ = HIDDEN


@explain_calls()
class MigmaMock(CampaignMethods, ScenarioMethods, TransportMethods):
    """One account of the mock: its keys, campaigns, clock, faults and journal.

    The pytest fixture ``migma_mock`` is one, with an account of its own for each test; ``MockServer`` is the one of
    the built-in account. Its methods are synchronous and take microseconds, so asynchronous tests call them as well.

    >>> from migma_mock import MigmaMock, Mock, MockTransport
    >>> import httpx
    >>> with MigmaMock(Mock()).new_account() as mock:
    ...     stats = mock.campaign("spring-sale", totalDelivered=200, openRate=0.25)
    ...     with httpx.Client(transport=MockTransport(mock), headers=mock.auth_headers) as client:
    ...         response = client.get(mock.stats_url("spring-sale"))
    >>> response.status_code, stats["uniqueOpens"], stats["totalSent"]
    (200, 50, 200)

    Args:
        mock: The mock that has the account.
        account: None for the built-in account.
        base_url: Where a server serves the mock, or a function that returns it; in process, any host will do.

    Attributes:
        clock: The account's clock.
    """

    def __init__(
        self, mock: Mock, account: Account | None = None, base_url: str | Callable[[], str] = "http://mock"
    ) -> None:
        if not isinstance(mock, Mock):
            raise argument_error(
                "MigmaMock(mock)", "a Mock", mock, "Another account of a MigmaMock is its new_account()."
            )
        super().__init__(LocalAccount(mock, account or mock.accounts.built_in, base_url))

    @classmethod
    def connect(cls, url: str, token: str | None = None, *, ca_file: str | Path | None = None) -> "MigmaMock":
        """Return the handle of the built-in account of a mock that runs elsewhere: in another process, in a container.

        It uses the control API of that mock, and has the same methods and messages; each call blocks for the few
        milliseconds of a request or two. Proxies of the environment are not used. Tests that share the mock have an
        account each: ``with MigmaMock.connect(url).new_account() as mock:``.

        Args:
            url: The base URL that ``migma-mock serve`` prints, with or without ``/v1``.
            token: The token of the control API, if it needs one.
            ca_file: The file with the certificate authority of a mock that speaks HTTPS, unless it is a known one.

        Raises:
            ArgumentError: An argument has a value that it cannot have.
            RemoteMockError: The mock cannot be reached, is none or is of another version, or refuses the token.
        """
        from migma_mock.testing.remote_account import connect  # loads httpx

        return cls._of(connect(url, token, ca_file))

    @classmethod
    def _of(cls, backend: AccountBackend) -> "MigmaMock":
        handle = MigmaMock.__new__(MigmaMock)
        super(MigmaMock, handle).__init__(backend)
        return handle

    def new_account(
        self,
        name: str = "",
        *,
        empty: bool = False,
        plan: str = "unlimited",
        key_seed: str | None = None,
        start: datetime | None = None,
    ) -> "MigmaMock":
        """Create an account that shares nothing with others; used as a context manager, it is deleted at the end.

        Args:
            name: For people.
            empty: True for no campaigns; otherwise it has those of the fixtures.
            plan: How many requests each key may make: ``unlimited``, ``free``, ``25/min``, ``100/min,1000/day``.
            key_seed: Derive the keys from this text, so that every run has the same ones. While another account of
                the same text exists, they differ.
            start: Freeze the clock at this instant, from which growing campaigns count, so that runs can be repeated
                to the byte; None for a clock that runs from now.

        Raises:
            ArgumentError: An argument has a value that it cannot have.
        """
        if not isinstance(empty, bool):
            raise argument_error("new_account(empty)", "True or False", empty)
        for argument, value in {"name": name, "key_seed": key_seed or ""}.items():
            if not isinstance(value, str):
                raise argument_error(f"new_account({argument})", "text", value)
        parse_plan("new_account", plan)
        instant = None if start is None else parse_instant("new_account(start)", start)
        created = self._backend.create_account(name, empty=empty, plan=plan, key_seed=key_seed, start=instant)
        if isinstance(created, list):
            raise ArgumentError(argument_problems("new_account", created))
        return MigmaMock._of(created)

    def delete_account(self, account: "MigmaMock") -> None:
        """Delete an account that :meth:`new_account` created, if it still exists; its keys become unknown.

        Raises:
            AssertionError: A fault was armed on it with ``expect_used=True`` and not used up; the account is deleted.
        """
        if not isinstance(account, MigmaMock):
            raise argument_error("delete_account(account)", "what new_account(…) returned", account)
        unused = account._unused_at_end()  # noqa: SLF001  # the same class
        self._backend.delete_account(account.account_id)
        if unused:
            raise AssertionError(unused)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        unused = self._unused_at_end(error)
        self._backend.delete_account(self.account_id)
        if unused:
            raise AssertionError(unused)

    @property
    def account_id(self) -> str:
        """The account's id in the control API."""
        return self._backend.account_id

    @property
    def base_url(self) -> str:
        """The URL above the contract's paths: ``http://127.0.0.1:PORT``, or ``https://…`` with the setting ``tls``."""
        return self._backend.base_url

    @property
    def ca_file(self) -> str | None:
        """The PEM file that clients have to trust: ``verify`` of requests, ``curl --cacert``, NODE_EXTRA_CA_CERTS.

        None without HTTPS, and with a certificate of your own. The file exists until the server stops.
        """
        return self._backend.ca_file

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """A new context for clients such as httpx: it trusts :attr:`ca_file` alone, or without one the usual CAs."""
        return ssl.create_default_context(cafile=self.ca_file)

    @property
    def sdk_base_url(self) -> str:
        """The base URL with the version, as the vendor's SDK takes it: ``http://127.0.0.1:PORT/v1``."""
        return f"{self.base_url}{self._backend.version_path}"

    def stats_url(self, campaign_id: str) -> str:
        """Return the URL of a campaign's stats; any id is percent-encoded as needed."""
        segment = quote(require_id("stats_url", campaign_id), safe="")
        return f"{self.base_url}{self._backend.request_path(segment)}"

    @property
    def api_key(self) -> str:
        """A key that works."""
        return self._backend.keys.working.reveal()

    @property
    def revoked_key(self) -> str:
        """A key that was revoked; it gets 401."""
        return self._backend.keys.revoked.reveal()

    @property
    def forbidden_key(self) -> str:
        """A key without the permission email:read; it gets 403."""
        return self._backend.keys.withoutPermission.reveal()

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header that carries :attr:`api_key`, and others that the contract requires."""
        return self._backend.auth_headers

    @property
    def example_id(self) -> str:
        """The id of a campaign that has stats; a placeholder if the account has none."""
        return self._backend.example_id

    def rate_limit(self, plan: str) -> None:
        """Set how many requests each key may make: ``unlimited``, ``free``, ``25/min``, ``100/min,1000/day``.

        Raises:
            ArgumentError: There is no such plan.
        """
        parse_plan("rate_limit", plan)
        self._backend.set_rate_limit(plan)

    def pause_refresh(self, duration: timedelta | None = None, /, **units: Unpack[DurationArguments]) -> datetime:
        """Refresh no growing stats for a duration, and return the time when they are refreshed again.

        Args:
            duration: How long; or else
            units: The same as in timedelta: ``pause_refresh(hours=1, minutes=30)``.

        Raises:
            ArgumentError: There is no duration, it is negative, or it leads beyond the year 9999.
        """
        pause = parse_duration("pause_refresh", self.clock.now, duration, units)
        return self._backend.pause_refresh(pause)

    def reset(self) -> None:
        """Return to the start: the first campaigns, clock and plan, no faults, an empty journal."""
        self._settle_faults()
        self._backend.reset()
