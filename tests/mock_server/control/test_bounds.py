"""Limits at run time, and a fault on top of the fault of a script's step."""

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.accounts import memory_state
from migma_mock.testing.httpx_transport import MockTransport


@pytest.mark.attack("memory")
def test_the_number_of_campaigns_of_an_account_is_limited(monkeypatch):
    monkeypatch.setattr(memory_state, "MAX_CAMPAIGNS", 2)
    with MockServer(reload=False) as mock:
        account = mock.new_account(empty=True)
        account.campaign("one")
        account.campaign("two")
        account.campaign("two", bounces=1)
        file = {"id": "three", "title": "t", "description": "d", "stats": account.campaign("one")}
        url = f"{mock.base_url}/__mock__/accounts/{account.account_id}/campaigns/three"
        refused = httpx.put(url, json=file)
        assert refused.status_code == 409
        assert "at most 2 campaigns" in refused.json()["error"]


def test_a_delay_keeps_the_truncation_of_a_script_s_step():
    with MockServer(reload=False) as mock:
        account = mock.new_account(empty=True)
        stats = account.campaign("plain")
        script = {"replies": [{"stats": stats, "fault": {"kind": "truncate"}}]}
        account.add_campaign({"id": "cut", "title": "t", "description": "d", "script": script})
        account.fault("delay", seconds=0.01)
        with (
            httpx.Client(transport=MockTransport(mock)) as client,
            pytest.raises(httpx.RemoteProtocolError, match="without sending complete"),
        ):
            client.get(account.stats_url("cut"), headers=account.auth_headers)


@pytest.mark.attack("memory")
def test_a_huge_body_is_refused_without_a_traceback(capfd):
    with MockServer(reload=False) as mock:
        answer = httpx.post(
            f"{mock.base_url}/__mock__/accounts",
            content=b" " * 3_000_000,
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == 413
        assert httpx.get(f"{mock.base_url}/__mock__/health").json()["status"] == "ok"
    assert "Traceback" not in capfd.readouterr().err
