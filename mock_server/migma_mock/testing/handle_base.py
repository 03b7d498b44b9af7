"""HandleBase: the part of a handle that reads and verifies requests, and what all parts share."""

from itertools import count
from typing import Any, Unpack

from pydantic import ValidationError

from migma_contract.errors import ArgumentError
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.verification import Pattern, RequestExpectation
from migma_mock.input_models import model_problems
from migma_mock.testing.account_backend import AccountBackend, RequestLog
from migma_mock.testing.arguments import HIDDEN, argument_problems, to_members
from migma_mock.testing.clock_handle import ClockHandle
from migma_mock.testing.keyword_arguments import ExpectationArguments

__tracebackhide__ = HIDDEN

_SHOWN = 100


class HandleBase:
    """An account of a mock, and the requests that came with its keys.

    Attributes:
        clock: The account's clock.
    """

    def __init__(self, backend: AccountBackend) -> None:
        self._backend = backend
        self._numbers = count()  # of generated campaigns
        self.clock = ClockHandle(backend)

    @property
    def _mock(self) -> Any:
        """The mock, for transports without a socket; None if it runs elsewhere."""
        return getattr(self._backend, "mock", None)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests that came with this account's keys, oldest first."""
        return self._backend.requests().entries

    @property
    def unexpected_requests(self) -> list[RecordedRequest]:
        """The :attr:`requests` for an unknown path or id, or with a wrong method."""
        return [request for request in self.requests if request.is_unexpected]

    @property
    def unknown_key_requests(self) -> list[RecordedRequest]:
        """The requests that came to the mock without a key, or with one that no account has."""
        return self._backend.unknown_key_requests().entries

    def assert_requested(self, campaign_id: str | None = None, **expected: Unpack[ExpectationArguments]) -> None:
        """Fail unless requests came as expected: ``assert_requested("spring-sale", times=1)``.

        Args:
            campaign_id: The id in the path; None matches any, as does everything that is not given.
            expected: See :class:`~migma_mock.testing.keyword_arguments.ExpectationArguments`; without ``times``,
                ``at_least`` and ``at_most`` at least one request is expected.

        Raises:
            AssertionError: With the request that comes nearest, and how it differs.
            ArgumentError: An argument is unknown, or has a value that it cannot have, or two exclude each other.
        """
        call = "assert_requested"
        given = {name: value for name, value in {"campaign_id": campaign_id, **expected}.items() if value is not None}
        members = to_members(call, given, RequestExpectation.model_fields)
        if "order" in members:
            members["order"] = [to_members(f"{call}(order)", each, Pattern.model_fields) for each in members["order"]]
        try:
            expectation = RequestExpectation.model_validate(members)
        except ValidationError as error:
            raise ArgumentError(argument_problems(call, model_problems(error, call))) from None
        if explanation := self._backend.verify(expectation):
            raise AssertionError(explanation)

    def journal_text(self) -> str:
        """Return the requests as text, one on each line; of many, the last 100."""
        return requests_as_text(self._backend.requests())


def requests_as_text(log: RequestLog) -> str:
    """Return requests as text, one on each line; of many, the last 100."""
    lines = [repr(entry) for entry in log.entries]
    earlier = [log.gap] if log.gap else []
    earlier += [f"… {len(lines) - _SHOWN} requests before these"] if len(lines) > _SHOWN else []
    return "\n".join([*earlier, *lines[-_SHOWN:]]) or "no requests"
