"""Verification: compare the requests in a journal with what a test expects, and find the nearest mismatch."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from migma_mock.accounts.record_redactor import NO_SECRETS, RecordRedactor
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.input_models import Strict

_Count = Annotated[int, Field(ge=0)]


class Pattern(Strict):
    """Requests to match; a field that is not given matches any request."""

    method: str | None = Field(default=None, description="HTTP method, in any case.")
    path: str | None = Field(default=None, description="Path as the journal shows it, percent-encoded.")
    campaign: str | None = Field(default=None, description="Campaign id in the path.")
    status: int | None = Field(default=None, description="HTTP status of the reply.")
    matchedBy: str | None = Field(default=None, description="A part of what chose the reply, such as `fault`.")
    headers: dict[str, str] = Field(
        default={}, max_length=100, description="Request headers and their values, at most 100; names in any case."
    )

    def without_secrets(self, redactor: RecordRedactor) -> Self:
        """Return the pattern as a message may show it."""
        texts = {name: getattr(self, name) for name in ("path", "campaign", "matchedBy")}
        shown: dict[str, object] = {name: text and redactor.text(text) for name, text in texts.items()}
        headers = {name: redactor.header_value(name, value) for name, value in self.headers.items()}
        return self.model_copy(update={**shown, "headers": headers})

    def difference(self, entry: RecordedRequest, shown: "Pattern | None" = None) -> list[str]:
        """Return a sentence for each reason why an entry does not match; empty if it matches.

        Args:
            entry: The entry, which has no secrets.
            shown: The pattern as the sentences show it, :meth:`without_secrets`; None for the pattern itself.
        """
        shown = shown or self
        pairs = [
            ("method", self.method and self.method.upper(), entry.method.upper(), shown.method),
            ("path", self.path, entry.path, shown.path),
            ("campaign", self.campaign, entry.campaign_id or "", shown.campaign),
            ("status", self.status, entry.status or self.status, shown.status),
        ]
        reasons = [
            f"{name} is {got!r}, not {text!r}{_hint(got == text)}"
            for name, want, got, text in pairs
            if want is not None and want != got
        ]
        if self.status is not None and entry.failure:
            reasons.append(f"got {entry.failure}, not status {self.status}")
        if self.matchedBy is not None and self.matchedBy not in entry.matched_by:
            reasons.append(f"matchedBy is {entry.matched_by!r} and does not contain {shown.matchedBy!r}")
        given: dict[str, list[str]] = {}
        for name, value in entry.header_pairs if self.headers else []:
            given.setdefault(name, []).append(value)
        for name, want in self.headers.items():
            values = given.get(name.lower(), [])
            if want not in values:
                got = " and ".join(map(repr, values)) or "absent"
                text = shown.headers[name]
                reasons.append(f"header {name} is {got}, not {text!r}{_hint(text in values)}")
        return reasons


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
    """

    ok: bool
    message: str
    matches: int
    nearest: Nearest | None

    @property
    def explanation(self) -> str:
        """The message, and the nearest request with its differences."""
        near = self.nearest
        return f"{self.message}\nnearest: {near.entry!r}: {'; '.join(near.differs)}" if near else self.message

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        near = self.nearest and {"request": self.nearest.entry.as_dict(), "differs": self.nearest.differs}
        return {"ok": self.ok, "message": self.message, "matches": self.matches, "nearest": near}


def verify(
    expectation: RequestExpectation,
    entries: Iterable[RecordedRequest],
    gap: str = "",
    redactor: RecordRedactor = NO_SECRETS,
) -> VerificationResult:
    """Compare the entries of a journal with an expectation.

    Args:
        expectation: What is expected.
        entries: The entries, oldest first.
        gap: A sentence about requests that the journal has dropped; "" if it has all. Then nothing shows that there
            were no more requests than it has, so that an upper bound is not met.
        redactor: Removes secrets of the expectation from the message; those of the entries are removed already.
    """
    patterns = expectation.order or [expectation]
    is_about_options = any(pattern.method and pattern.method.upper() == "OPTIONS" for pattern in patterns)
    # A browser sends preflights, and not the client that is tested.
    requests = [entry for entry in entries if is_about_options or not entry.is_preflight]
    if expectation.order:
        result = _verify_order(expectation.order, requests, redactor)
    else:
        result = _verify_count(expectation, requests, redactor)
    if not gap or (result.ok and expectation.times is None and expectation.atMost is None):
        return result
    return result._replace(ok=False, message=f"{result.message}; {gap}")


def _verify_count(
    expectation: RequestExpectation, requests: Sequence[RecordedRequest], redactor: RecordRedactor
) -> VerificationResult:
    shown = expectation.without_secrets(redactor)
    count = sum(not expectation.difference(entry, shown) for entry in requests)
    times = expectation.times
    low, high = (expectation.atLeast, expectation.atMost) if times is None else (times, times)
    if low is None and high is None:
        low = 1
    too_few, too_many = low is not None and count < low, high is not None and count > high
    message = f"{_describe(shown)}: expected {_bounds(low, high)}, got {count} of {len(requests)} requests"
    nearest = _nearest(expectation, shown, requests) if too_few else None
    return VerificationResult(not (too_few or too_many), message, count, nearest)


def _verify_order(
    order: Sequence[Pattern], requests: Sequence[RecordedRequest], redactor: RecordRedactor
) -> VerificationResult:
    position = 0
    for number, pattern in enumerate(order):
        found = next((i for i in range(position, len(requests)) if not pattern.difference(requests[i])), None)
        if found is None:
            where = f"as number {number + 1} of the order, after request {position}"
            shown = pattern.without_secrets(redactor)
            message = f"{_describe(shown)}: expected {where}, not found"
            nearest = _nearest(pattern, shown, requests[position:])
            return VerificationResult(ok=False, message=message, matches=number, nearest=nearest)
        position = found + 1
    message = f"all {len(order)} requests came in order"
    return VerificationResult(ok=True, message=message, matches=len(order), nearest=None)


def _nearest(pattern: Pattern, shown: Pattern, requests: Sequence[RecordedRequest]) -> Nearest | None:
    misses = [Nearest(entry, differs) for entry in requests if (differs := pattern.difference(entry, shown))]
    # The latest of equally near ones, since it is what the client under test did last.
    return min(reversed(misses), key=lambda near: len(near.differs), default=None)


def _describe(pattern: Pattern) -> str:
    given = {name: getattr(pattern, name) for name in Pattern.model_fields}
    return ", ".join(f"{name} {value}" for name, value in given.items() if value not in (None, {})) or "any request"


def _hint(is_same_without_secrets: bool) -> str:  # noqa: FBT001  # one word at each call
    return " with a secret, which the journal does not keep; expect what it shows" if is_same_without_secrets else ""


def _bounds(low: int | None, high: int | None) -> str:
    if low == high:
        return f"exactly {low}"
    return " and ".join([f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None))
