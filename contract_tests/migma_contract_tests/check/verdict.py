"""Decide the verdict from exchanges and findings. It is never "conforms" if too little was seen."""

from collections.abc import Iterable, Sequence

from migma_contract.exchange import Exchange, FailureKind, Purpose
from migma_contract.finding import Finding, Level
from migma_contract.rules import expectations
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.results.purposes import PURPOSES
from migma_contract_tests.results.records import Verdict

_ESSENTIAL: tuple[Purpose, ...] = ("missing-key", "invalid-key", "unknown-id")
NO_RESPONSE: dict[FailureKind, str] = {
    "unreachable": "the server could not be reached",
    "tls": "no trusted TLS connection could be made",
    "timeout": "no complete response came within the time-out",
    "reset": "the connection ended without a response",
}
"""Each failure without any response, as a clause."""


def decide(
    exchanges: Sequence[Exchange], findings: Iterable[Finding], fail_on: Level, skipped: Iterable[Probe]
) -> tuple[Verdict, str]:
    """Return the verdict, and the reason if it is inconclusive (else "").

    If no campaign could be read, nothing shows that this API answered at all, so the verdict is
    inconclusive whatever the findings. Otherwise a finding at or above ``fail_on`` is certain, and
    therefore drift, even if some probes were skipped.

    Args:
        exchanges: All that were sent, retries included.
        findings: Those that the baseline does not accept.
        fail_on: The lowest level of a finding that is drift.
        skipped: Probes that were not sent.
    """
    final_attempts = [exchange for _, exchange in expectations.final_attempts(exchanges)]
    reads: dict[str, list[Exchange]] = {}
    for exchange in final_attempts:
        if exchange.purpose == "campaign":
            reads.setdefault(exchange.campaign_id, []).append(exchange)
    unread = {one: reason for one, of_one in reads.items() if (reason := _unreadable(of_one))}
    if not reads or len(unread) == len(reads):
        return "inconclusive", _sentence(next(iter(unread.values()), "no campaign was read"))
    if any(finding.level.rank >= fail_on.rank for finding in findings):
        return "drift", ""
    reason = next(iter(unread.values()), None) or _too_little(final_attempts, reads, skipped)
    return ("inconclusive", _sentence(reason)) if reason else ("conforms", "")


def _unreadable(reads: Sequence[Exchange]) -> str | None:
    """Return why no read of a campaign shows its stats; None if one does."""
    reasons = [_why_unread(read) for read in reads]
    return None if None in reasons else reasons[0]


def _why_unread(read: Exchange) -> str | None:
    if not expectations.is_unusable_read(read):
        return None
    one = read.campaign_id
    if read.failure is not None:
        return f"{NO_RESPONSE[read.failure.kind]} ({read.failure.detail})"
    if read.status in expectations.KEY_REJECTED:
        return f"the key was rejected ({read.status}) for campaign {one}: is it correct, and may it read this campaign?"
    if read.status == expectations.NOT_FOUND:
        return (
            f"campaign {one} was not found with this key: are the id and the base URL correct? "
            "If a request without a key also gets 404 in place of the documented 401, the path itself may be gone"
        )
    again = ", also on the second attempt" if read.attempt > 1 else ""
    return f"campaign {one} could not be read: the server answered {read.status}{again}"


def _too_little(
    final_attempts: Sequence[Exchange], reads: dict[str, list[Exchange]], skipped: Iterable[Probe]
) -> str | None:
    """Return what is missing for "conforms", which needs every essential response; None if nothing is."""
    missing = next((probe for probe in skipped if probe.essential), None)
    if missing is not None:
        return f"too few requests were sent to judge; skipped: {missing}"
    for one, of_one in reads.items():
        if not any(read.failure is None and read.status in range(200, 300) for read in of_one):
            return f"no read of campaign {one} returned its stats"
    for purpose in _ESSENTIAL:
        if not any(_is_judged(exchange, purpose) for exchange in final_attempts):
            return f"no response could be judged for a request for {PURPOSES[purpose]}"
    return None


def _is_judged(exchange: Exchange, purpose: Purpose) -> bool:
    if exchange.purpose != purpose:
        return False
    return not expectations.has_no_evidence(exchange)


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}{'' if reason.endswith(('.', '?')) else '.'}"
