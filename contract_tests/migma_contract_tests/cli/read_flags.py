"""Read the flags of the commands that send requests from their arguments."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from migma_contract.finding import Level
from migma_contract.option_values import parse_choice, parse_seconds, parse_whole_number
from migma_contract.redaction import Secret
from migma_contract_tests.cli.check_options import Flags
from migma_contract_tests.probes.options import MAX_FUZZ, MAX_REQUESTS, MAX_SAMPLES, MAX_TIMEOUT

_FIELDS = {field.name: field.name for field in fields(Flags)} | {
    "campaign_id": "campaign_ids",
    "allow_method": "methods",
}
_PARSERS: dict[str, Callable[[Any], Any]] = {
    "api_key": Secret,
    "samples": lambda text: parse_whole_number("--samples", text, minimum=1, maximum=MAX_SAMPLES),
    "max_requests": lambda text: parse_whole_number("--max-requests", text, minimum=1, maximum=MAX_REQUESTS),
    "timeout": lambda text: parse_seconds("--timeout", text, maximum=MAX_TIMEOUT),
    "fuzz": lambda text: parse_whole_number("--fuzz", text, minimum=0, maximum=MAX_FUZZ),
    "fail_on": lambda text: Level(parse_choice("--fail-on", text, Level)),
    "proxy": Secret,
}


def read_flags(arguments: Mapping[str, Any]) -> Flags:
    """Return the flags of a command.

    Args:
        arguments: The command's arguments by name, as ``locals()`` has them. An option that was not given, or that the
            command does not have, keeps its default; what is no flag of a check is left to the command.

    Raises:
        SettingsError: A number or a level cannot be used.
    """
    return Flags(
        **{
            _FIELDS[name]: _PARSERS[name](value) if name in _PARSERS else value
            for name, value in arguments.items()
            if name in _FIELDS and value is not None
        }
    )
