"""Names of settings in errors: as flags of the command, or as the user wrote them elsewhere."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from migma_contract.errors import InputError, Problem
from migma_contract.extras import MissingExtraError
from migma_mock.settings import Settings

_FLAG = re.compile(r"(?<!\w)--(no-)?([a-z]+(?:-[a-z]+)*)")


@contextmanager
def options_named(name: Callable[[str], str]) -> Iterator[None]:
    """Let errors name each setting as the user wrote it, in place of its flag.

    Args:
        name: Returns that name for the name of a field of Settings, such as ``migma_mock_tls`` for ``tls``.

    Raises:
        InputError: The error of the block, with these names.
        MissingExtraError: The same.
    """

    def renamed_flag(found: re.Match[str]) -> str:
        field = found[2].replace("-", "_")
        if field not in Settings.model_fields:
            return found[0]
        return f"{name(field)}=False" if found[1] else name(field)

    def renamed(text: str) -> str:
        return text if text[:1] in ("'", '"') else _FLAG.sub(renamed_flag, text)  # not in a value that came

    def renamed_problem(problem: Problem) -> Problem:
        file, pointer, expected, got, message, place = problem
        return Problem(renamed(file), pointer, renamed(expected), renamed(got), renamed(message), place)

    try:
        yield
    except InputError as error:
        error.problems[:] = map(renamed_problem, error.problems)
        error.hint = renamed(error.hint)
        raise
    except MissingExtraError as error:
        raise MissingExtraError(renamed(error.reason), error.remedy) from None
