"""Tell whether the threads of this process are real: gevent and eventlet replace them by cooperative ones."""

import sys

from migma_contract.errors import ServerError

_PATCHES = (
    ("gevent", "gevent.monkey", "is_module_patched", "threading"),
    ("eventlet", "eventlet.patcher", "is_monkey_patched", "thread"),
)


def require_real_threads() -> None:
    """Raise if a library has replaced the threads: the server's event loop would stop all others and never be ready.

    Raises:
        ServerError: gevent or eventlet has patched them.
    """
    for library, module, is_patched, threads in _PATCHES:
        if module in sys.modules and getattr(sys.modules[module], is_patched)(threads):
            raise ServerError(
                f"{library} has patched the threads of this process, so the mock server cannot run in one. Patch all "
                "but threads, run `migma-mock serve` as a process of its own, or use the mock without a socket "
                "(MockTransport)."
            )
