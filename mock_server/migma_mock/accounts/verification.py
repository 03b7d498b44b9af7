"""Verifying what was asked: patterns over a journal, and, on a miss, the nearest request with what differs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from migma_contract.errors import ArgumentError
from migma_mock.accounts.journal import Entry
from migma_mock.input_models import Strict, model_problems

_Count = Annotated[int, Field(ge=0)]


class Pattern(Strict):
    """Which requests are meant; what is not given matches anything."""

    method: str | None = Field(default=None, description="Such as GET; in any case.")
    path: str | None = Field(default=None, description="As the journal shows it, percent-encoded.")
    campaign: str | None = Field(default=None, description="The id that was asked for.")
    status: int | None = Field(default=None, description="Of the answer.")
    matchedBy: str | None = Field(default=None, description="A part of what decided the answer, such as `fault`.")
    headers: dict[str, str] = Field(default={}, description="Request headers with their values; names in any case.")

    def difference(self, entry: Entry) -> list[str]:
        """Why an entry does not match, a sentence a reason; empty if it does."""
        pairs = [
            ("method", self.method and self.method.upper(), entry.method.upper()),
            ("path", self.path, entry.shown_path),
            ("campaign", self.campaign, entry.shown_campaign),
            ("status", self.status, entry.status),
        ]
        reasons = [f"{name} is {got!r}, not {want!r}" for name, want, got in pairs if want is not None and want != got]
        if self.matchedBy is not None and self.matchedBy not in entry.matched_by:
            reasons.append(f"matchedBy is {entry.matched_by!r}, without {self.matchedBy!r}")
        given = entry.request_headers() if self.headers else []
        for name, want in self.headers.items():
            values = [value for header, value in given if header == name.lower()]
            if want not in values:
                got = " and ".join(map(repr, values)) or "absent"
                reasons.append(f"header {name} is {got}, not {want!r}")
        return reasons


class RequestExpectation(Pattern):
    """A pattern and how often it must match; or several patterns that must match in their order."""

    times: _Count | None = Field(default=None, description="Exactly so often.")
    atLeast: _Count | None = Field(default=None, description="So often or more; 1 if no count is given.")
    atMost: _Count | None = Field(default=None, description="So often or less.")
    order: list[Pattern] = Field(
        default=[], max_length=100, description="Patterns that must match one after the other, others in between."
    )

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        counted = any(count is not None for count in (self.times, self.atLeast, self.atMost))
        patterned = self.model_fields_set & set(Pattern.model_fields)
        if self.order and (counted or patterned):
            raise ValueError("either 'order', or a pattern with its counts")
        if self.times is not None and (self.atLeast is not None or self.atMost is not None):
            raise ValueError("either 'times', or 'atLeast' and 'atMost'")
        if self.atLeast is not None and self.atMost is not None and self.atLeast > self.atMost:
            raise ValueError("an 'atLeast' that is no more than 'atMost'")
        return self


class Nearest(NamedTuple):
    """The request that comes nearest to a pattern, and why it is not it."""

    entry: Entry
    differs: list[str]


class VerificationResult(NamedTuple):
    """What a verification found.

    Attributes:
        ok: Whether it holds.
        message: What was expected and what came, for people.
        matches: How many requests matched (of an order: how many of its patterns).
        nearest: On a miss, what came nearest; None where nothing was asked at all or all matched.
    """

    ok: bool
    message: str
    matches: int
    nearest: Nearest | None

    @property
    def explanation(self) -> str:
        """The message, and on a miss the nearest request with what differs."""
        near = self.nearest
        return f"{self.message}\nnearest: {near.entry!r}: {'; '.join(near.differs)}" if near else self.message

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        near = self.nearest and {"request": self.nearest.entry.as_dict(), "differs": self.nearest.differs}
        return {"ok": self.ok, "message": self.message, "matches": self.matches, "nearest": near}


def parse_expectation(asked: Mapping[str, Any], source: str) -> RequestExpectation:
    """A question from its members.

    Raises:
        ArgumentError: It has no such member, or one that cannot be so; with everything that is wrong.
    """
    try:
        return RequestExpectation.model_validate(asked)
    except ValidationError as error:
        hint = f"The members are {', '.join(RequestExpectation.model_fields)}."
        raise ArgumentError(model_problems(error, source, RequestExpectation), hint) from None


def verify(question: RequestExpectation, entries: Iterable[Entry]) -> VerificationResult:
    """Whether a journal's entries answer a question."""
    asked = list(entries)
    return _in_order(question.order, asked) if question.order else _counted(question, asked)


def _counted(question: RequestExpectation, asked: Sequence[Entry]) -> VerificationResult:
    count = sum(not question.difference(entry) for entry in asked)
    low = question.times if question.times is not None else question.atLeast
    high = question.times if question.times is not None else question.atMost
    if low is None and high is None:
        low = 1
    ok = (low is None or count >= low) and (high is None or count <= high)
    message = f"{_words(question)}: expected {_bounds(low, high)}, got {count} of {len(asked)} requests"
    misses = low is not None and count < low
    return VerificationResult(ok, message, count, _nearest(question, asked) if misses else None)


def _in_order(order: Sequence[Pattern], asked: Sequence[Entry]) -> VerificationResult:
    position = 0
    for number, pattern in enumerate(order):
        found = next((i for i in range(position, len(asked)) if not pattern.difference(asked[i])), None)
        if found is None:
            message = (
                f"{_words(pattern)}: expected as number {number + 1} of the order, after request {position}, not found"
            )
            return VerificationResult(
                ok=False, message=message, matches=number, nearest=_nearest(pattern, asked[position:])
            )
        position = found + 1
    return VerificationResult(
        ok=True, message=f"all {len(order)} came in their order", matches=len(order), nearest=None
    )


def _nearest(pattern: Pattern, asked: Sequence[Entry]) -> Nearest | None:
    misses = [Nearest(entry, differs) for entry in asked if (differs := pattern.difference(entry))]
    # Among equally near ones the latest: it is what the client under test did last.
    return min(reversed(misses), key=lambda near: len(near.differs), default=None)


def _words(pattern: Pattern) -> str:
    given = {name: getattr(pattern, name) for name in Pattern.model_fields}
    return ", ".join(f"{name} {value}" for name, value in given.items() if value not in (None, {})) or "any request"


def _bounds(low: int | None, high: int | None) -> str:
    if low == high:
        return f"exactly {low}"
    return " and ".join([f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None))
