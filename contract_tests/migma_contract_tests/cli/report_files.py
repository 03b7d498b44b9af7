"""Where reports go: ``--format FORMAT`` to standard output, ``--format FORMAT=PATH`` to a file."""

import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from migma_contract.suggestions import did_you_mean
from migma_contract_tests.probes.options import option_error
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import Report


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write; to standard output where ``path`` is None."""

    format: str
    path: Path | None


def parse_outputs(values: Sequence[str], *, quiet: bool) -> list[Output]:
    """The outputs that ``--format`` asks for, and the terminal's where standard output is left free.

    Raises:
        SettingsError: A format that there is not, a folder that there is not, or two for one place.
    """
    outputs = [_parse(value) for value in values]
    places = [output.path and output.path.resolve() for output in outputs]
    for output, place in zip(outputs, places, strict=True):
        if places.count(place) > 1:
            where = f"the file {output.path}" if output.path else "standard output"
            raise option_error("--format", "each format in a place of its own (FORMAT=PATH)", f"two for {where}")
    if not quiet and None not in places:
        outputs.append(Output("terminal", None))
    return outputs


def _parse(value: str) -> Output:
    name, equals, path = value.partition("=")
    if name not in FORMATS:
        got = f"{name!r}{did_you_mean(name, FORMATS)}"
        raise option_error("--format", f"one of {', '.join(FORMATS)}, or one with =PATH", got)
    if not equals:
        return Output(name, None)
    file = Path(path)
    if not path or file.is_dir():
        raise option_error(f"--format {name}=", "a file to write", repr(path))
    if not file.parent.is_dir():
        raise option_error(f"--format {value}", "a file in a folder that exists", f"no folder {file.parent}")
    return Output(name, file)


def require_somewhere_to_write(outputs: Sequence[Output]) -> None:
    """See that standard output is open where a report is to go there.

    Raises:
        UnsupportedOperation: It is not.
    """
    if any(output.path is None for output in outputs) and not sys.stdout.writable():
        raise io.UnsupportedOperation


def write_outputs(report: Report, outputs: Sequence[Output], *, color: bool) -> None:
    """Write each output; files first, so that they are there whatever reads standard output.

    Raises:
        SettingsError: A file cannot be written.
    """
    for output in sorted(outputs, key=lambda one: one.path is None):
        if output.path is not None:
            text = FORMATS[output.format].render(report)
            try:
                output.path.write_text(text, encoding="utf-8", newline="")
            except OSError as error:
                got = error.strerror or type(error).__name__
                raise option_error(
                    f"--format {output.format}={output.path}", "a file that can be written", got
                ) from error
        else:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
            _print(output.format, FORMATS[output.format].render(report, color=color, width=width))


def _print(name: str, text: str) -> None:
    """Write to standard output: for a terminal in its own encoding, for programs in UTF-8, which is what they read."""
    if name == "terminal":
        sys.stdout.write(text)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())


def wants_color(*, no_color: bool) -> bool:
    """Whether standard output is a terminal that shows colours, and nobody asked for none (https://no-color.org)."""
    refused = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not refused


class Progress:
    """One line on standard error that says what is happening, where that is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = sys.stderr.isatty() and not quiet

    def __call__(self, words: str) -> None:
        """Show these words in place of the last ones; none clear the line."""
        if self._shown:
            columns = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{words[:columns]}")
            sys.stderr.flush()
