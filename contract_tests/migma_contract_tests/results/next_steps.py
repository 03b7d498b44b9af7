"""The next steps for a reader who has the verdict: commands and options, each with what it is for."""

import shlex
from collections.abc import Iterator, Sequence

from migma_contract.exchange import NOTHING_LISTENS, THE_PROXY, FailureKind
from migma_contract.rules.evidence import ACCOUNT
from migma_contract.timestamps import parse_retry_after
from migma_contract_tests.results.moved_base_url import read_redirect
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
    "not-read": StepRecord(use="--campaign-id ID", why="one campaign in a check, so that fewer large bodies come"),
    "encoding": _OTHER_SERVER,
}
_KEY = StepRecord(use="MIGMA_API_KEY=…", why="a key with the permission email:read; or --api-key-file FILE")
_IDS = StepRecord(use="MIGMA_CAMPAIGN_IDS=…", why="ids of sent campaigns that this key can read, separated by commas")
_SLOWER = StepRecord(use="--rate N/m", why="slower, if this plan of the API allows fewer requests a minute")
_BASELINE = StepRecord(use="--baseline FILE --update-baseline", why="accept known findings, so that new ones stand out")
_PROXY_LOGIN = StepRecord(use="--proxy URL", why="with the user and the password that the proxy asks for")
_LATER = StepRecord(use="migma-contract check", why="again later, when the API answers")
_AFTER_WAIT = StepRecord(use="migma-contract check", why="again after the time that the server asks to wait")
_ACCOUNT = StepRecord(use="MIGMA_API_KEY=…", why="a key of another account, or put this one in order")
_HTTPS = StepRecord(use="--base-url https://…", why="the server expects https at this address")
_LONG_WAIT = 60
_TLS_ALERT = r"\x15\x03"
_MORE_REQUESTS = StepRecord(use="--max-requests N", why="send the skipped requests too")


def next_steps(
    verdict: Verdict,
    findings: Sequence[FindingRecord],
    exchanges: Sequence[ExchangeRecord],
    *,
    base_url: str,
    skipped: Sequence[str],
    stop_reason: str,
) -> tuple[StepRecord, ...]:
    """Return the steps that help with a report, the most useful first; none if nothing is to be done."""
    steps: list[StepRecord] = []
    if verdict == "inconclusive":
        steps.extend(_steps_to_a_verdict(exchanges, skipped, base_url))
    elif findings:
        steps.append(
            StepRecord(use=f"migma-contract rules {findings[0].rule}", why="what this rule means, and why it matters")
        )
    if verdict == "drift":
        steps.append(_BASELINE)
    if skipped and not stop_reason:
        steps.append(_MORE_REQUESTS)
    return tuple(dict.fromkeys(steps))


def _steps_to_a_verdict(
    exchanges: Sequence[ExchangeRecord], skipped: Sequence[str], base_url: str
) -> Iterator[StepRecord]:
    reads = [exchange for exchange in exchanges if exchange.purpose == "campaign"]
    without_key = {exchange.status for exchange in exchanges if exchange.purpose == "missing-key"}
    for exchange in reads:
        if _expects_https(exchange):
            yield _HTTPS
        elif exchange.failure:
            yield _step_after_failure(exchange.failure)
        else:
            yield from _steps_after(exchange, base_url, is_same_without_key=exchange.status in without_key)
    if any(exchange.status == 429 for exchange in exchanges):
        yield _after_limit(exchanges)
    if not reads and not skipped:
        yield _IDS


def _steps_after(exchange: ExchangeRecord, base_url: str, *, is_same_without_key: bool) -> Iterator[StepRecord]:
    status = exchange.status or 0
    text = exchange.body.text
    has_envelope = text.lstrip().startswith("{") and '"success"' in text
    if status // 100 == 3:
        yield from _steps_after_redirect(exchange, base_url)
    elif status == 407:
        yield _PROXY_LOGIN
    elif status == 429:
        return
    elif status in ACCOUNT - {421}:
        yield _ACCOUNT
    elif status >= 500:
        yield _LATER
    elif has_envelope and status in {401, 403}:
        yield _KEY
        yield from (_OTHER_SERVER,) if is_same_without_key else ()
    elif has_envelope and status == 404 and not is_same_without_key:
        yield _IDS
    elif status // 100 == 4 or not has_envelope:
        yield _OTHER_SERVER


def _steps_after_redirect(exchange: ExchangeRecord, base_url: str) -> Iterator[StepRecord]:
    to = read_redirect(base_url, exchange.url, _header(exchange, "location"), exchange.campaign_id)
    if to.base_url:
        yield StepRecord(use=f"--base-url {shlex.quote(to.base_url)}", why="the server redirects there")
    elif to.host:
        yield StepRecord(use="--base-url URL", why=f"if {to.host} belongs to the API: the server redirects there")
    elif not to.path:
        yield _OTHER_SERVER


def _after_limit(exchanges: Sequence[ExchangeRecord]) -> StepRecord:
    """Return the step after 429: wait if the server asks for a long time, else send more slowly."""
    limited = [exchange for exchange in exchanges if exchange.status == 429]
    waits = [parse_retry_after(_header(each, "retry-after"), _header(each, "date")) or 0.0 for each in limited]
    return _AFTER_WAIT if max(waits) >= _LONG_WAIT else _SLOWER


def _expects_https(exchange: ExchangeRecord) -> bool:
    if not exchange.url.startswith("http:"):
        return False
    if exchange.failure:
        return exchange.failure.kind == "protocol" and _TLS_ALERT in exchange.failure.detail
    return "HTTP request was sent to HTTPS port" in exchange.body.text


def _header(exchange: ExchangeRecord, name: str) -> str:
    return next((value for header, value in exchange.headers if header == name), "")


def _step_after_failure(failure: FailureRecord) -> StepRecord:
    if failure.detail.startswith(THE_PROXY):
        return StepRecord(use="--proxy URL", why="if it is another proxy; NO_PROXY=HOST if the server needs none")
    if failure.detail.startswith(NOTHING_LISTENS):
        return StepRecord(use="--base-url URL", why=f"{failure.detail}: start the server there, or use another URL")
    return _AFTER_FAILURE[failure.kind]
