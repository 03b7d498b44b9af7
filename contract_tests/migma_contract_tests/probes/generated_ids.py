"""Campaign ids that the contract's schema of the path parameter admits, from Schemathesis."""

from urllib.parse import unquote

import schemathesis

from migma_contract.hypothesis_draws import draw
from migma_contract.openapi import Contract

_LONGEST = 200  # characters: beyond this the answer is about the length of URLs


def generated_ids(contract: Contract, count: int) -> list[str]:
    """Up to ``count`` ids, the same ones for the same contract on every run, none twice.

    Left out are ids that would change the path (nothing, ``.``, ``..``), however they are encoded, and those
    with control characters, which look like an attack.
    """
    operation = contract.operation
    # A configuration of our own, since the default is read from files around the user's working directory.
    schema = schemathesis.openapi.from_dict(dict(contract.document), config=schemathesis.Config())
    strategy = schema[operation.path][operation.method].as_strategy()
    cases = draw(strategy, number=0, count=4 * count + 10)
    # Schemathesis hands them out encoded.
    ids = (unquote(str(case.path_parameters[operation.parameter])) for case in cases)
    return list(dict.fromkeys(filter(_is_wanted, ids)))[:count]


def _is_wanted(one: str) -> bool:
    is_plain = all(character >= " " and not "\x7f" <= character <= "\x9f" for character in one)
    return is_plain and one not in ("", ".", "..") and len(one) <= _LONGEST
