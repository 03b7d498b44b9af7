"""The one session through which the live suite sends: what leaves it, and what does not."""

import pytest
import requests

from migma_contract_tests.probes.request_budget import Budget, RequestRefusedError
from migma_contract_tests.suites.guarded_session import GuardedSession, key_header


@pytest.fixture
def session(stage, contract, conforming):
    """A guarded session to a conforming server, with room for three requests."""
    options = stage.options(conforming.url)
    with GuardedSession(options, contract, Budget(3, None)) as guarded:
        yield guarded


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get"])
def test_no_other_method_leaves_the_session(session, conforming, stage, method):
    """Called without requests' own capitals."""
    url = f"{session.base_url}/v1/campaigns/{stage.campaign}/stats"
    prepared = requests.Request("GET", url).prepare()
    prepared.method = method
    with pytest.raises(RequestRefusedError, match="is not sent"):
        session.send(prepared)
    assert conforming.requests == []


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
def test_no_other_url_leaves_the_session(session, conforming, target):
    with pytest.raises(RequestRefusedError, match="not the contract's path"):
        session.get(f"{session.base_url}{target}")
    assert conforming.requests == []


def test_no_key_but_the_suites_leaves_the_session(session, conforming, stage):
    with pytest.raises(RequestRefusedError, match="a key that is not of this suite") as refused:
        session.get(f"{session.base_url}/v1/campaigns/a/stats", headers={"Authorization": f"Bearer {stage.key}"})
    assert stage.key not in str(refused.value)
    assert conforming.requests == []


def test_key_is_on_the_wire_and_in_no_object_that_pytest_or_schemathesis_sees(session, conforming, stage, contract):
    headers = key_header("real", contract.operation)
    response = session.get(f"{session.base_url}/v1/campaigns/{stage.campaign}/stats", headers=headers)
    assert conforming.requests[0].key == stage.key
    seen = f"{headers} {response.request.headers} {vars(response)} {session.exchanges} {vars(session)}"
    assert stage.key not in seen


def test_cap_holds_exactly(session, conforming, stage):
    url = f"{session.base_url}/v1/campaigns/{stage.campaign}/stats"
    for _ in range(3):
        assert session.get(url).status_code == 401
    with pytest.raises(RequestRefusedError, match="cap of 3"):
        session.get(url)
    assert len(conforming.requests) == 3
