"""Which requests a check sends, in which order, and which of them go when there is no room."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from migma_contract.exchange import Purpose
from migma_contract.extras import require_extra
from migma_contract.openapi import Contract, Operation
from migma_contract.redaction import Secret
from migma_contract_tests.probes.options import CheckOptions

ODD_ID = "odd 📈 id/with a slash"
"""Valid in a path once it is percent-encoded, and no attack: a space, an emoji, a slash."""

WRONG_KEY = Secret("mgma_sk_live_0000NotARealKey0000")
"""Of the vendor's form, so that it is looked up, and plainly no one's."""

MEANINGS: dict[Purpose, str] = {
    "campaign": "a campaign's stats, with the key",
    "missing-key": "without a key",
    "invalid-key": "with a key that is nobody's",
    "unknown-id": "a campaign that does not exist",
    "unknown-id-missing-key": "a campaign that does not exist, without a key",
    "unusual-id": "an id with characters that ids do not have",
    "head": "HEAD instead of GET",
    "method": "a method that is not documented",
}
"""What each purpose sends, for people."""


KeyKind = Literal["real", "wrong", "none"]
"""Whose key a request carries: the user's, another, or none."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request with a purpose.

    Attributes:
        key: Whose key it carries.
        essential: Without it there is no verdict but inconclusive.
        sample: Which read of the campaign it is, from 1.
        attempt: 2 when it is sent again after a transient condition.
    """

    purpose: Purpose
    campaign_id: str
    method: str = "GET"
    key: KeyKind = "real"
    essential: bool = False
    sample: int = 1
    attempt: int = 1

    def __str__(self) -> str:
        if self.purpose == "campaign":
            return f"read {self.sample} of campaign {self.campaign_id}"
        if self.purpose == "method":
            return f"{MEANINGS[self.purpose]} ({self.method})"
        return MEANINGS[self.purpose]


def unknown_id(known: Container[str]) -> str:
    """An id that no campaign has, whatever campaigns were named.

    The vendor's ids are MongoDB ObjectIds, whose first four bytes are the second in which they were made: with
    zeros there, 1970. The vendor's SDK uses all zeros in the same way.
    """
    return next(one for number in count() if (one := f"{number:024x}") not in known)


def is_unknown_id(one: str) -> bool:
    """Whether an id is one of those."""
    return len(one) == 24 and one.startswith("0" * 16)


def plan(options: CheckOptions, contract: Contract) -> list[Probe]:
    """Every probe of a check, the most telling first: what the cap leaves no room for is cut from the end."""
    more_ids: list[str] = []
    if options.fuzz:
        require_extra("suites", "The option --fuzz")
        from migma_contract_tests.probes.generated_ids import generated_ids

        more_ids = generated_ids(contract, options.fuzz)
    campaign_ids, samples = options.campaign_ids, options.samples
    known = campaign_ids[0]
    unknown = unknown_id(campaign_ids)
    reads = [
        [Probe("campaign", one, sample=sample, essential=sample == 1) for one in campaign_ids]
        for sample in range(1, samples + 1)
    ]
    return [
        *reads[0],
        Probe("missing-key", known, key="none", essential=True),
        Probe("invalid-key", known, key="wrong", essential=True),
        Probe("unknown-id", unknown, essential=True),
        *(probe for group in reads[1:] for probe in group),
        Probe("unknown-id-missing-key", unknown, key="none"),
        Probe("unusual-id", ODD_ID),
        Probe("head", known, method="HEAD"),
        *(Probe("method", known, method=method) for method in options.methods),
        *(Probe("unusual-id", one) for one in more_ids),
    ]


def in_sending_order(probes: Sequence[Probe]) -> list[Probe]:
    """The same probes with the reads of campaigns spread over the run: the first begin it, the last end it.

    What changes from read to read (counts that fall, an answer that is bad now and then) shows over time.
    """
    repeats = [probe for probe in probes if probe.purpose == "campaign" and probe.sample > 1]
    order = [probe for probe in probes if probe not in repeats]
    begin = sum(probe.purpose == "campaign" for probe in order)
    others = len(order) - begin
    for number, probe in enumerate(repeats, start=1):
        # Each read stands after its share of the others, and after the reads that were put in before it.
        order.insert(begin + others * number // len(repeats) + number - 1, probe)
    return order


def describe(probes: Iterable[Probe]) -> tuple[str, ...]:
    """Probes that were not sent, for the report."""
    return tuple(str(probe) for probe in probes)


def request_headers(
    probe: Probe, operation: Operation, *, real: str, wrong: str = WRONG_KEY.reveal()
) -> list[tuple[str, str]]:
    """The headers that a probe is sent with, all but ``Host``.

    Only what every client sends, so that no proxy or firewall answers a check otherwise than a client.

    Args:
        probe: Says whose key it carries.
        operation: Says in which header.
        real: What stands for the user's key, or that key.
        wrong: What stands for the wrong one.
    """
    headers = [
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip, deflate"),
        ("User-Agent", "migma-contract (contract check)"),
        ("Connection", "close"),
    ]
    if probe.method in ("POST", "PUT", "PATCH"):
        headers.append(("Content-Length", "0"))
    if probe.key != "none":
        value = real if probe.key == "real" else wrong
        headers.append((operation.key_header, operation.key_header_value(value)))
    return headers
