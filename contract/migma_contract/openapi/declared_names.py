"""The names of all fields that the contract declares: they are judged even among tens of thousands of others."""

from migma_contract.openapi.contract import Contract


def declared_names(contract: Contract) -> frozenset[str]:
    """Return the names of the fields of the envelopes and of the stats."""
    objects = (contract.envelope, contract.error_envelope, contract.stats)
    return frozenset(name for fields in objects for name in fields.properties)
