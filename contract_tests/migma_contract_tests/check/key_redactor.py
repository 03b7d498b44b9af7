"""Remove the API key from the exchanges and findings of a run, before anything shows or stores them."""

from dataclasses import replace

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract.openapi import Contract
from migma_contract.redaction import Redactor, Secret
from migma_contract.rules import RULES


class KeyRedactor:
    """Removes the key from everything that leaves a check. No other place does.

    Rules judge responses as received, since a redacted one is not what the server sent. Show neither
    exchanges nor findings before they went through here.

    Args:
        key: The key to remove.
        contract: Words of the contract and of the rules are public, and stay even if the key contains them.
    """

    def __init__(self, key: Secret | None, contract: Contract) -> None:
        words = (f"{rule.summary} {rule.why} {rule.example}" for rule in RULES)
        self._redactor = Redactor(key, " ".join((contract.raw.decode("utf-8", "replace"), *words)))

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange with the response redacted."""
        failure = exchange.failure
        received = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in exchange.headers]
        return replace(
            exchange,
            headers=self._redactor.headers(received),
            body=self._redactor.data(exchange.body),
            failure=failure and replace(failure, detail=self._redactor.text(failure.detail)),
        )

    def body(self, body: bytes) -> bytes:
        """Return a body, redacted."""
        return self._redactor.data(body)

    def text(self, text: str) -> str:
        """Return any other text, redacted."""
        return self._redactor.text(text)

    def finding(self, finding: Finding) -> Finding:
        """Return the finding with its texts redacted, the place too."""
        return replace(
            finding,
            where=self._redactor.text(finding.where),
            message=self._redactor.text(finding.message),
            expected=self._redactor.text(finding.expected),
            got=self._redactor.text(finding.got),
        )
