"""A progress bar for what takes seconds: on a terminal, and only where there is much to do."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

import typer

T = TypeVar("T")

MANY = 1000


def progress(items: Sequence[T], label: str) -> Iterator[T]:
    """Pass items through, with a bar on standard error while it is a terminal and there are :data:`MANY`."""
    shown = len(items) >= MANY and sys.stderr.isatty()
    with typer.progressbar(items, file=sys.stderr, hidden=not shown, label=label) as bar:
        yield from bar
