"""The rules as checks of Schemathesis: one for each rule about a single response, named after the rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import schemathesis

from migma_contract.exchange import Exchange, Purpose
from migma_contract.finding import Finding, Level
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract
from migma_contract.openapi.declared_names import declared_names
from migma_contract.redaction import Redactor, Secret, key_in
from migma_contract.rules import RULES, Rule, judge_one
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.probes.plan import KeyKind, is_unknown_id
from migma_contract_tests.results.baseline import Applied, Baseline, apply

Observe = Callable[[schemathesis.Response], Exchange | None]
"""Returns the exchange of a response; None if the request was not for the contract's path."""


class RuleChecks:
    """The rules about one response as checks, with one decision on which findings fail.

    Args:
        contract: The contract to check against.
        observe: Returns the exchange of Schemathesis' response, as received.
        key: The API key; it never appears in failures.
        fail_on: The lowest level of a finding that fails.
        baseline: Accepted findings; None for none.
    """

    def __init__(
        self,
        contract: Contract,
        observe: Observe,
        key: Secret,
        *,
        fail_on: Level = Level.WARNING,
        baseline: Baseline | None = None,
    ) -> None:
        self._contract = contract
        self._observe = observe
        self._redactor = KeyRedactor(key, contract)
        self._fail_on = fail_on
        self._baseline = baseline
        self._latest: tuple[schemathesis.Response, Exchange | None, list[Finding]] | None = None

    @property
    def checks(self) -> list[schemathesis.CheckFunction]:
        """One check for each rule about one response; ``rate-is-percentage`` is the check ``rate_is_percentage``."""
        return [self._check(rule) for rule in RULES if rule.check is not None]

    def failing(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings that fail, redacted: at or above the level, and not accepted by the baseline."""
        return [
            finding for finding in self.split_by_baseline(findings).open if finding.level.rank >= self._fail_on.rank
        ]

    def split_by_baseline(self, findings: list[Finding], *, complete: bool = False) -> Applied[Finding]:
        """Split findings by the baseline, redacted; ``complete`` as in :func:`apply`."""
        redacted = map(self._redactor.finding, findings)
        return apply(self._baseline, redacted, datetime.now(UTC).date(), complete=complete)

    def keep_failure(self, failure: AssertionError, response: schemathesis.Response) -> bool:
        """True if a failure that Schemathesis itself found counts.

        It does not if the baseline accepts a finding at the same place, or if Schemathesis saw a body from
        which the key was removed: only the rules judge the received one.
        """
        exchange, findings = self._judged(response)
        if exchange is None:
            return True
        if getattr(failure, "checks", ()) and self._redactor.body(exchange.body) != exchange.body:
            return False
        accepted = self.split_by_baseline(findings).accepted
        place = _place(failure, response.status_code)
        return not any(_lies_in(each.finding.where, place) for each in accepted)

    def _check(self, rule: Rule) -> schemathesis.CheckFunction:
        def check(
            _ctx: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case[Any]
        ) -> None:
            _, findings = self._judged(response)
            failing = self.failing([finding for finding in findings if finding.rule == rule.id])
            if failing:
                raise AssertionError(describe(failing))

        check.__name__ = rule.id.replace("-", "_")
        check.__doc__ = rule.summary
        return check

    def _judged(self, response: schemathesis.Response) -> tuple[Exchange | None, list[Finding]]:
        """Return the exchange of a response and its findings; they are kept, since each check needs them."""
        latest = self._latest
        if latest is None or latest[0] is not response:
            exchange = self._observe(response)
            findings = judge_one(exchange, self._contract) if exchange else []
            latest = self._latest = response, exchange, findings
        return latest[1:]


@dataclass(frozen=True)
class Observer:
    """Builds exchanges from requests and responses of Schemathesis.

    Attributes:
        contract: Has the path, and the header of the key.
        key: The valid key.
        is_known: Returns True if a campaign exists.
    """

    contract: Contract
    key: Secret
    is_known: Callable[[str], bool]

    def __call__(self, response: schemathesis.Response) -> Exchange | None:
        """Return the exchange as received; None if the request was not for the contract's path."""
        request = response.request
        method, url = str(request.method), str(request.url)
        campaign_id = self._campaign_id(url)
        if campaign_id is None:
            return None
        redactor, key_kind = Redactor(self.key), self._key_kind(request.headers, url)
        received = [(n.encode("latin-1"), _octets(v)) for n, values in response.headers.items() for v in values]
        body = response.content or b""
        return Exchange(
            purpose=purpose_of(method, key_kind, self.contract, known=self.is_known(campaign_id), id_=campaign_id),
            method=method,
            url=redactor.text(url),
            campaign_id=campaign_id,
            request_headers=redactor.headers((n.encode(), _octets(v)) for n, v in request.headers.items()),
            started=datetime.now(UTC),
            elapsed=response.elapsed,
            status=response.status_code,
            headers=tuple((name.lower().decode("latin-1"), value.decode("latin-1")) for name, value in received),
            body=body,
            declared=declared_names(self.contract),
            key_in=key_in(redactor, received, body) if key_kind == "valid" else (),
        )

    def _campaign_id(self, url: str) -> str | None:
        operation = self.contract.operation
        _, found, rest = urlsplit(url).path.partition(operation.prefix)
        segment = rest.removesuffix(operation.suffix)
        is_path = bool(found) and rest.endswith(operation.suffix) and bool(segment) and "/" not in segment
        return unquote(segment) if is_path else None

    def _key_kind(self, headers: Any, url: str) -> KeyKind:
        operation, key = self.contract.operation, self.key.reveal()
        if not operation.key_header:
            has_key = f"{operation.key.name}=" in urlsplit(url).query
            return "valid" if operation.key.query(key) in url else ("invalid" if has_key else "missing")
        value = headers.get(operation.key_header)
        if value is None:
            return "missing"
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        return "valid" if text in (key, operation.key_header_value(key)) else "invalid"


def purpose_of(method: str, key: KeyKind, contract: Contract, *, known: bool, id_: str) -> Purpose:
    """Return what a request checks, whoever sent it."""
    if method != "GET":
        return "head" if method == "HEAD" else "method"
    if key == "invalid":
        return "invalid-key"
    if key == "missing":
        return "missing-key" if known else "unknown-id-missing-key"
    if known:
        return "campaign"
    return "unknown-id" if is_unknown_id(id_, contract) else "unusual-id"


def describe(findings: list[Finding]) -> str:
    """Return findings as text, each with its fingerprint for a baseline."""
    return "\n\n".join(
        f"{finding.rule} ({finding.level.value}) at {finding.where}: {finding.message}\n"
        f"  expected: {finding.expected}\n  got: {finding.got}\n  fingerprint: {finding.fingerprint}"
        for finding in findings
    )


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def _place(failure: AssertionError, status: int) -> str:
    """Return the place of a failure that Schemathesis itself found, written as in findings."""
    path = getattr(failure, "instance_path", None)
    if path is not None:
        return f"{status} {pointer(*path)}"
    is_about_type = "content_type_conformance" in getattr(failure, "checks", ())
    return f"{status} header Content-Type" if is_about_type else f"{status}"


def _lies_in(where: str, place: str) -> bool:
    """True if a place is another one or inside it: Schemathesis reports a member missing in ``/data`` at ``/data``."""
    return where == place.rstrip() or (" " in place and where.startswith(f"{place}/"))
