"""In a process whose threads are patched, a mock server could never be ready; it says so at once."""

import sys
from types import SimpleNamespace

import pytest

from migma_contract.errors import ServerError
from migma_mock import MockServer


@pytest.mark.parametrize(
    ("module", "function", "threads"),
    [("gevent.monkey", "is_module_patched", "threading"), ("eventlet.patcher", "is_monkey_patched", "thread")],
)
def test_a_start_among_patched_threads_is_refused_with_the_library_and_ways_out(monkeypatch, module, function, threads):
    """Both libraries are represented by their documented function; with the real ones, starts waited for ever."""
    patched = {threads}
    monkeypatch.setitem(sys.modules, module, SimpleNamespace(**{function: lambda name: name in patched}))
    mock = MockServer(reload=False)
    library = module.partition(".")[0]
    with pytest.raises(ServerError, match=rf"^{library} has patched the threads .*`migma-mock serve`"):
        mock.start()
    patched.clear()
    with mock:
        mock.assert_requested(times=0)
