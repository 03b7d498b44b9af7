"""Stats that the contract does not declare: probably misspelt, since the contract allows any further field."""

from collections.abc import Iterator, Mapping
from typing import Any

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract
from migma_contract.suggestions import did_you_mean


def unknown_stats(stats: Mapping[str, Any], contract: Contract, source: str, at: str) -> Iterator[Problem]:
    """Yield a warning for each of the stats that the contract does not declare, with the nearest name that it does.

    Args:
        stats: As in the file.
        contract: The contract; if it declares no stats, all are known.
        source: The name of the file.
        at: JSON pointer to the stats.
    """
    declared = contract.stats.properties
    for name in stats if declared else ():
        if name not in declared:
            hint = did_you_mean(name, declared)
            message = f"the contract has no stat {name!r}{hint or '; it is served as written'}"
            yield Problem(source, f"{at}{pointer(name)}", "a stat of the contract", repr(name), message)


def misspelt(missing: str, stats: object, contract: Contract) -> str:
    """Return ``; did you mean it by 'uniqueOpen'?`` if an undeclared one of the stats is near a missing one."""
    if not isinstance(stats, Mapping):
        return ""
    undeclared = [name for name in stats if name not in contract.stats.properties]
    near = did_you_mean(missing, undeclared)
    return near.replace("did you mean", "did you mean it by")
