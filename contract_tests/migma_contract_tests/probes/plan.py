"""Plan the requests of a check: which ones, by priority, and in which order they are sent."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from migma_contract.exchange import Purpose
from migma_contract.extras import require_extra
from migma_contract.ids_of_nobody import UNUSUAL_ID
from migma_contract.openapi import Contract, Operation
from migma_contract.redaction import Secret
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.purposes import PURPOSES

INVALID_KEY = Secret("mgma_sk_live_0000NotARealKey0000")
"""A key in the vendor's form, so that the server looks it up, and clearly not a real one."""

_UNKNOWN_IDS = 1000

KeyKind = Literal["valid", "invalid", "missing"]
"""The key that a request carries: the user's, one that is not real, or none."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request with a purpose.

    Attributes:
        key: The key that it carries.
        essential: True if the verdict is inconclusive without it.
        sample: Number of this read of the campaign, from 1.
        attempt: 2 if it is sent again after a transient condition.
    """

    purpose: Purpose
    campaign_id: str
    method: str = "GET"
    key: KeyKind = "valid"
    essential: bool = False
    sample: int = 1
    attempt: int = 1

    def __str__(self) -> str:
        if self.purpose == "campaign":
            return f"read {self.sample} of campaign {self.campaign_id}"
        if self.purpose == "method":
            return f"{PURPOSES[self.purpose]} ({self.method})"
        return PURPOSES[self.purpose]


def unknown_id(known: Container[str], contract: Contract) -> str:
    """Return an id that no campaign has and that is not among the known ones; the contract allows it.

    The vendor's ids are MongoDB ObjectIds. Their first four bytes are the time of creation in seconds, so
    zeros there mean 1970. The vendor's SDK uses an id of zeros for the same purpose.
    """
    ids = (contract.allowed_id(f"{number:024x}") for number in range(_UNKNOWN_IDS))
    # Of a contract that allows few ids, one that is known may be left.
    return next((one for one in ids if one not in known), f"{0:024x}")


def is_unknown_id(one: str, contract: Contract) -> bool:
    """True if an id has the form that :func:`unknown_id` returns."""
    if contract.operation.id_parameter.allows(f"{0:024x}"):
        return len(one) == 24 and one.startswith("0" * 16)
    return one == unknown_id((), contract)


def plan(options: CheckOptions, contract: Contract) -> list[Probe]:
    """Return every probe of a check by priority: those beyond the cap are skipped, from the end."""
    more_ids: list[str] = []
    if options.fuzz:
        require_extra("suites", "The option --fuzz")
        from migma_contract_tests.probes.generated_ids import generated_ids

        more_ids = generated_ids(contract, options.fuzz)
    campaign_ids, samples = options.campaign_ids, options.samples
    known = campaign_ids[0]
    unknown = unknown_id(campaign_ids, contract)
    reads = [
        [Probe("campaign", one, sample=sample, essential=sample == 1) for one in campaign_ids]
        for sample in range(1, samples + 1)
    ]
    probes = [
        *reads[0],
        Probe("missing-key", known, key="missing", essential=True),
        Probe("invalid-key", known, key="invalid", essential=True),
        Probe("unknown-id", unknown, essential=True),
        *(probe for group in reads[1:] for probe in group),
        Probe("unknown-id-missing-key", unknown, key="missing"),
        Probe("unusual-id", UNUSUAL_ID),
        Probe("head", known, method="HEAD"),
        *(Probe("method", known, method=method) for method in options.methods),
        *(Probe("unusual-id", one) for one in more_ids),
    ]
    # Where no key is needed, a request without one shows nothing else.
    return [probe for probe in probes if probe.key == "valid" or contract.operation.needs_key]


def in_sending_order(probes: Sequence[Probe]) -> list[Probe]:
    """Return the same probes with the reads of campaigns spread over the run, which starts and ends with one.

    Differences between reads (decreasing counts, a bad response now and then) need time to show.
    """
    repeats = [probe for probe in probes if _is_repeat(probe)]
    order = [probe for probe in probes if not _is_repeat(probe)]
    first_reads = sum(probe.purpose == "campaign" for probe in order)
    others = len(order) - first_reads
    for number, probe in enumerate(repeats, start=1):
        # Each read comes after its share of the other probes and after the reads inserted before it.
        order.insert(first_reads + others * number // len(repeats) + number - 1, probe)
    return order


def _is_repeat(probe: Probe) -> bool:
    return probe.purpose == "campaign" and probe.sample > 1


def request_headers(
    probe: Probe, operation: Operation, *, valid_key: str, invalid_key: str = INVALID_KEY.reveal()
) -> list[tuple[str, str]]:
    """Return the headers that a probe is sent with, all but ``Host``.

    They are the usual headers of a client, so that proxies and firewalls treat a check like any client.

    Args:
        probe: The request; it names the key.
        operation: The contract's operation; it names the header of the key.
        valid_key: The user's key, or a placeholder for it.
        invalid_key: The invalid key, or a placeholder for it.
    """
    headers = [
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip, deflate"),
        ("User-Agent", "migma-contract (contract check)"),
        ("Connection", "close"),
    ]
    if probe.method in ("POST", "PUT", "PATCH"):
        headers.append(("Content-Length", "0"))
    headers += operation.required_headers.items()
    key = _key(probe, valid_key, invalid_key)
    return [*headers, *(operation.key.headers(key).items() if key else ())]


def request_query(
    probe: Probe, operation: Operation, *, valid_key: str, invalid_key: str = INVALID_KEY.reveal()
) -> str:
    """Return the query that a probe is sent with, with its question mark; "" for none. Arguments as above."""
    key = _key(probe, valid_key, invalid_key)
    query = "&".join(filter(None, [operation.key.query(key) if key else "", operation.required_query]))
    return f"?{query}" if query else ""


def _key(probe: Probe, valid_key: str, invalid_key: str) -> str:
    return {"valid": valid_key, "invalid": invalid_key, "missing": ""}[probe.key]
