"""The session of the live suite sends only probes, and shows no key."""

import pytest
import requests

from migma_contract_tests.probes.request_budget import Budget, RequestRefusedError
from migma_contract_tests.suites.guarded_session import GuardedSession, key_header


@pytest.fixture
def session(stage, contract, conforming):
    """A guarded session with a conforming server and a cap of three requests."""
    options = stage.options(conforming.url)
    with GuardedSession(options, contract, Budget(3, None)) as guarded:
        yield guarded


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get"])
def test_other_methods_are_not_sent(session, conforming, stage, method):
    """Also a method in lower case, which requests would change."""
    url = f"{session.base_url}/v1/campaigns/{stage.campaign}/stats"
    prepared = requests.Request("GET", url).prepare()
    prepared.method = method
    with pytest.raises(RequestRefusedError, match="is not sent"):
        session.send(prepared)
    assert conforming.requests == []


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize(
    "target",
    [
        "/v1/campaigns",
        "/v1/campaigns/a/b/stats",
        "/v1/campaigns/a/stats?x=1",
        "/v1/campaigns/a/stats/",
        "/openapi.json",
        "@example.com/v1/campaigns/a/stats",
    ],
)
def test_other_urls_are_not_requested(session, conforming, target):
    with pytest.raises(RequestRefusedError, match="not the contract's path"):
        session.get(f"{session.base_url}{target}")
    assert conforming.requests == []


@pytest.mark.attack("key-elsewhere")
def test_other_keys_are_not_sent(session, conforming, stage):
    with pytest.raises(RequestRefusedError, match="its key is not one of this suite") as refused:
        session.get(f"{session.base_url}/v1/campaigns/a/stats", headers={"Authorization": f"Bearer {stage.key}"})
    assert stage.key not in str(refused.value)
    assert conforming.requests == []


@pytest.mark.attack("secrets-in-errors")
def test_the_key_is_sent_but_is_in_no_object_that_pytest_or_schemathesis_sees(session, conforming, stage, contract):
    headers = key_header("valid", contract.operation)
    response = session.get(f"{session.base_url}/v1/campaigns/{stage.campaign}/stats", headers=headers)
    assert conforming.requests[0].key == stage.key
    seen = f"{headers} {response.request.headers} {vars(response)} {session.exchanges} {vars(session)}"
    assert stage.key not in seen


def test_the_cap_is_exact(session, conforming, stage):
    url = f"{session.base_url}/v1/campaigns/{stage.campaign}/stats"
    for _ in range(3):
        assert session.get(url).status_code == 401
    with pytest.raises(RequestRefusedError, match="cap of 3"):
        session.get(url)
    assert len(conforming.requests) == 3
