"""Write reports: ``--format FORMAT`` to standard output, ``--format FORMAT=PATH`` to a file.

``FORMAT=/dev/stdout`` is the same as ``FORMAT``.
"""

import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migma_contract import colors
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.safe_output import unfiltered, write_bytes
from migma_contract.safe_text import one_line
from migma_contract.suggestions import did_you_mean
from migma_contract.whole_file import STDOUT, stream_number, why_unwritable, write_whole_file
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.reports import FORMATS

if TYPE_CHECKING:
    from migma_contract_tests.results.report import Report  # loads pydantic, which --help does not need


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write, to standard output if ``path`` is None; without a format, the verdict alone."""

    format: str
    path: Path | None


def parse_outputs(values: Sequence[str], *, quiet: bool) -> list[Output]:
    """Return the outputs of ``--format``, and the terminal's if standard output is free.

    Raises:
        SettingsError: An unknown format, a missing folder, or two outputs for one place.
    """
    outputs = [_parse(value) for value in values]
    places = [output.path and os.path.realpath(output.path) for output in outputs]
    for output, place in zip(outputs, places, strict=True):
        if places.count(place) > 1:
            where = f"the file {output.path}" if output.path else "standard output"
            raise option_error("--format", "each format in its own place (FORMAT=PATH)", f"two for {where}")
    if not outputs and quiet:  # the verdict alone
        return [Output("", None)]
    if not quiet and None not in places:
        outputs.append(Output("terminal", None))
    return outputs


def _parse(value: str) -> Output:
    name, equals, path = value.partition("=")
    if name not in FORMATS:
        got = f"{name!r}{did_you_mean(name, FORMATS)}"
        raise option_error("--format", f"one of {', '.join(FORMATS)}, each with or without =PATH", got)
    if not equals:
        return Output(name, None)
    file = Path(path)
    if stream_number(file) == STDOUT:
        return Output(name, None)
    if not path:
        raise option_error(f"--format {name}=", "a file to write", "nothing")
    got = why_unwritable(file)
    if got:
        raise option_error(f"--format {value}", "a file that can be written", got)
    return Output(name, file)


def require_writable_output(outputs: Sequence[Output]) -> None:
    """Check that standard output is open if a report goes there.

    Raises:
        UnsupportedOperation: It is closed.
    """
    if any(output.path is None for output in outputs) and not sys.stdout.writable():
        raise io.UnsupportedOperation


def write_outputs(report: "Report", outputs: Sequence[Output], *, color: bool) -> None:
    """Write each output; files first, so that they exist even if standard output fails.

    Raises:
        SettingsError: A file cannot be written.
    """
    from migma_contract_tests.reports.phrases import verdict

    for output in sorted(outputs, key=lambda one: one.path is None):
        if output.path is not None:
            text = FORMATS[output.format].render(report)
            try:
                write_whole_file(output.path, text)
            except FILE_ERRORS as error:
                place = f"--format {output.format}={output.path}"
                raise option_error(place, "a writable file", why_unusable(error)) from error
        elif not output.format:
            sys.stdout.write(f"{one_line(verdict(report))}\n")
        else:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
            _print(output.format, FORMATS[output.format].render(report, color=color, width=width))


def _print(name: str, text: str) -> None:
    """Write to standard output: the terminal format in its encoding, others in UTF-8, which programs expect."""
    if name == "terminal":
        sys.stdout.write(text)
    else:
        write_bytes(text.encode("utf-8", "backslashreplace"))


def wants_color(*, no_color: bool) -> bool:
    """True if standard output gets colours and the user did not refuse them by ``--no-color``."""
    return not no_color and colors.wants_color(sys.stdout)


class Progress:
    """One line on standard error that says what is happening, if that is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = colors.moves_cursor(sys.stderr) and not quiet

    def __call__(self, words: str) -> None:
        """Show these words in place of the previous ones; "" clears the line."""
        if self._shown:
            columns = shutil.get_terminal_size().columns - 1
            stream = unfiltered(sys.stderr)
            stream.write(f"\r\x1b[K{one_line(words)[:columns]}")
            stream.flush()
