"""Drop what libraries log about requests of this project: paths with keys, headers, URLs.

A test run that collects logs, such as pytest's or ``logging.basicConfig(level="DEBUG")``, would keep them. The loggers
of a library serve the whole process, so filters look at whose work it is: what others log stays.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SERVER_LOGGERS = ("uvicorn.error", "uvicorn.access", "uvicorn.asgi")
"""The loggers of uvicorn."""

CLIENT_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
"""The loggers of httpx and httpcore."""

_is_own: ContextVar[bool] = ContextVar("_is_own", default=False)
"""True in the tasks and connections that began in a quiet context: they inherit it."""


def _drop_own(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or not _is_own.get()


@contextmanager
def quiet(loggers: tuple[str, ...]) -> Iterator[None]:
    """Within this block and the tasks that it starts, drop what these loggers get, but for errors."""
    for name in loggers:
        logging.getLogger(name).addFilter(_drop_own)  # once, however often this is called
    token = _is_own.set(True)
    try:
        yield
    finally:
        _is_own.reset(token)
