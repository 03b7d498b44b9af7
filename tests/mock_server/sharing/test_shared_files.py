"""Fixture files, which each worker reads itself, beside campaigns that all workers share."""

import asyncio
import json

import pytest
from store_gate import until
from worker_pair import Worker, workers

from migma_contract.errors import ServerError, SettingsError
from migma_mock import MockServer, MockTransport
from migma_mock.mock import Mock
from migma_mock.settings import Settings


def reply(campaign_id, text):
    """Return a campaign with an error reply."""
    body = {"success": False, "error": text, "code": "X"}
    return {"id": campaign_id, "reply": {"status": 404, "body": body}}


def text_of(answer):
    return json.loads(answer.body)["error"]


def test_a_campaign_that_was_put_gives_way_to_its_file_in_all_workers(url, tmp_path):
    file = tmp_path / "own.json"
    file.write_text(json.dumps(reply("own", "first")))

    async def steps():
        async with workers(url, fixtures=[tmp_path]) as team:
            assert text_of(await team[1].get(campaign="own")) == "first"
            await team[0].call("PUT", "/accounts/built-in/campaigns/own", json=reply("own", "put"))
            await team[0].call("PUT", "/accounts/built-in/campaigns/other", json=reply("other", "stays"))
            assert text_of(await team[1].get(campaign="own")) == "put"
            file.write_text(json.dumps(reply("own", "second")))
            for worker in team:
                assert await asyncio.to_thread(worker.mock.reload_fixtures) == []
                assert text_of(await worker.get(campaign="own")) == "second"
            file_changes = [worker.shared.file_changes for worker in team]
            await until(lambda: not any(each.is_keeping for each in file_changes))
            await team[0].call("POST", "/accounts/built-in/faults", json={"kind": "status", "status": 503, "times": 1})
            for worker in team:
                await worker.get(campaign="own")
                assert text_of(await worker.get(campaign="own")) == "second"
                assert text_of(await worker.get(campaign="other")) == "stays"

    asyncio.run(steps())


def test_a_fixture_that_is_saved_is_served_by_the_worker_that_saved_it(url, tmp_path):
    async def steps():
        async with workers(url, 1, fixtures=[tmp_path]) as (worker,):
            await worker.call("PUT", "/fixture-files/own", json=reply("own", "saved"))
            assert text_of(await worker.get(campaign="own")) == "saved"
            assert len([*tmp_path.rglob("*.json")]) == 1

    asyncio.run(steps())


def test_handles_in_the_process_say_what_to_use_in_their_place(url):
    with MockServer(state=url, reload=False) as mock:
        for use in (mock.reset, lambda: mock.fail(503), mock.new_account, lambda: mock.requests):
            with pytest.raises(ServerError, match=r"MigmaMock\.connect"):
                use()
        with pytest.raises(ServerError, match="migma-mock serve --state"):
            MockTransport(mock.mock)


def test_only_the_command_can_embed_its_store():
    with pytest.raises(SettingsError, match="only `migma-mock serve`"):
        Mock(state="embedded")

    async def run():
        async with Mock(Settings(state="embedded")).running():
            raise AssertionError("it runs")

    with pytest.raises(SettingsError, match="only `migma-mock serve`"):
        asyncio.run(run())


def test_without_its_lifespan_an_application_says_why_it_cannot_answer(url):
    async def steps():
        worker = Worker(Mock(state=url, reload=False))
        answer = await worker.get()
        assert answer.status == 503
        assert "not opened the store yet" in text_of(answer)
        refusal = await worker.call("GET", "/accounts", expected=503)
        assert "lifespan" in refusal["error"]
        await worker.client.aclose()

    asyncio.run(steps())
