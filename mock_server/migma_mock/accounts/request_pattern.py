"""Pattern: which recorded requests are meant, and how another request differs from them."""

from collections.abc import Collection, Iterator
from typing import Self

from pydantic import Field

from migma_mock.accounts.record_redactor import NO_SECRETS, RecordRedactor
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.input_models import Strict

_WITH_SECRET = " with a secret, which the journal does not keep; expect what it shows"  # noqa: S105  # no secret
_WITH_OTHER_KEY = " with the key that is expected"


class Pattern(Strict):
    """Requests to match; a field that is not given matches any request."""

    method: str | None = Field(default=None, description="HTTP method, in any case.")
    path: str | None = Field(default=None, description="Path as the journal shows it, percent-encoded.")
    query: dict[str, str] = Field(
        default={},
        max_length=100,
        description="Query parameters and their values, decoded, at most 100; there may be others.",
    )
    campaign: str | None = Field(default=None, description="Campaign id in the path.")
    status: int | None = Field(default=None, ge=100, le=599, description="HTTP status of the reply.")
    matchedBy: str | None = Field(default=None, description="A part of what chose the reply, such as `fault`.")
    headers: dict[str, str] = Field(
        default={}, max_length=100, description="Request headers and their values, at most 100; names in any case."
    )

    def without_secrets(self, redactor: RecordRedactor) -> Self:
        """Return the pattern as a message may show it."""
        texts = {name: getattr(self, name) for name in ("path", "campaign", "matchedBy")}
        shown: dict[str, object] = {name: text and redactor.text(text) for name, text in texts.items()}
        headers = {name: redactor.header_value(name, value) for name, value in self.headers.items()}
        query = {name: redactor.parameter_value(name, value) for name, value in self.query.items()}
        return self.model_copy(update={**shown, "headers": headers, "query": query})

    @property
    def is_about_options(self) -> bool:
        """True if it expects the method OPTIONS, which browsers also send on their own (CORS)."""
        return self.method is not None and self.method.upper() == "OPTIONS"

    def __str__(self) -> str:
        given = {name: getattr(self, name) for name in Pattern.model_fields}
        return ", ".join(f"{name} {value}" for name, value in given.items() if value not in (None, {})) or "any request"


class Matcher:
    """Compares recorded requests with a pattern.

    Records have no secrets, so that a pattern with one matches none of them. The exception are the keys of the account
    whose requests they are: a test knows these, and compares them with what came.

    Args:
        pattern: The pattern.
        redactor: Removes secrets of the pattern from what is shown; those of the records are removed already.
        own_credentials: The keys of the account, in each form that a header or parameter may have.

    Attributes:
        shown: The pattern without secrets.
    """

    def __init__(
        self, pattern: Pattern, redactor: RecordRedactor = NO_SECRETS, own_credentials: Collection[str] = ()
    ) -> None:
        self._pattern = pattern
        self._own = own_credentials
        self.shown = pattern.without_secrets(redactor)

    def matches(self, entry: RecordedRequest) -> bool:
        """Return True if a request is as the pattern says."""
        return next(self._differences(entry), None) is None

    def differences(self, entry: RecordedRequest) -> list[str]:
        """Return a sentence for each reason why a request does not match; empty if it matches."""
        return list(self._differences(entry))

    def _differences(self, entry: RecordedRequest) -> Iterator[str]:
        pattern, shown = self._pattern, self.shown
        if pattern.method is not None and pattern.method.upper() != entry.method.upper():
            yield f"method is {entry.method.upper()!r}, not {shown.method!r}"
        if pattern.path is not None and pattern.path != (got := entry.path):
            yield f"path is {got!r}, not {shown.path!r}{_WITH_SECRET if got == shown.path else ''}"
        if pattern.campaign is not None and pattern.campaign != (got := entry.campaign_id or ""):
            yield f"campaign is {got!r}, not {shown.campaign!r}{_WITH_SECRET if got == shown.campaign else ''}"
        for name, value in pattern.query.items():
            if value not in self._own or not entry.has_parameter(name, value):
                values = [given for other, given in entry.parameters if other == name]
                yield from self._difference(f"query parameter {name}", value, shown.query[name], values)
        if pattern.status is not None and pattern.status != entry.status:
            yield (
                f"got {entry.failure}, not status {pattern.status}"
                if entry.failure
                else f"status is {entry.status}, not {pattern.status}"
            )
        if pattern.matchedBy is not None and pattern.matchedBy not in entry.matched_by:
            yield f"matchedBy is {entry.matched_by!r} and does not contain {shown.matchedBy!r}"
        for name, value in pattern.headers.items():
            if value not in self._own or not entry.has_header(name, value):
                values = [given for other, given in entry.header_pairs if other == name.lower()]
                yield from self._difference(f"header {name}", value, shown.headers[name], values)

    def _difference(self, what: str, want: str, shown: str, values: list[str]) -> Iterator[str]:
        """Yield how the values of a header or parameter differ from the expected one."""
        if want in values:
            return
        hint = ""
        if shown in values:
            hint = _WITH_OTHER_KEY if want in self._own else _WITH_SECRET
        yield f"{what} is {' and '.join(map(repr, values)) or 'absent'}, not {shown!r}{hint}"
