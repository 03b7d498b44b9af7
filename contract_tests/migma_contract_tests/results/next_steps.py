"""The next steps for a reader who has the verdict: commands and options, each with what it is for."""

from collections.abc import Iterator, Sequence

from migma_contract.exchange import NOTHING_LISTENS, THE_PROXY, FailureKind
from migma_contract_tests.results.records import ExchangeRecord, FailureRecord, FindingRecord, StepRecord, Verdict

_OTHER_SERVER = StepRecord(use="--base-url URL", why="if something other than the API answers there")
_AFTER_FAILURE: dict[FailureKind, StepRecord] = {
    "unreachable": StepRecord(
        use="--base-url URL", why="if the API is somewhere else; --proxy URL if it is behind a proxy"
    ),
    "tls": StepRecord(use="--ca-bundle FILE", why="if your own authority issued the server's certificate"),
    "timeout": StepRecord(use="--timeout SECONDS", why="if the server is only slow"),
    "reset": _OTHER_SERVER,
    "protocol": _OTHER_SERVER,
    "too-large": _OTHER_SERVER,
    "encoding": _OTHER_SERVER,
}
_KEY = StepRecord(use="MIGMA_API_KEY=…", why="a key with the permission email:read; or --api-key-file FILE")
_IDS = StepRecord(use="MIGMA_CAMPAIGN_IDS=…", why="ids of sent campaigns that this key can read, separated by commas")
_SLOWER = StepRecord(use="--rate N/m", why="slower, if this plan of the API allows fewer requests a minute")
_BASELINE = StepRecord(use="--baseline FILE --update-baseline", why="accept known findings, so that new ones stand out")
_MORE_REQUESTS = StepRecord(use="--max-requests N", why="send the skipped requests too")


def next_steps(
    verdict: Verdict,
    findings: Sequence[FindingRecord],
    exchanges: Sequence[ExchangeRecord],
    *,
    skipped: Sequence[str],
    stop_reason: str,
) -> tuple[StepRecord, ...]:
    """Return the steps that help with a report, the most useful first; none if nothing is to be done."""
    steps: list[StepRecord] = []
    if verdict == "inconclusive":
        steps.extend(_steps_to_a_verdict(exchanges, skipped))
    if findings:
        steps.append(
            StepRecord(use=f"migma-contract rules {findings[0].rule}", why="what this rule means, and why it matters")
        )
    if verdict == "drift":
        steps.append(_BASELINE)
    if skipped and not stop_reason:
        steps.append(_MORE_REQUESTS)
    return tuple(dict.fromkeys(steps))


def _steps_to_a_verdict(exchanges: Sequence[ExchangeRecord], skipped: Sequence[str]) -> Iterator[StepRecord]:
    reads = [exchange for exchange in exchanges if exchange.purpose == "campaign"]
    for exchange in reads:
        yield from _steps_after(exchange)
    if not reads and not skipped:
        yield _IDS


def _steps_after(exchange: ExchangeRecord) -> Iterator[StepRecord]:
    if exchange.failure:
        yield _step_after_failure(exchange.failure)
    elif exchange.status in {401, 403}:
        yield _KEY
    elif exchange.status == 404:
        yield _IDS
    elif exchange.status == 429:
        yield _SLOWER


def _step_after_failure(failure: FailureRecord) -> StepRecord:
    if failure.detail.startswith(THE_PROXY):
        return StepRecord(use="--proxy URL", why="if it is another proxy; NO_PROXY=HOST if the server needs none")
    if failure.detail.startswith(NOTHING_LISTENS):
        return StepRecord(use="--base-url URL", why=f"{failure.detail}: start the server there, or use another URL")
    return _AFTER_FAILURE[failure.kind]
