"""From exchanges and findings to one of three words, and never "conforms" when too little was seen."""

from collections.abc import Iterable, Sequence

from migma_contract.exchange import Exchange, FailureKind, Purpose
from migma_contract.finding import Finding, Level
from migma_contract.rules import expectations
from migma_contract_tests.probes.plan import MEANINGS, Probe
from migma_contract_tests.results.report import Verdict

_ESSENTIAL: tuple[Purpose, ...] = ("missing-key", "invalid-key", "unknown-id")
UNREACHED: dict[FailureKind, str] = {
    "unreachable": "the server could not be reached",
    "tls": "no trusted TLS connection came about",
    "timeout": "no complete answer came within the time-out",
    "reset": "the connection ended without an answer",
}
"""What each failure to answer at all is in words, a clause."""


def decide(
    exchanges: Sequence[Exchange], findings: Iterable[Finding], fail_on: Level, skipped: Iterable[Probe]
) -> tuple[Verdict, str]:
    """The verdict, and why it is inconclusive (else "").

    Where no campaign could be read at all, nothing of what else was seen can be trusted to be this API,
    so that is inconclusive whatever the findings. Beyond that a finding at or above ``fail_on`` is
    certain, and therefore drift, even when not everything was seen.

    Args:
        exchanges: All that were sent, retries included.
        findings: Those that the baseline does not accept.
        fail_on: The level from which a finding is drift.
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
    """Why none of a campaign's reads says anything about its stats; None if one does."""
    reasons = [_says_nothing(read) for read in reads]
    return None if None in reasons else reasons[0]


def _says_nothing(read: Exchange) -> str | None:
    if not expectations.is_unanswered(read):
        return None
    one = read.campaign_id
    if read.failure is not None:
        return f"{UNREACHED[read.failure.kind]} ({read.failure.detail})"
    if read.status in expectations.REFUSED:
        return f"the key was refused ({read.status}) for campaign {one}: is it right, and may it read this campaign?"
    if read.status == expectations.NOT_FOUND:
        return (
            f"campaign {one} was not found with this key: is the id right, and the base URL? "
            "If a 404 comes without a key as well, where 401 is documented, the path itself may be gone"
        )
    again = ", also when asked again" if read.attempt > 1 else ""
    return f"campaign {one} could not be read: the server answered {read.status}{again}"


def _too_little(
    final_attempts: Sequence[Exchange], reads: dict[str, list[Exchange]], skipped: Iterable[Probe]
) -> str | None:
    """What is missing for "conforms", which claims that the essential answers were seen and are right."""
    missing = next((probe for probe in skipped if probe.essential), None)
    if missing is not None:
        return f"too few requests were sent to judge; not sent: {missing}"
    for one, of_one in reads.items():
        if not any(read.failure is None and read.status in range(200, 300) for read in of_one):
            return f"no read of campaign {one} gave its stats"
    for purpose in _ESSENTIAL:
        if not any(
            e.purpose == purpose and e.failure is None and e.status not in expectations.TRANSIENT
            for e in final_attempts
        ):
            return f"no answer could be judged for a request for {MEANINGS[purpose]}"
    return None


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}{'' if reason.endswith(('.', '?')) else '.'}"
