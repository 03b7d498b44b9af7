"""A decorator for methods whose keyword arguments a test may misspell."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from migma_contract.errors import ArgumentError
from migma_mock.input_models import unknown_name
from migma_mock.testing.arguments import HIDDEN

__tracebackhide__ = HIDDEN

P = ParamSpec("P")
T = TypeVar("T")


def explain_misspelt(method: Callable[P, T]) -> Callable[P, T]:
    """Refuse an unknown argument with the nearest name and the list of all, where Python says only that it is unknown.

    Methods that take any keyword arguments check them on their own.
    """
    _, *names = inspect.signature(method).parameters  # without self
    known = frozenset(names)

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        if not known.issuperset(kwargs):
            unknown = [name for name in kwargs if name not in known]
            raise ArgumentError(unknown_name(method.__name__, "argument", name, names) for name in unknown)
        return method(*args, **kwargs)

    return call
