"""Decide the verdict from exchanges and findings. It is never "conforms" if too little was seen."""

from collections.abc import Container, Iterable, Sequence

from migma_contract.exchange import Exchange, Purpose
from migma_contract.finding import Finding, Level
from migma_contract.rules import expectations
from migma_contract.rules.evidence import Lack
from migma_contract_tests.check.inconclusive import describe_outcome, why_nothing_was_seen, why_unread
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.results.records import Verdict

_ESSENTIAL: dict[Purpose, str] = {
    "missing-key": "without a key",
    "invalid-key": "with an invalid key",
    "unknown-id": "for a campaign that does not exist",
}
"""Purposes without which no verdict is possible, each as the end of ``a request …``."""


def decide(
    exchanges: Sequence[Exchange],
    findings: Sequence[Finding],
    fail_on: Level,
    skipped: Iterable[Probe],
    *,
    lack: Lack | None,
    interrupted: Container[int] = frozenset(),
    base_url: str,
) -> tuple[Verdict, str]:
    """Return the verdict, and the reason if it is inconclusive (else "").

    If a run shows nothing of the contract, the verdict is inconclusive, unless stats came without a valid key, which
    is breaking. Otherwise a finding at or above ``fail_on`` is certain, and therefore drift, even if some probes were
    skipped.

    Args:
        exchanges: All that were sent, retries included.
        findings: Those that the baseline does not accept.
        fail_on: The lowest level of a finding that is drift.
        skipped: Probes that were not sent.
        lack: Why the run shows nothing of the contract; None if it shows something.
        interrupted: Indexes of exchanges in which the API was away: they are not judged.
        base_url: The base URL of the requests.
    """
    final_attempts = [exchange for _, exchange in expectations.final_attempts(exchanges)]
    reads: dict[str, list[Exchange]] = {}
    for exchange in final_attempts:
        if exchange.purpose == "campaign":
            reads.setdefault(exchange.campaign_id, []).append(exchange)
    if not reads:
        return "inconclusive", _sentence("no campaign was read")
    if lack is not None and not any(finding.level is Level.BREAKING for finding in findings):
        return "inconclusive", _sentence(why_nothing_was_seen(lack, final_attempts, base_url))
    if any(finding.level.rank >= fail_on.rank for finding in findings):
        return "drift", ""
    judged = [each for index, each in expectations.final_attempts(exchanges) if index not in interrupted]
    reason = _unread_campaign(reads, final_attempts) or _too_little(final_attempts, judged, skipped)
    return ("inconclusive", _sentence(reason)) if reason else ("conforms", "")


def _unread_campaign(reads: dict[str, list[Exchange]], final_attempts: Sequence[Exchange]) -> str | None:
    """Return why no read of some campaign shows its stats; None if each has one that does."""
    for of_one in reads.values():
        if all(map(expectations.is_unusable_read, of_one)):
            return why_unread(of_one[0], final_attempts)
    return None


def _too_little(final_attempts: Sequence[Exchange], judged: Sequence[Exchange], skipped: Iterable[Probe]) -> str | None:
    """Return what is missing for "conforms", which needs every essential response; None if nothing is."""
    missing = next((probe for probe in skipped if probe.essential), None)
    if missing is not None:
        last = final_attempts[-1]
        why = f"; the last response was {describe_outcome(last)}" if expectations.has_no_evidence(last) else ""
        return f"too few requests were sent to judge; skipped: {missing}{why}"
    complete = [each for each in judged if each.failure is None and expectations.is_success(each)]
    read = {each.campaign_id for each in complete if each.purpose == "campaign"}
    for exchange in final_attempts:
        if exchange.purpose == "campaign" and exchange.campaign_id not in read:
            what = "could be judged" if exchange.failure else "returned its stats"
            return f"no read of campaign {exchange.campaign_id} {what}"
    for purpose, words in _ESSENTIAL.items():
        # A request that was neither sent nor skipped is none of this contract: it needs no key.
        sent = next((each for each in final_attempts if each.purpose == purpose), None)
        if sent and all(map(_is_no_answer, (each for each in judged if each.purpose == purpose))):
            return f"no response to a request {words} could be judged: {describe_outcome(sent)}"
    return None


def _is_no_answer(exchange: Exchange) -> bool:
    """True if nothing of a response was judged, or only its status and its headers."""
    return expectations.has_no_evidence(exchange) or (
        exchange.failure is not None and exchange.failure.kind == "not-read"
    )


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}{'' if reason.endswith(('.', '?')) else '.'}"
