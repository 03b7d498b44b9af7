"""Exit codes of a check that a signal ends, and SIGTERM as an exception."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer

INTERRUPTED, TERMINATED = 130, 143
"""As shells count signals (128 and the signal's number): 1 would mean drift."""


class Terminated(KeyboardInterrupt):
    """SIGTERM was received; it ends a check like Ctrl-C."""


@contextmanager
def stopped_by_signals(message: str = "migma-contract: stopped without a verdict") -> Iterator[None]:
    """End the command with a message and its exit code if Ctrl-C or SIGTERM stops this block.

    Args:
        message: What is said on standard error.

    Raises:
        Exit: It was stopped.
    """
    try:
        with sigterm_as_exception():
            yield
    except KeyboardInterrupt as stop:
        typer.echo(message, err=True)
        raise typer.Exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED) from None


@contextmanager
def sigterm_as_exception() -> Iterator[None]:
    """Raise :class:`Terminated` on SIGTERM within this block, so that the command can end with a message.

    If the process was started with SIGTERM ignored, it stays ignored. Only the main thread may enter the block.
    """
    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
