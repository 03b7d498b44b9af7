"""LoopExecutor: a change runs once, among requests while there is a loop, and is never waited for in vain."""

import asyncio
import threading

import pytest

from migma_mock.engine.loop_executor import LoopExecutor


@pytest.fixture
def loop():
    """An event loop that runs in a thread of its own, and what has it stop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


async def begun():
    turns = LoopExecutor()
    turns.attach()
    return turns


def test_a_change_runs_on_the_loop_and_its_outcome_comes_back(loop):
    turns = asyncio.run_coroutine_threadsafe(begun(), loop).result(5)
    thread = turns.run(threading.get_ident)
    assert thread != threading.get_ident()
    assert turns.run(lambda: turns.run(threading.get_ident)) == thread
    with pytest.raises(ZeroDivisionError):
        turns.run(lambda: 1 / 0)


def test_a_loop_that_stops_before_it_comes_to_a_change_leaves_it_to_the_caller(loop):
    turns = asyncio.run_coroutine_threadsafe(begun(), loop).result(5)
    held, queued, ran = threading.Event(), threading.Event(), []

    def stop_once_a_change_waits():
        held.set()
        assert queued.wait(5)
        loop.stop()

    soon = loop.call_soon_threadsafe

    def call_soon_threadsafe(*call):
        handle = soon(*call)
        queued.set()
        return handle

    soon(stop_once_a_change_waits)
    assert held.wait(5)
    loop.call_soon_threadsafe = call_soon_threadsafe
    turns.run(lambda: ran.append(threading.get_ident()))
    assert ran == [threading.get_ident()]


def test_changes_without_a_loop_come_one_at_a_time():
    turns, inside, most = LoopExecutor(), [], []

    def change():
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.001)
        inside.pop()

    threads = [threading.Thread(target=turns.run, args=(change,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == [1] * 20
