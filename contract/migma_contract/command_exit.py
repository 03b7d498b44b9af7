"""End both commands with a message and a documented exit code."""

import io
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from migma_contract.errors import MigmaError
from migma_contract.redaction import mask_message
from migma_contract.safe_output import safe_streams
from migma_contract.safe_text import block

UNUSABLE, INTERNAL_ERROR, CLOSED_PIPE = 2, 70, 141
"""Unusable input or output; EX_SOFTWARE of sysexits.h; 128 and the number of SIGPIPE, as shells count signals."""


@contextmanager
def exit_codes(command: str) -> Iterator[None]:
    """Run a command within this block: an error becomes a message and an exit code, and what is printed is safe.

    Args:
        command: The name that starts each message.
    """
    _replace_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for terminals without Unicode
    with safe_streams(), _ended(command):
        yield


@contextmanager
def _ended(command: str) -> Iterator[None]:
    try:
        yield
    except SystemExit as leaving:
        # Typer turns a closed pipe into exit code 1, which has another meaning in both commands.
        if isinstance(leaving.__context__, BrokenPipeError):
            exit_without_flush(CLOSED_PIPE)
        raise
    except MigmaError as error:
        sys.stderr.write(f"{command}: {block(mask_message(str(error)))}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        why = "standard output is closed" if isinstance(error, io.UnsupportedOperation) else error.strerror
        sys.stderr.write(f"{command}: cannot write: {why}\n")
        exit_without_flush(UNUSABLE)
    except Exception:  # noqa: BLE001  # Python's own exit code for it is 1, as above
        sys.stderr.write(traceback.format_exc())  # at once, so that it stays one event in a log
        sys.exit(INTERNAL_ERROR)


def exit_without_flush(code: int) -> NoReturn:
    """Exit without flushing standard output, which cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _replace_closed_streams() -> None:
    """Replace streams that were closed when the process started: standard output by one that refuses to be written.

    Python has None for such a stream. The replacements also occupy the descriptors, which the next file or
    socket would get otherwise.
    """
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(os.devnull)))
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedReader(io.FileIO(os.devnull)))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(os.devnull, "w"), write_through=True)
