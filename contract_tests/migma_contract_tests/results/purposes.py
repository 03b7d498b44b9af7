"""Each purpose of a request in words, for plans and reports."""

from migma_contract.exchange import Purpose

PURPOSES: dict[Purpose, str] = {
    "campaign": "a campaign's stats, with the key",
    "missing-key": "without a key",
    "invalid-key": "with an invalid key",
    "unknown-id": "a campaign that does not exist",
    "unknown-id-missing-key": "a campaign that does not exist, without a key",
    "unusual-id": "an id with unusual characters",
    "head": "HEAD instead of GET",
    "method": "an undocumented method",
}
