"""A progress bar for long lists, on a terminal only."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

import typer

from migma_contract.colors import moves_cursor
from migma_contract.safe_output import unfiltered

T = TypeVar("T")

MANY = 1000
"""Shorter lists take no noticeable time and get no bar."""


def progress(items: Sequence[T], label: str) -> Iterator[T]:
    """Yield items, with a bar on standard error if it is a terminal and there are at least :data:`MANY` items."""
    shown = len(items) >= MANY and moves_cursor(sys.stderr)
    with typer.progressbar(items, file=unfiltered(sys.stderr), hidden=not shown, label=label) as bar:
        yield from bar
