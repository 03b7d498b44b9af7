"""Campaign ids that the contract's schema of the path parameter admits, from Schemathesis."""

import tempfile
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import schemathesis
from hypothesis import HealthCheck, Phase, configuration, given, seed, settings
from schemathesis.config import SchemathesisConfig

from mock_server.contract import Contract

_LONGEST = 200  # characters: beyond this the answer is about the length of URLs


def generated_ids(contract: Contract, count: int) -> list[str]:
    """Up to ``count`` ids, the same ones for the same contract on every run, none twice.

    Left out are ids that would change the path (nothing, ``.``, ``..``), however they are encoded, and those
    with control characters, which look like an attack.
    """
    operation = contract.operation
    # A configuration of our own, since the default is read from files around the user's working directory.
    schema = schemathesis.openapi.from_dict(dict(contract.document), config=SchemathesisConfig())
    strategy = schema[operation.path][operation.method].as_strategy()
    found: dict[str, None] = {}

    def take(case: Any) -> None:
        one = unquote(str(case.path_parameters[operation.parameter]))  # Schemathesis hands it out encoded
        if len(found) < count and one not in ("", ".", "..") and len(one) <= _LONGEST and _is_plain(one):
            found[one] = None

    _draw(strategy, take, examples=4 * count + 10)
    return list(found)


def _is_plain(text: str) -> bool:
    return all(character >= " " and not "\x7f" <= character <= "\x9f" for character in text)


def _draw(strategy: Any, take: Callable[[Any], None], *, examples: int) -> None:
    @seed(0)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(case: Any) -> None:
        take(case)

    # Hypothesis would leave a folder in the user's working directory.
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            run()
        finally:
            configuration.set_hypothesis_home_dir(None)
