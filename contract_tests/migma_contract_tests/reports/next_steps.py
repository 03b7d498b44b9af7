"""What to do next, for a reader who has the verdict: commands and options, with what each is for."""

from collections.abc import Iterator
from typing import NamedTuple

from migma_contract.exchange import NOTHING_LISTENS, Exchange, Failure, FailureKind
from migma_contract_tests.results.report import Report


class Step(NamedTuple):
    """A command, option or variable, and what it is for."""

    use: str
    why: str


_AFTER_FAILURE: dict[FailureKind, Step] = {
    "unreachable": Step("--base-url URL", "if the API is somewhere else; --proxy URL if it is behind a proxy"),
    "tls": Step("--ca-bundle FILE", "if the server's certificate comes from an authority of your own"),
    "timeout": Step("--timeout SECONDS", "if the server is only slow"),
    "reset": Step("--base-url URL", "if something other than the API answers there"),
    "protocol": Step("--base-url URL", "if something other than the API answers there"),
    "too-large": Step("--base-url URL", "if something other than the API answers there"),
    "encoding": Step("--base-url URL", "if something other than the API answers there"),
}

_KEY = Step("MIGMA_API_KEY=…", "a key with the permission email:read; or --api-key-file FILE")
_IDS = Step("MIGMA_CAMPAIGN_IDS=…", "ids of sent campaigns that this key can read, separated by commas")


def next_steps(report: Report) -> list[Step]:
    """The steps that help with this report, the most useful first; none where nothing is to be done."""
    return list(dict.fromkeys(_steps(report)))


def _steps(report: Report) -> Iterator[Step]:
    if report.verdict == "inconclusive":
        yield from _towards_a_verdict(report)
    if report.findings:
        yield Step(f"migma-contract rules {report.findings[0].rule}", "what this rule means, and why it matters")
    if report.verdict == "drift":
        yield Step("--baseline FILE --update-baseline", "accept findings that are known, so that new ones stand out")
    if report.skipped and not report.stop_reason:
        yield Step("--max-requests N", "make room for what was left out")


def _towards_a_verdict(report: Report) -> Iterator[Step]:
    reads = [exchange for exchange in report.exchanges if exchange.purpose == "campaign"]
    for exchange in reads:
        yield from _after(exchange)
    if not reads and not report.skipped:
        yield _IDS


def _after(exchange: Exchange) -> Iterator[Step]:
    if exchange.failure:
        yield _after_failure(exchange.failure)
    elif exchange.status in {401, 403}:
        yield _KEY
    elif exchange.status == 404:
        yield _IDS
    elif exchange.status == 429:
        yield Step("--rate N/m", "slower, if this plan of the API allows fewer requests a minute")


def _after_failure(failure: Failure) -> Step:
    if failure.detail.startswith(NOTHING_LISTENS):
        return Step("--base-url URL", f"{failure.detail}: start the server there, or name another address")
    return _AFTER_FAILURE[failure.kind]
