"""How ``migma-contract`` ends when there is no verdict: with a code that no verdict has, and no traceback."""

import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from migma_contract.errors import MigmaError

INTERRUPTED, TERMINATED, BROKEN_PIPE = 130, 143, 141
"""As shells count signals (128 and the signal's number): 1 would mean drift."""

_OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h


class Terminated(KeyboardInterrupt):
    """SIGTERM came; it ends what Ctrl-C ends, and in the same way."""


@contextmanager
def sigterm_as_exception() -> Iterator[None]:
    """Within it SIGTERM raises :class:`Terminated`, so that what runs can end in words.

    Where the process was started to ignore it, that stays so. Only the main thread may enter it.
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


@contextmanager
def exits() -> Iterator[None]:
    """Run the command in here: what goes wrong leaves as a message and an exit code."""
    _stand_in_for_closed_streams()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Unicode still gets its report
    try:
        yield
    except SystemExit as leaving:
        # Typer makes exit code 1 of a broken pipe, which would mean drift.
        if isinstance(leaving.__context__, BrokenPipeError):
            exit_without_flush(BROKEN_PIPE)
        raise
    except MigmaError as error:
        sys.stderr.write(f"migma-contract: {error}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        why = "standard output is closed" if isinstance(error, io.UnsupportedOperation) else error.strerror
        sys.stderr.write(f"migma-contract: cannot write: {why}\n")
        exit_without_flush(2)
    except Exception:  # noqa: BLE001  # a fault of ours must not look like drift
        traceback.print_exc()
        sys.exit(_OUR_FAULT)


def _stand_in_for_closed_streams() -> None:
    """Where the process was started without standard output, Python has none: one that is not writable says so.

    Both also take the descriptors, which else the next file or socket would get.
    """
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedReader(io.FileIO(os.devnull)))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(os.devnull, "w"), write_through=True)


def exit_without_flush(code: int) -> NoReturn:
    """Exit without another attempt to flush standard output, which nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
