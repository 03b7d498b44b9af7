"""Command-line options that are generated from the fields of Settings."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from migma_contract.errors import Problem, SettingsError
from migma_mock.settings import Settings, flag, variable

_METAVARS = {
    "host": "ADDRESS",
    "tls_cert": "FILE",
    "tls_key": "FILE",
    "tls_ca": "FILE",
    "fixtures": "DIR",
    "contract": "FILE|URL",
    "api_key": "KEY",
    "cors_origin": "ORIGIN",
    "control_token": "TOKEN",
    "max_memory": "SIZE",
    "delay": "TIME",
    "fault": "FILE",
    "scenario": "NAME",
    "plan": "PLAN",
    "state": "memory|embedded|URL",
    "drain": "SECONDS",
    "instance": "ID",
}


SourceArgument = Annotated[
    str | None, typer.Argument(metavar="SOURCE", help="A file or a URL, as --contract.", show_default=False)
]
"""The contract as an argument of a command."""


def settings_with_source(source: str | None, options: dict[str, Any]) -> Settings:
    """Return the settings of a command that takes the contract as an argument or as ``--contract``.

    Raises:
        SettingsError: Both are given, or an option cannot be used.
    """
    if source is not None and options["contract"] is not None:
        raise SettingsError([Problem("SOURCE", "", "one of SOURCE and --contract", "both")])
    return Settings.read(**{**options, "contract": source or options["contract"]})


def with_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds the named settings (without names, all of them) as options of a command.

    The command receives the values as the user wrote them; Settings checks flags and variables in the same way.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        signature = inspect.Signature([*own, *map(_option, names or Settings.model_fields)])
        command.__signature__ = signature  # type: ignore[attr-defined]  # typer reads it
        command.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return command

    return decorate


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "on by default" if value else "off by default"
    return f"default {value}"


def _option(name: str) -> inspect.Parameter:
    field = Settings.model_fields[name]
    annotation: Any = str | None
    declaration = flag(name)
    if field.annotation is bool:
        annotation, declaration = bool | None, f"{declaration}/--no-{declaration[2:]}"
    elif get_origin(field.annotation) is list:
        annotation = list[str] | None
    shown = f"{_default(field.default)}, " if isinstance(field.default, int | str) else ""
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()

    def complete(incomplete: str) -> list[str]:
        values = _scenario_names() if name == "scenario" else choices
        return [value for value in values if value.startswith(incomplete)]

    option = typer.Option(
        declaration,
        help=f"{field.description} [{shown}{variable(name)}]",
        metavar="N" if field.annotation is int else _METAVARS.get(name, "|".join(choices) or None),
        show_default=False,
        autocompletion=complete if choices or name == "scenario" else None,
    )
    annotated = Annotated[annotation, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotated)


def _scenario_names() -> tuple[str, ...]:
    # Imported here, since `--help` is quicker without the faults.
    from migma_mock.scenarios import SCENARIO_NAMES

    return SCENARIO_NAMES
