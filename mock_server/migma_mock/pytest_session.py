"""PytestSession: the mock of one run of pytest, its server, and the requests that came during each test."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from migma_contract.errors import ServerError
from migma_contract.fork_lock import ForkLock
from migma_contract.safe_output import printable
from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.mock import Mock
from migma_mock.proxies import warn_of_proxy
from migma_mock.server import MockServer
from migma_mock.testing.account_backend import RequestLog
from migma_mock.testing.handle_base import requests_as_text

_TITLE = "migma_mock: requests and what decided each response"
_FORKED = (
    "The mock server starts in the process that runs the tests, and this one was forked from it. Ask for the URL "
    "before the fork, and give it to this process."
)


class _Mark(NamedTuple):
    """The state of a journal when a test ended."""

    journal: Journal
    recorded: int
    unexpected: list[RecordedRequest]
    dropped: int


class PytestSession:
    """The mock that all tests of a process share.

    Every request counts for the test during which it came, whichever fixture or module sent it. Those that came before
    the first test count for that one.

    Args:
        mock: The mock.
    """

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self._process = os.getpid()
        self._server: MockServer | None = None
        self._starting = ForkLock()
        self._departed: list[Account] = []
        self._marks: dict[int, _Mark] = {}
        mock.accounts.on_delete = self._keep_requests

    def _keep_requests(self, account: Account) -> None:
        """Keep a deleted account until the end of the test if there is anything to report of it."""
        journal = account.state.journal
        if journal.recorded or journal.unexpected_requests or journal.unexpected_dropped:
            self._departed.append(account)

    def begin(self) -> None:
        """Take this process as the one that runs the tests; it may be a child of the one that collected them."""
        self._process = os.getpid()

    def server(self) -> MockServer:
        """Return the server, which starts when it is first asked for, by any thread.

        Raises:
            ServerError: It did not start; or this process was forked before it was started.

        Warns:
            ProxyWarning: Clients may send the requests for it to a proxy; the first time only.
        """
        with self._starting.held():
            if self._server is None:
                if self._process != os.getpid():
                    raise ServerError(_FORKED)
                server = MockServer(mock=self.mock)
                server.start()
                self._server = server
                warn_of_proxy(server.base_url)
            return self._server

    def base_url(self) -> str:
        """Return the URL of :meth:`server`."""
        return self.server().base_url

    def stop(self) -> None:
        """Stop the server, if it was started in this process."""
        if self._server is not None and self._process == os.getpid():
            self._server.stop()

    def end_test(self) -> None:
        """Count requests for the next test from now on."""
        self._departed.clear()
        self._marks = {
            id(journal): _Mark(journal, journal.recorded, list(journal.unexpected_requests), journal.unexpected_dropped)
            for journal in self._journals()
        }

    def unexpected(self) -> str:
        """Return the unexpected requests of this test as text, cleared ones included; "" if there are none."""
        journals = list(self._journals())
        known = {id(entry) for mark in self._marks.values() for entry in mark.unexpected}
        entries = (entry for journal in journals for entry in journal.unexpected_requests)
        lines = [f"  {entry!r}" for entry in entries if id(entry) not in known]
        dropped = sum(journal.unexpected_dropped for journal in journals)
        dropped -= sum(mark.dropped for mark in self._marks.values())
        if dropped > 0:
            lines.append(f"  {dropped} that were dropped from the journals, maybe of other tests (--max-memory)")
        return printable("\n".join(["unexpected requests (migma_mock strict mode):", *lines])) if lines else ""

    def sections(self, own: str | None, *, shows_built_in: bool) -> Iterator[tuple[str, str]]:
        """Yield titles and texts for the report of a test: the requests that came during it, by account.

        Args:
            own: The id of the account of this test; it is shown without requests too.
            shows_built_in: True to do so with the built-in account.
        """
        logs = {account: self._new_requests(account.state.journal) for account in self._accounts()}
        if own is not None:
            of_own = (log for account, log in logs.items() if account.id == own)
            yield _TITLE, printable(requests_as_text(next(of_own, RequestLog([], ""))))
        for account, log in logs.items():
            if account.id != own and (log.entries or (shows_built_in and account.is_built_in)):
                name = account.id if account.is_built_in else account.name
                yield f"{_TITLE}, account {name}", printable(requests_as_text(log))
        unknown = self._new_requests(self.mock.accounts.unknown_key_requests)
        if unknown.entries:
            yield "migma_mock: requests without a known key", printable(requests_as_text(unknown))

    def _new_requests(self, journal: Journal) -> RequestLog:
        """Return the requests of a journal that came during this test."""
        mark = self._marks.get(id(journal))
        earlier = mark.recorded if mark else 0
        return RequestLog(
            journal.between(earlier + 1, journal.recorded), journal.gap if journal.dropped > earlier else ""
        )

    def _accounts(self) -> list[Account]:
        return [*self.mock.accounts.all, *self._departed]

    def _journals(self) -> Iterator[Journal]:
        yield from (account.state.journal for account in self._accounts())
        yield self.mock.accounts.unknown_key_requests
