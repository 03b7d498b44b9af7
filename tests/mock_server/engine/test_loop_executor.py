"""LoopExecutor: a change runs exactly once, between two requests while there is a loop."""

import asyncio
import threading

import pytest

from migma_mock.engine.loop_executor import LoopExecutor


@pytest.fixture
def loop():
    """An event loop that runs in its own thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def attached():
    executor = LoopExecutor()
    executor.attach()
    return executor


def test_a_change_runs_on_the_loop_and_its_result_comes_back(loop):
    executor = asyncio.run_coroutine_threadsafe(attached(), loop).result()
    thread = executor.run(threading.get_ident)
    assert thread != threading.get_ident()
    assert executor.run(lambda: executor.run(threading.get_ident)) == thread
    with pytest.raises(ZeroDivisionError):
        executor.run(lambda: 1 / 0)


def test_a_loop_that_stops_before_a_change_leaves_it_to_the_caller(loop):
    executor = asyncio.run_coroutine_threadsafe(attached(), loop).result()
    held, queued, ran = threading.Event(), threading.Event(), []

    def stop_once_a_change_waits():
        held.set()
        assert queued.wait(600)
        loop.stop()

    soon = loop.call_soon_threadsafe

    def call_soon_threadsafe(*call):
        handle = soon(*call)
        queued.set()
        return handle

    soon(stop_once_a_change_waits)
    assert held.wait(600)
    loop.call_soon_threadsafe = call_soon_threadsafe
    executor.run(lambda: ran.append(threading.get_ident()))
    assert ran == [threading.get_ident()]


def test_changes_without_a_loop_come_one_at_a_time():
    executor, inside, most = LoopExecutor(), [], []

    def change():
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.001)
        inside.pop()

    threads = [threading.Thread(target=executor.run, args=(change,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20
