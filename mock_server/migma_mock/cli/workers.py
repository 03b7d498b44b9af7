"""Workers: the processes that answer for one command, which starts, watches and ends them.

uvicorn has a supervisor of its own. It tells neither when all workers answer nor waits longer after each failure, kills
a worker that is busy for some seconds, and passes the application by its import path, with which every worker would
have a certificate, a token and an id of its own.
"""

import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migma_contract.command_exit import INTERNAL_ERROR
from migma_contract.errors import MigmaError, ServerError
from migma_mock.cli.restarts import Restarts
from migma_mock.cli.worker_process import SIGNALS, WorkerProcess

if TYPE_CHECKING:
    from migma_mock.sharing.store.embedded_store import EmbeddedStore

MAX_FAILURES = 5
"""After so many ends of a worker in a row, each soon after its start, the command ends if no other worker answers."""

_LOOK_SECONDS = 1.0
"""Seconds between two looks for a sign of life of each worker that answers."""

_MAX_MISSED = 60
"""After so many looks without one, a worker hangs, and is killed.

Looks are counted, and not time: on a busy machine the command is slow too, and one that was paused has not looked.
"""

_END_SECONDS = 30.0
"""The time that workers have to end, after draining, before they are killed."""


class Workers:
    """Runs a number of workers, and starts each again that ends before it was told to.

    Args:
        number: How many.
        work: What each does; it gets its end of the channel, its index, and True if it replaces one that ended.
        warn: Tells people what went wrong.
        drain: Seconds that workers go on answering after SIGTERM.
        store: The embedded store that they share, which is watched too; None for none.
        stop_listening: Closes the sockets of the command when it is told to end; the workers have their own.
    """

    def __init__(
        self,
        number: int,
        work: Callable[[socket.socket, int, bool], object],
        warn: Callable[[str], object],
        *,
        drain: float,
        store: "EmbeddedStore | None",
        stop_listening: Callable[[], None],
    ) -> None:
        self._work = work
        self._warn = warn
        self._drain = drain
        self._store = store
        self._stop_listening = stop_listening
        self._selector = selectors.DefaultSelector()
        self._plans = [Restarts() for _ in range(number)]
        self._store_plan = Restarts()
        self._store_plan.note_start()
        self._store_plan.note_ready()
        self._running: dict[int, WorkerProcess] = {}
        self._were_ready = False
        self._is_ending = False
        self._deadline = 0.0
        self._next_look = 0.0
        self._exit_code = 0

    def run(self, on_ready: Callable[[], object]) -> int:
        """Run them until SIGTERM or Ctrl-C; return the exit code of the command.

        Args:
            on_ready: Called once, when all answer.

        Raises:
            OSError: What ``on_ready`` raised, which ended them.
            ServerError: No worker can run, or the store does not start again.
        """
        self._on_ready = on_ready
        failure: OSError | MigmaError | None = None
        with _received_signals() as self._signals, self._selector:
            self._selector.register(self._signals, selectors.EVENT_READ)
            if self._store:
                self._selector.register(self._store, selectors.EVENT_READ)
            while self._running or not self._is_ending:
                try:
                    self._turn()
                except (OSError, MigmaError) as error:
                    failure = error
                    self._end(signal.SIGINT)
        if failure:
            raise failure
        return self._exit_code

    def _turn(self) -> None:
        """Wait for the next event, and act on it."""
        for key, _ in self._selector.select(self._seconds_to_next()):
            if key.fileobj is self._signals:
                for number in self._signals.recv(64):
                    self._end(number)
            elif key.fileobj is self._store:
                self._on_end_of_store()
            else:
                self._on_news(key.data)
        now = time.monotonic()
        if self._is_ending:
            if now >= self._deadline:
                self._kill()
        else:
            self._start_what_is_due(now)
            if now >= self._next_look:
                self._next_look = now + _LOOK_SECONDS
                self._kill_hung_workers()

    def _start_what_is_due(self, now: float) -> None:
        if self._store_plan.due is not None and now >= self._store_plan.due:
            self._restart_store()
        for index, plan in enumerate(self._plans):
            if plan.due is not None and now >= plan.due:
                self._start(index)

    def _seconds_to_next(self) -> float:
        plans = (*self._plans, self._store_plan)
        due = [plan.due for plan in plans if plan.due is not None]
        next_ = self._deadline if self._is_ending else min([self._next_look, *due])
        return max(next_ - time.monotonic(), 0)

    def _start(self, index: int) -> None:
        is_restart = self._plans[index].failures > 0 or self._were_ready
        self._plans[index].note_start()

        def work(channel: socket.socket) -> None:
            self._work(channel, index, is_restart)

        others = [each.channel for each in self._running.values()]
        try:
            worker = WorkerProcess(work, [self._signals, *others])
        except OSError as error:
            if not self._were_ready:
                raise ServerError(f"A worker process cannot be started: {error.strerror}.") from error
            pause = self._plans[index].plan()
            self._warn(f"a worker process cannot be started ({error.strerror}); the next attempt is in {pause:g} s")
            return
        self._running[index] = worker
        self._selector.register(worker, selectors.EVENT_READ, index)

    def _on_news(self, index: int) -> None:
        worker = self._running[index]
        if not worker.receive():
            self._on_end(index)
            return
        if worker.is_ready:
            self._plans[index].note_ready()
        if not self._were_ready and all(map(self._is_ready, range(len(self._plans)))):
            self._were_ready = True
            self._on_ready()

    def _kill_hung_workers(self) -> None:
        for worker in self._running.values():
            worker.missed += worker.is_ready
            if worker.missed == _MAX_MISSED:
                seconds = _MAX_MISSED * _LOOK_SECONDS
                self._warn(f"worker process {worker.pid} hangs: killed after {seconds:g} s without a sign of life")
                worker.kill()

    def _is_ready(self, index: int) -> bool:
        return index in self._running and self._running[index].is_ready

    def _on_end(self, index: int) -> None:
        worker = self._running.pop(index)
        self._selector.unregister(worker)
        code = worker.wait()
        if self._is_ending:
            return
        plan = self._plans[index]
        pause = plan.plan()
        is_hopeless = self._is_hopeless(worker, plan)
        if is_hopeless and worker.reason:
            raise ServerError(worker.reason)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        what = f"worker process {worker.pid} {how}{f' ({worker.reason})' if worker.reason else ''}"
        if is_hopeless:
            self._warn(f"{what}; the mock ends, since another one would end too")
            self._exit_code = code if code > 0 else INTERNAL_ERROR
            self._end(signal.SIGINT)
            return
        self._warn(f"{what}; another one starts {f'in {pause:g} s' if pause else 'now'}")

    def _is_hopeless(self, worker: WorkerProcess, plan: Restarts) -> bool:
        """True if a worker that ended is not replaced."""
        if self._were_ready and any(map(self._is_ready, self._running)):
            return False
        # At the start of the command, a reason that a worker gave holds for the others too.
        return plan.failures >= MAX_FAILURES or bool(worker.reason and not self._were_ready)

    def _on_end_of_store(self) -> None:
        assert self._store is not None  # noqa: S101 - for mypy: only a store that exists ends
        self._selector.unregister(self._store)
        if not self._is_ending:
            pause = self._store_plan.plan()
            when = f"in {pause:g} s" if pause else "now"
            self._warn(f"the embedded store ended; another one starts {when}, and gets the copies of the workers")

    def _restart_store(self) -> None:
        assert self._store is not None  # noqa: S101 - as above
        self._store_plan.note_start()
        self._store.start()
        self._store_plan.note_ready()
        self._selector.register(self._store, selectors.EVENT_READ)

    def _end(self, number: int) -> None:
        """Pass a signal on to all workers. The second one leaves them no more time."""
        now = time.monotonic()
        if self._is_ending:
            self._deadline = min(self._deadline, now + 1)
        else:
            self._is_ending = True
            self._deadline = now + _END_SECONDS + (self._drain if number == signal.SIGTERM else 0)
            self._stop_listening()
        for worker in self._running.values():
            worker.pass_signal(number)

    def _kill(self) -> None:
        self._deadline = time.monotonic() + _END_SECONDS
        for worker in self._running.values():
            self._warn(f"worker process {worker.pid} did not end, and was killed")
            worker.kill()


@contextmanager
def _received_signals() -> Iterator[socket.socket]:
    """Yield a socket that receives the number of each signal that would end the command."""
    received, sent = socket.socketpair()
    with received, sent:
        sent.settimeout(0)
        former_fd = signal.set_wakeup_fd(sent.fileno(), warn_on_full_buffer=False)
        # Python calls a handler later; the number is in the socket at once.
        former = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
        try:
            yield received
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(former_fd)
