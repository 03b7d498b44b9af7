"""What may be kept and shown of a run: its exchanges and findings without the key. Rules judge what came."""

from dataclasses import replace

from migma_contract.exchange import Exchange, Failure
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.redaction import Redactor, Secret
from migma_contract.rules import RULES


class KeyRedactor:
    """Takes the key out of what leaves a check: the one place that does, whatever shows it in the end.

    Findings are made from answers as they came, since what redaction puts in the place of a key is not what the
    server said. Nothing of either is to be shown before it went through here.

    Args:
        key: The one that is not to be shown.
        contract: Its words, and those of the rules, say nothing about the key.
    """

    def __init__(self, key: Secret | None, contract: Contract) -> None:
        words = (f"{rule.meaning} {rule.why} {rule.example}" for rule in RULES)
        self._redactor = Redactor(key, " ".join((contract.raw.decode("utf-8", "replace"), *words)))

    def exchange(self, exchange: Exchange) -> Exchange:
        """The exchange with what the server sent redacted."""
        failure = exchange.failure
        received = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in exchange.headers]
        return replace(
            exchange,
            headers=self._redactor.headers(received),
            body=self._redactor.body(exchange.body, cut=failure is not None),
            failure=failure and Failure(failure.kind, self._redactor.text(failure.detail)),
        )

    def body(self, body: bytes) -> bytes:
        """A whole body, redacted, of the same length."""
        return self._redactor.body(body)

    def text(self, text: str) -> str:
        """Any other text, redacted."""
        return self._redactor.text(text)

    def finding(self, finding: Finding) -> Finding:
        """The finding with its words redacted, those of its place as well."""
        return replace(
            finding,
            where=self._redactor.text(finding.where),
            message=self._redactor.text(finding.message),
            expected=self._redactor.text(finding.expected),
            got=self._redactor.text(finding.got),
        )
