"""Rules about a response as a message: that it comes whole, and as HTTP."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange, FailureKind
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules.rule import One, Rule, Violation


def _where(exchange: Exchange) -> str:
    return "-" if exchange.status is None else str(exchange.status)


def _on_failure(*kinds: FailureKind, expected: str, says: str) -> One:
    def one(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
        failure = exchange.failure
        if failure is not None and failure.kind in kinds:
            level = Level.INFO if exchange.purpose == "head" else None
            yield Violation(_where(exchange), says, expected, failure.detail, level=level)

    return one


def _truncated(exchange: Exchange, _contract: Contract) -> Iterator[Violation]:
    failure = exchange.failure
    if failure is None or exchange.method == "HEAD" or exchange.status is None:
        return
    if failure.kind == "reset" or (failure.kind == "protocol" and exchange.body):
        length = exchange.header("content-length")
        expected = f"{length} bytes, as Content-Length says" if length else "the whole body"
        got = f"{len(exchange.body)} bytes, then the end ({failure.detail})"
        yield Violation(_where(exchange), "The response ended before its body was complete.", expected, got)


def _not_http(exchange: Exchange, contract: Contract) -> Iterator[Violation]:
    if not any(_truncated(exchange, contract)):
        yield from _on_failure("protocol", expected="an HTTP response", says="What came is not as HTTP has it.")(
            exchange, contract
        )


RULES = (
    Rule(
        "response-truncated",
        Level.BREAKING,
        "A response comes whole: as many bytes as its Content-Length says, or all its chunks.",
        "A client gets an exception from its HTTP library, or half a document.",
        "RFC 9112, section 8: a shorter message is incomplete and is not to be used",
        'HTTP/1.1 200 OK\nContent-Length: 512\n\n{"success": true, "data": {"totalSe',
        one=_truncated,
    ),
    Rule(
        "response-not-http",
        Level.BREAKING,
        "What comes is HTTP.",
        "A client gets an exception from its HTTP library.",
        "RFC 9112: the message syntax of HTTP/1.1",
        "SSH-2.0-OpenSSH_9.6",
        one=_not_http,
    ),
    Rule(
        "response-too-large",
        Level.BREAKING,
        "A response is of a size that this API needs, some hundred bytes; up to 1 MiB, decoded, is let pass.",
        "A client runs out of memory, or of time.",
        "The contract's schema: a fixed set of numbers, one date, short texts",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n(a body without end)",
        one=_on_failure("too-large", expected="at most 1 MiB", says="The body is larger than any answer."),
    ),
    Rule(
        "response-encoding-broken",
        Level.BREAKING,
        "A body is encoded as its Content-Encoding says, with an encoding that was asked for.",
        "A client cannot read the body.",
        "RFC 9110, section 8.4",
        'HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n{"success": true, …}',
        one=_on_failure("encoding", expected="gzip, deflate or none", says="The Content-Encoding cannot be undone."),
    ),
)
