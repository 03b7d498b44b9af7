"""RequestMethods: the part of a handle that shows which requests came."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from migma_contract.errors import ArgumentError
from migma_mock.accounts.verification import Pattern, RequestExpectation, verify
from migma_mock.input_models import model_problems
from migma_mock.testing.arguments import HIDDEN, argument_problems, to_members
from migma_mock.testing.handle_base import HandleBase
from migma_mock.testing.keyword_arguments import RequestPattern
from migma_mock.testing.recorded_request import RecordedRequest

__tracebackhide__ = HIDDEN

_SHOWN = 100


class RequestMethods(HandleBase):
    """Shows and verifies the requests that came with an account's keys."""

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests that came with this account's keys, oldest first."""
        return [RecordedRequest.of(entry) for entry in self._account.state.journal.entries]

    @property
    def unexpected_requests(self) -> list[RecordedRequest]:
        """The :attr:`requests` for an unknown path or id, or with a wrong method."""
        return [request for request in self.requests if request.is_unexpected]

    @property
    def unknown_key_requests(self) -> list[RecordedRequest]:
        """The requests that came to the mock without a key, or with one that no account has."""
        return [RecordedRequest.of(entry) for entry in self._mock.accounts.unknown_key_requests.entries]

    def assert_requested(
        self,
        campaign_id: str | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        matched_by: str | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        order: Sequence[RequestPattern] | None = None,
    ) -> None:
        """Fail unless requests came as expected: ``assert_requested("spring-sale", times=1)``.

        Args:
            campaign_id: The id in the path; like everything that is not given, None matches any.
            method: In any case.
            path: Percent-encoded, without the query.
            status: Of the response.
            matched_by: A part of what decided the response, such as ``fault``.
            headers: Request headers and their values; secrets are masked, as in ``Bearer [redacted]``.
            times: Exactly how many such requests.
            at_least: The fewest; 1 if no number is given.
            at_most: The most.
            order: Patterns that must match one after the other, instead of all of the above.

        Raises:
            AssertionError: With the request that comes nearest, and how it differs.
            ArgumentError: An argument has a value that it cannot have, or two exclude each other.
        """
        call = "assert_requested"
        pattern = {
            "campaign_id": campaign_id,
            "method": method,
            "path": path,
            "status": status,
            "matched_by": matched_by,
            "headers": headers,
            "times": times,
            "at_least": at_least,
            "at_most": at_most,
        }
        given = {name: value for name, value in pattern.items() if value is not None}
        expected = to_members(call, given, RequestExpectation.model_fields)
        if order is not None:
            expected["order"] = [to_members(f"{call}(order)", each, Pattern.model_fields) for each in order]
        try:
            expectation = RequestExpectation.model_validate(expected)
        except ValidationError as error:
            raise ArgumentError(argument_problems(call, model_problems(error, call))) from None
        result = verify(expectation, self._account.state.journal.entries)
        if not result.ok:
            raise AssertionError(result.explanation)

    def journal_text(self) -> str:
        """Return the requests as text, one on each line; of many, the last 100."""
        lines = [repr(entry) for entry in self._account.state.journal.entries]
        earlier = [f"… {len(lines) - _SHOWN} requests before these"] if len(lines) > _SHOWN else []
        return "\n".join([*earlier, *lines[-_SHOWN:]]) or "no requests"
