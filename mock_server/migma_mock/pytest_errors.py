"""Show an error that is for the user in pytest with the line of the test as the last one."""

from types import TracebackType

from migma_contract.errors import MigmaError

_OWN = ("migma_contract", "migma_mock")
_OF_PYTEST = ("_pytest", "pluggy")


def end_at_test(error: BaseException, traceback: TracebackType | None) -> None:
    """Leave out what is below the line of a test or fixture that made a mistake; the text of the error says it all."""
    if not isinstance(error, MigmaError):
        return
    while traceback and traceback.tb_next and _package(traceback.tb_next) not in _OWN:
        traceback = traceback.tb_next
    if traceback and _package(traceback) not in _OF_PYTEST:
        traceback.tb_next = error.__cause__ = None
        error.__suppress_context__ = True


def _package(traceback: TracebackType) -> str:
    name: str = traceback.tb_frame.f_globals.get("__name__", "")
    return name.partition(".")[0]
