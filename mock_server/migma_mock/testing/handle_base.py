"""HandleBase: the part of a handle that reads and verifies requests, and what all parts share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from math import ceil
from typing import Any, NoReturn, Unpack

from anyio import to_thread
from pydantic import ValidationError

from migma_contract.errors import ArgumentError, ServerError
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.request_pattern import Pattern
from migma_mock.accounts.verification import RequestExpectation
from migma_mock.input_models import model_problems
from migma_mock.testing.account_backend import AccountBackend, RequestLog
from migma_mock.testing.arguments import (
    HIDDEN,
    argument_error,
    argument_problems,
    blocking_timeout,
    parse_timeout,
    to_argument,
    to_members,
)
from migma_mock.testing.clock_handle import ClockHandle
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.keyword_arguments import ExpectationArguments, PatternArguments, RequestPattern

__tracebackhide__ = HIDDEN

_SHOWN = 100
_NOT_COPIED = (
    "A handle cannot be copied or given to another process. Give that process stats_url(…) and auth_headers, or let it "
    "call MigmaMock.connect(base_url)."
)
_LONGEST_PART = 1.0
"""Seconds that a thread waits for requests at once."""


@explain_calls()
class HandleBase:
    """An account of a mock, and the requests that came with its keys.

    Attributes:
        clock: The account's clock.
    """

    def __init__(self, backend: AccountBackend) -> None:
        self._backend = backend
        self._numbers = count()  # of generated campaigns
        self.clock = ClockHandle(backend)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied.

        Raises:
            ServerError: Always; with what another process can use.
        """
        raise ServerError(_NOT_COPIED)

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

    def assert_requested(
        self, campaign_id: str | None = None, *, timeout: float = 0, **expected: Unpack[ExpectationArguments]
    ) -> None:
        """Fail unless requests came as expected: ``assert_requested("spring-sale", times=1)``.

        Args:
            campaign_id: The id in the path; None matches any, as does everything that is not given.
            timeout: How many seconds to wait for requests that are missing, at most 60. Where an event loop runs in
                this thread it is refused, since the client could not send them meanwhile: await
                :meth:`wait_until_requested` there.
            expected: See :class:`~migma_mock.testing.keyword_arguments.ExpectationArguments`; without ``times``,
                ``at_least`` and ``at_most`` at least one request is expected.

        Raises:
            AssertionError: With the requests that matched, the one that comes nearest, and how it differs.
            ArgumentError: An argument is unknown, or has a value that it cannot have, or two exclude each other.
        """
        call = "assert_requested"
        self._verify(_expectation(call, campaign_id, expected), blocking_timeout(call, timeout))

    async def wait_until_requested(
        self,
        campaign_id: str | None = None,
        *,
        timeout: float = 5,  # noqa: ASYNC109  # as in assert_requested
        **expected: Unpack[ExpectationArguments],
    ) -> None:
        """Do the same as :meth:`assert_requested` while the event loop runs on: for asynchronous tests.

        Raises:
            AssertionError: The requests did not come in time.
            ArgumentError: An argument is unknown, or has a value that it cannot have, or two exclude each other.
        """
        call = "wait_until_requested"
        expectation, seconds = _expectation(call, campaign_id, expected), parse_timeout(call, timeout)
        # In parts: a thread that is not awaited any more runs on, and the process would wait for it at its end.
        parts = ceil(seconds / _LONGEST_PART) or 1
        explanation = ""
        for _ in range(parts):
            verify = partial(self._backend.verify, expectation, seconds / parts)
            explanation = await to_thread.run_sync(verify, abandon_on_cancel=True)
            if not explanation:
                return
        raise AssertionError(_with_wait(explanation, seconds))

    def assert_not_requested(self, campaign_id: str | None = None, **pattern: Unpack[PatternArguments]) -> None:
        """Fail if a request came that matches: ``assert_not_requested("spring-sale", method="POST")``.

        Args:
            campaign_id: The id in the path; None matches any, as does everything that is not given.
            pattern: See :class:`~migma_mock.testing.keyword_arguments.PatternArguments`.

        Raises:
            AssertionError: With the requests that matched.
            ArgumentError: An argument is unknown, or has a value that it cannot have.
        """
        call, given = "assert_not_requested", {"campaign_id": campaign_id, **pattern}
        _pattern_members(call, given)
        self._verify(_expectation(call, campaign_id, {**pattern, "times": 0}))

    def assert_requested_in_order(self, requests: Sequence[str | RequestPattern], *, timeout: float = 0) -> None:
        """Fail unless requests came one after the other; others may have come between.

        Args:
            requests: For each request its campaign id, or a pattern: ``[{"status": 503}, "spring-sale"]``.
            timeout: How many seconds to wait for those that are missing; see :meth:`assert_requested`.

        Raises:
            AssertionError: With the request that is missing, or that came before.
            ArgumentError: A pattern has an unknown argument, or a value that it cannot have.
        """
        call = "assert_requested_in_order"
        where, example = f"{call}(requests)", "[{'campaign_id': 'spring-sale', 'status': 503}, 'spring-sale']"
        patterns = [{"campaign_id": each} if isinstance(each, str) else each for each in _as_list(requests)]
        if not patterns or not all(isinstance(each, Mapping) for each in patterns):
            raise argument_error(where, f"a list of ids or patterns, such as {example}", requests)
        members = {"order": [_pattern_members(where, each) for each in patterns]}
        expectation = _validated(call, members, lambda _: "requests")
        self._verify(expectation, blocking_timeout(call, timeout))

    def _verify(self, expectation: RequestExpectation, timeout: float = 0) -> None:
        explanation = self._backend.verify(expectation, timeout)
        if explanation:
            raise AssertionError(_with_wait(explanation, timeout))

    def journal_text(self) -> str:
        """Return the requests as text, one on each line; of many, the last 100.

        The last line tells of requests to the mock that came without a known key, if there were any.
        """
        return requests_as_text(self._backend.requests())


def _as_list(value: object) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else []


def _expectation(call: str, campaign_id: object, expected: Mapping[str, Any]) -> RequestExpectation:
    """Return the expectation of a call.

    Raises:
        ArgumentError: An argument is unknown, or has a value that it cannot have, or two exclude each other.
    """
    given = {name: value for name, value in {"campaign_id": campaign_id, **expected}.items() if value is not None}
    known = [member for member in RequestExpectation.model_fields if member != "order"]
    # The time-out is a parameter on its own, but the name that is nearest to a misspelt one may be its.
    return _validated(call, to_members(call, given, [*known, "timeout"]))


def _pattern_members(call: str, pattern: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in pattern.items() if value is not None}
    return to_members(call, given, Pattern.model_fields)


def _validated(call: str, members: Mapping[str, Any], name: Callable[[str], str] = to_argument) -> RequestExpectation:
    try:
        return RequestExpectation.model_validate(members)
    except ValidationError as error:
        counts = (
            f"{to_argument(each)}={members[each]!r}" for each in ("times", "atLeast", "atMost") if each in members
        )
        contradiction = ", ".join(counts)
        problems = model_problems(error, call)
        told = (each if each.pointer else each._replace(got=contradiction) for each in problems)
        raise ArgumentError(argument_problems(call, told, name=name)) from None


def _with_wait(explanation: str, seconds: float) -> str:
    """Return an explanation that says how long the call could wait, in its first line."""
    first, *others = explanation.split("\n")
    return "\n".join([f"{first} (waited up to {seconds:g} s)" if seconds else first, *others])


def requests_as_text(log: RequestLog) -> str:
    """Return requests as text, one on each line; of many, the last 100."""
    lines = [repr(entry) for entry in log.entries[-_SHOWN:]]
    earlier = len(log.entries) - len(lines)
    before = [log.gap] if log.gap else []
    before += [f"… {earlier} requests before these"] if earlier else []
    shown = [*before, *lines] or ["no requests"]
    return "\n".join([*shown, log.unknown_key_note] if log.unknown_key_note else shown)
