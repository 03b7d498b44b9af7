"""Whoever guesses tokens waits, longer each time; whoever has the token never does."""

import asyncio

import httpx
import pytest

from migma_mock import create_app
from migma_mock.control.wrong_tokens import FORGOTTEN_SECONDS, FREE, MAX_SECONDS, MAX_WAITING, WrongTokens
from migma_mock.waiting import Waiting

pytestmark = pytest.mark.attack("guessed-tokens")

TOKEN = "a_token_that_only_tests_know"


class Time:
    """A clock that moves when told, and waits that end when told."""

    def __init__(self):
        self.now = 0.0
        self.waits = []
        self.are_all_waiting, self.over = asyncio.Event(), asyncio.Event()

    async def wait(self, seconds):
        """Wait until the test says so."""
        self.waits.append(seconds)
        if len(self.waits) == MAX_WAITING:
            self.are_all_waiting.set()
        await self.over.wait()


async def hold(wrong_tokens, number):
    return [await wrong_tokens.hold() for _ in range(number)]


def test_each_wrong_token_waits_longer_than_the_one_before_up_to_a_bound():
    async def run():
        time = Time()
        time.over.set()
        wrong_tokens = WrongTokens(time.wait, lambda: time.now)
        assert all(await hold(wrong_tokens, FREE))
        assert time.waits == [], "the first ones are refused at once"
        await hold(wrong_tokens, 2000)
        growing = [seconds for seconds in time.waits if seconds < MAX_SECONDS]
        assert growing == sorted(set(growing))
        assert growing
        assert set(time.waits[len(growing) :]) == {MAX_SECONDS}
        return wrong_tokens, time

    asyncio.run(run())


def test_wrong_tokens_are_forgotten_after_a_while_without_any():
    async def run():
        time = Time()
        time.over.set()
        wrong_tokens = WrongTokens(time.wait, lambda: time.now)
        await hold(wrong_tokens, FREE + 1)
        time.now += FORGOTTEN_SECONDS
        await hold(wrong_tokens, 1)
        assert len(time.waits) == 2
        time.now += FORGOTTEN_SECONDS + 1
        await hold(wrong_tokens, FREE)
        assert len(time.waits) == 2

    asyncio.run(run())


def test_the_number_of_waiting_responses_is_bounded_and_a_cancelled_one_frees_its_place():
    async def run():
        time = Time()
        wrong_tokens = WrongTokens(time.wait, lambda: time.now)
        await hold(wrong_tokens, FREE)
        tasks = [asyncio.ensure_future(wrong_tokens.hold()) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        assert len(time.waits) == MAX_WAITING
        assert await hold(wrong_tokens, 100) == [False] * 100
        tasks.pop().cancel()
        await asyncio.sleep(0)
        again = asyncio.ensure_future(wrong_tokens.hold())
        await asyncio.sleep(0)
        assert not again.done(), "it waits in the place of the cancelled one"
        time.over.set()
        assert await asyncio.gather(*tasks, again) == [True] * MAX_WAITING

    asyncio.run(run())


@pytest.fixture
def guessed(monkeypatch):
    """Requests of a mock while as many wrong tokens wait as may wait, and what they were answered in the end."""

    async def run(*others):
        time = Time()
        monkeypatch.setattr(Waiting, "wait", lambda _self, seconds: time.wait(seconds))
        app = create_app(reload=False, control_token=TOKEN)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost/__mock__") as client:

            async def send(token):
                return await client.get("/accounts", headers={"X-Mock-Token": token} if token else {})

            for number in range(FREE):
                assert (await send(f"guess-{number}")).status_code == 401
            guesses = [asyncio.ensure_future(send(f"guess-{number}")) for number in range(MAX_WAITING)]
            await time.are_all_waiting.wait()
            answered = [await send(other) for other in others]
            assert not any(guess.done() for guess in guesses)
            time.over.set()
            return answered, [response.status_code for response in await asyncio.gather(*guesses)]

    return lambda *others: asyncio.run(run(*others))


def test_the_token_is_accepted_at_once_while_guesses_wait(guessed):
    """Nothing here waits for the clock: the answers come while all guesses are still held."""
    answered, guesses = guessed(TOKEN, None)
    assert [response.status_code for response in answered] == [200, 401], "and a page that asks for it is no guess"
    assert guesses == [401] * MAX_WAITING


def test_guesses_beyond_the_bound_are_refused_at_once_and_lose_their_connection(guessed):
    (refused,), _ = guessed("one-more")
    assert refused.status_code == 429
    assert refused.headers["connection"] == "close"
    assert refused.json()["code"] == "TOO_MANY_REQUESTS"
