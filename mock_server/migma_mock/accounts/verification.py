"""Verification: compare the requests in a journal with what a test expects, and find the nearest mismatch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from migma_contract.openapi import Contract, KeyPlace
from migma_contract.redaction import Secret
from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.own_credentials import own_credentials
from migma_mock.accounts.record_redactor import NO_SECRETS, RecordRedactor
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.accounts.request_pattern import Matcher, Pattern

_Count = Annotated[int, Field(ge=0)]

_SHOWN = 10
"""Requests that an explanation lists."""


class RequestExpectation(Pattern):
    """A pattern and how many requests must match it; or several patterns that must match in their order."""

    times: _Count | None = Field(default=None, description="Exactly this number of requests.")
    atLeast: _Count | None = Field(default=None, description="At least this number; 1 if no number is given.")
    atMost: _Count | None = Field(default=None, description="At most this number.")
    order: list[Pattern] = Field(
        default=[],
        max_length=100,
        description="Patterns that must match one after the other; other requests may come between.",
    )

    @model_validator(mode="after")
    def _require_one_expectation(self) -> Self:
        counted = any(count is not None for count in (self.times, self.atLeast, self.atMost))
        patterned = self.model_fields_set & set(Pattern.model_fields)
        if self.order and (counted or patterned):
            raise ValueError("either 'order', or a pattern with its number of requests")
        if self.times is not None and (self.atLeast is not None or self.atMost is not None):
            raise ValueError("either an exact number of times, or bounds")
        if self.atLeast is not None and self.atMost is not None and self.atLeast > self.atMost:
            raise ValueError("a lower bound that is not greater than the upper bound")
        return self


@dataclass(frozen=True)
class JournalSnapshot:
    """The requests of an account at one moment, and what a message about them may tell.

    Attributes:
        requests: The requests, oldest first.
        gap: A sentence about requests that the journal has dropped; "" if it has all. Then nothing shows that there
            were no more requests than it has, so that an upper bound is not met.
        unknown_key_requests: The requests to the mock without a known key since the journal began.
        redactor: Removes secrets of an expectation from messages; those of the requests are removed already.
        keys: The keys of the account.
        key_places: The forms in which requests carry a key.
    """

    requests: Sequence[RecordedRequest]
    gap: str = ""
    unknown_key_requests: Sequence[RecordedRequest] = ()
    redactor: RecordRedactor = NO_SECRETS
    keys: Sequence[Secret] = ()
    key_places: Sequence[KeyPlace] = ()

    @classmethod
    def take(cls, account: Account, unknown_key_journal: Journal, contract: Contract) -> Self:
        """Return the snapshot of an account now.

        Args:
            account: The account.
            unknown_key_journal: The requests to the whole mock without a known key.
            contract: It says in which forms requests carry a key.
        """
        journal = account.state.journal
        unknown = [entry for entry in unknown_key_journal.entries if entry.order > journal.began]
        places = contract.operation.key_places
        return cls(journal.entries, journal.gap, unknown, journal.redactor, account.keys, places)

    def own_credentials(self) -> Collection[str]:
        """Return the keys of the account, in each form that a header or parameter may have."""
        return own_credentials(self.keys, self.key_places)

    @property
    def unknown_key_note(self) -> str:
        """A sentence about the requests without a known key, with the last ones; "" without any."""
        # A browser asks without a key before it sends a request.
        requests = [entry for entry in self.unknown_key_requests if not entry.is_preflight]
        if not requests:
            return ""
        what = "1 request" if len(requests) == 1 else f"{len(requests)} requests"
        return f"{what} came without a known key: {', '.join(map(repr, requests[-_SHOWN:]))}"


class Nearest(NamedTuple):
    """The request that differs least from a pattern, and the differences."""

    entry: RecordedRequest
    differs: list[str]


class VerificationResult(NamedTuple):
    """The result of a verification.

    Attributes:
        ok: True if the requests are as expected.
        message: What was expected and what came, for people.
        matches: How many requests matched; for an order, how many of its patterns.
        nearest: The nearest request if too few matched; None if there was no other request.
        matched: The requests that matched, if it is not ok.
        may_come: True if further requests can make it ok.
        note: A sentence about the requests without a known key; "" without any.
    """

    ok: bool
    message: str
    matches: int
    nearest: Nearest | None = None
    matched: Sequence[RecordedRequest] = ()
    may_come: bool = False
    note: str = ""

    @property
    def explanation(self) -> str:
        """The message, the requests that matched, the nearest other one, and those without a known key."""
        lines = [self.message, *(f"  {entry!r}" for entry in self.matched[:_SHOWN])]
        if len(self.matched) > _SHOWN:
            lines.append(f"  … and {len(self.matched) - _SHOWN} more")
        if self.nearest:
            lines.append(f"nearest: {self.nearest.entry!r}: {'; '.join(self.nearest.differs)}")
        return "\n".join([*lines, self.note] if self.note else lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        near = self.nearest and {"request": self.nearest.entry.as_dict(), "differs": self.nearest.differs}
        return {
            "ok": self.ok,
            "message": self.message,
            "matches": self.matches,
            "nearest": near,
            "explanation": self.explanation,
        }


def verify(expectation: RequestExpectation, snapshot: JournalSnapshot) -> VerificationResult:
    """Compare the requests of an account with an expectation."""
    patterns = expectation.order or [expectation]
    own = snapshot.own_credentials() if any(pattern.headers or pattern.query for pattern in patterns) else ()
    matchers = [Matcher(pattern, snapshot.redactor, own) for pattern in patterns]
    # A browser sends preflights, and not the client that is tested.
    with_preflights = any(pattern.is_about_options for pattern in patterns)
    requests = [entry for entry in snapshot.requests if with_preflights or not entry.is_preflight]
    if expectation.order:
        result = _verify_order(matchers, requests)
    else:
        result = _verify_count(expectation, matchers[0], requests)
    is_bounded = expectation.times is not None or expectation.atMost is not None
    if snapshot.gap and (is_bounded or not result.ok):
        result = result._replace(
            ok=False, message=f"{result.message}; {snapshot.gap}", may_come=result.may_come and not is_bounded
        )
    return result if result.ok else result._replace(note=snapshot.unknown_key_note)


def _verify_count(
    expectation: RequestExpectation, matcher: Matcher, requests: Sequence[RecordedRequest]
) -> VerificationResult:
    matched = [entry for entry in requests if matcher.matches(entry)]
    count, times = len(matched), expectation.times
    low, high = (expectation.atLeast, expectation.atMost) if times is None else (times, times)
    if low is None and high is None:
        low = 1
    too_few, too_many = low is not None and count < low, high is not None and count > high
    message = f"{matcher.shown}: expected {_bounds(low, high)}, got {count} of {len(requests)} requests"
    if not too_few and not too_many:
        return VerificationResult(ok=True, message=message, matches=count)
    nearest = _nearest(matcher, requests) if too_few else None
    return VerificationResult(
        ok=False, message=message, matches=count, nearest=nearest, matched=matched, may_come=too_few
    )


def _verify_order(matchers: Sequence[Matcher], requests: Sequence[RecordedRequest]) -> VerificationResult:
    taken: list[RecordedRequest] = []
    rest = list(requests)
    for number, matcher in enumerate(matchers, start=1):
        found = next((position for position, entry in enumerate(rest) if matcher.matches(entry)), None)
        if found is None:
            passed = requests[: len(requests) - len(rest)]
            earlier = next((entry for entry in passed if entry not in taken and matcher.matches(entry)), None)
            after = f", after request {taken[-1].number}" if taken else ""
            outcome = f"it came before, as request {earlier.number}" if earlier else "not found"
            message = f"{matcher.shown}: expected as number {number} of the order{after}, {outcome}"
            matched = sorted([*taken, earlier], key=lambda entry: entry.number) if earlier else taken
            nearest = None if earlier else _nearest(matcher, rest)
            return VerificationResult(
                ok=False, message=message, matches=number - 1, nearest=nearest, matched=matched, may_come=True
            )
        taken.append(rest[found])
        rest = rest[found + 1 :]
    return VerificationResult(ok=True, message=f"all {len(matchers)} requests came in order", matches=len(matchers))


def _nearest(matcher: Matcher, requests: Sequence[RecordedRequest]) -> Nearest | None:
    misses = [Nearest(entry, differs) for entry in requests if (differs := matcher.differences(entry))]
    # The latest of equally near ones, since it is what the client under test did last.
    return min(reversed(misses), key=lambda near: len(near.differs), default=None)


def _bounds(low: int | None, high: int | None) -> str:
    if high == 0:
        return "none"
    if low == high:
        return f"exactly {low}"
    return " and ".join([f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None))
