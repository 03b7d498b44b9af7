"""Command-line options that are generated from the fields of Settings."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from migma_mock.settings import Settings, flag, variable

_METAVARS = {
    "host": "ADDRESS",
    "port": "N",
    "fixtures": "DIR",
    "contract": "FILE",
    "seed": "N",
    "api_key": "KEY",
    "journal_size": "N",
    "max_accounts": "N",
    "control_token": "TOKEN",
}


def _help(name: str) -> str:
    default = Settings.model_fields[name].default
    shown = f"default {default}, " if isinstance(default, int | str) and not isinstance(default, bool) else ""
    return f"{Settings.model_fields[name].description} [{shown}{variable(name)}]"


def _choices(name: str) -> tuple[str, ...]:
    annotation = Settings.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _completion(choices: tuple[str, ...]) -> Callable[[str], list[str]] | None:
    """Return a completer for the values of an option; None if it takes any value."""
    if not choices:
        return None
    return lambda incomplete: [choice for choice in choices if choice.startswith(incomplete)]


def with_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds the named settings (without names, all of them) as options of a command.

    The command receives the values as the user wrote them; Settings checks flags and variables in the same way.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        fields = {name: Settings.model_fields[name] for name in names or Settings.model_fields}
        parameters = []
        for name, field in fields.items():
            annotation: Any = str | None
            declarations = [flag(name)]
            if field.annotation is bool:
                annotation, declarations = bool | None, [f"{flag(name)}/--no-{flag(name)[2:]}"]
            elif get_origin(field.annotation) is list:
                annotation = list[str] | None
            option = typer.Option(
                *declarations,
                help=_help(name),
                metavar=_METAVARS.get(name, "|".join(_choices(name)) or None),
                show_default=False,
                autocompletion=_completion(_choices(name)),
            )
            kind = inspect.Parameter.KEYWORD_ONLY
            parameters.append(inspect.Parameter(name, kind, default=None, annotation=Annotated[annotation, option]))
        own = [p for p in inspect.signature(command).parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        signature = inspect.Signature([*own, *parameters])
        command.__signature__ = signature  # type: ignore[attr-defined]  # typer reads it
        command.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return command

    return decorate
