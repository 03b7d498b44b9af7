"""A decorator for classes whose methods a test may call with missing, surplus or misspelt arguments."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from migma_contract.errors import ArgumentError, Problem
from migma_contract.suggestions import did_you_mean
from migma_mock.input_models import unknown_name
from migma_mock.testing.arguments import HIDDEN

__tracebackhide__ = HIDDEN

T = TypeVar("T")


def explain_calls(prefix: str = "") -> Callable[[type[T]], type[T]]:
    """Let the public methods of a class raise an ArgumentError for arguments that their signatures do not have.

    Python's own TypeError names the part of the handle that has the method, and no argument that it could have been.

    Args:
        prefix: What stands before the name of a method in a test: ``clock.``.
    """

    def decorate(cls: type[T]) -> type[T]:
        for name, member in [*vars(cls).items()]:
            if name.startswith("_"):
                continue
            if isinstance(member, FunctionType):
                setattr(cls, name, _explained(member, prefix))
            elif isinstance(member, classmethod):
                setattr(cls, name, classmethod(_explained(member.__func__, prefix)))
        return cls

    return decorate


def _explained(method: Callable[..., Any], prefix: str) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # the method was called, and it raised the error
            raise ArgumentError(_problems(f"{prefix}{method.__name__}", method, args, kwargs)) from None

    return call


def _problems(
    call: str, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a call, for which Python has raised a TypeError."""
    (_, *parameters), given = inspect.signature(method).parameters.values(), len(args) - 1  # without self
    own = [parameter for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD]
    by_position = [parameter.name for parameter in own if parameter.kind is not parameter.KEYWORD_ONLY]
    if given > len(by_position):
        expected = f"at most {len(by_position)} ({', '.join(by_position)})" if by_position else "none"
        hint = " Give the others by name." if len(parameters) > len(by_position) else ""
        yield Problem(call, "", expected, str(given), f"arguments by position: expected {expected}, got {given}.{hint}")
        return
    names = [parameter.name for parameter in own]
    unknown = [name for name in kwargs if name not in names] if own == parameters else []
    yield from (unknown_name(call, "argument", name, names) for name in unknown)
    if unknown:
        return
    missing = [each.name for each in own if each.default is each.empty and each.name not in kwargs]
    missing = [name for name in missing if name not in by_position[:given]]
    surplus = [name for name in kwargs if name not in names]
    for name in missing:
        near = [repr(each) for each in surplus if did_you_mean(each, [name])]
        instead = f"; got {', '.join(near)} in its place" if near else ""
        yield Problem(call, "", f"the argument {name!r}", "none", f"missing argument {name!r}{instead}")
    twice = [name for name in kwargs if name in by_position[:given]]
    yield from (Problem(call, "", f"one {name!r}", "two", f"got two values for argument {name!r}") for name in twice)
