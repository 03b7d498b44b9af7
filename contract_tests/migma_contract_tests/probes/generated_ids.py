"""Generate campaign ids that the contract allows in its path, with Schemathesis."""

from urllib.parse import unquote

import schemathesis

from migma_contract.hypothesis_draws import draw
from migma_contract.openapi import Contract

_MAX_LENGTH = 200  # characters: a longer id tests limits on URLs instead


def generated_ids(contract: Contract, count: int) -> list[str]:
    """Return up to ``count`` different ids, the same ones for the same contract on every run.

    Without ids that would change the path (empty, ``.``, ``..``), however they are encoded, and without
    control characters, which look like an attack.
    """
    operation = contract.operation
    # An explicit configuration, since the default one is read from files around the working directory.
    schema = schemathesis.openapi.from_dict(dict(contract.document), config=schemathesis.Config())
    strategy = schema[operation.template][operation.method].as_strategy()
    cases = draw(strategy, number=0, count=4 * count + 10)
    # Schemathesis returns them percent-encoded.
    ids = (unquote(str(case.path_parameters[operation.parameter])) for case in cases)
    return list(dict.fromkeys(filter(_is_wanted, ids)))[:count]


def _is_wanted(one: str) -> bool:
    is_plain = all(character >= " " and not "\x7f" <= character <= "\x9f" for character in one)
    return is_plain and one not in ("", ".", "..") and len(one) <= _MAX_LENGTH
