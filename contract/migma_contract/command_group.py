"""CommandGroup: the commands of a program, which take each option once and repeat no argument that may be a key."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from typer.core import TyperGroup

from migma_contract.colors import wants_color
from migma_contract.redaction import mask_message

_UNEXPECTED = "unexpected extra argument"
_NO_COMMAND = "No such command"
_LIKE_A_COMMAND = re.compile(rf"{_NO_COMMAND} '[a-z-]{{1,16}}'")
_HINT = "Quote a value that has spaces, and write none after the = of an option."


class CommandGroup(TyperGroup):
    """The commands of a program.

    An argument that none of them expects is not shown: ``--api-key= KEY`` has one. An option that takes one value is
    refused if it is given twice: the last one would count, and the other be ignored in silence.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for command in (self, *self.commands.values()):
            vars(command)["make_parser"] = partial(_make_parser, command.make_parser)

    def invoke(self, ctx: Any) -> Any:
        """Run the command of a context."""
        ctx.color = wants_color(sys.stdout)  # the default of what commands print
        with _safe_messages():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments before the name of the command."""
        with _safe_messages():
            return super().make_context(*args, **options)


@contextmanager
def _safe_messages() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # By its message, since releases of typer have different classes for the error.
        message = getattr(error, "message", None)
        if isinstance(message, str):
            vars(error)["message"] = _safe_message(message)
        raise


def _safe_message(message: str) -> str:
    if _UNEXPECTED in message:
        return f"{_UNEXPECTED}; it is not shown, since it may be a key. {_HINT}"
    if message.startswith(_NO_COMMAND) and not _LIKE_A_COMMAND.match(message):
        return f"{_NO_COMMAND}; the name is not shown, since it may be a key."
    return mask_message(message)


def _make_parser(make_parser: Callable[[Any], Any], ctx: Any) -> Any:
    """Return the parser of a command, which refuses options that are given more than once."""
    parser = make_parser(ctx)
    vars(parser)["parse_args"] = partial(_parse_args, parser.parse_args, ctx)
    return parser


def _parse_args(parse_args: Callable[..., Any], ctx: Any, args: list[str]) -> Any:
    options, rest, order = parse_args(args=args)
    for parameter, times in Counter(order).items():
        takes_one = parameter.param_type_name == "option" and not parameter.multiple and not parameter.count
        if times > 1 and takes_one and not ctx.resilient_parsing:
            ctx.fail(f"{max(parameter.opts, key=len)} is given {times} times; give it once.")
    return options, rest, order
