"""A fault for bodies does not change replies to HEAD, which have none: over a socket and in process."""

import httpx
import pytest

from migma_mock import MockServer, MockTransport, create_app
from migma_mock.faults import FAULTS
from migma_mock.faults.base import AppliesTo
from migma_mock.testing.account_handle import MigmaMock
from migma_mock.testing.arguments import to_argument

FOR_BODIES = [kind for kind, entry in FAULTS.items() if entry.applies_to is not AppliesTo.ANY]
FOR_ANY = [kind for kind in FAULTS if kind not in FOR_BODIES]


@pytest.fixture(params=["socket", "in process"])
def asking(request):
    """An account, and a client for it with one connection, which waits no longer than a second."""
    if request.param == "socket":
        with MockServer(reload=False) as mock, httpx.Client(headers=mock.auth_headers, timeout=1) as client:
            yield mock, client
    else:
        app = create_app(reload=False)
        mock = MigmaMock(app.state.mock)
        with httpx.Client(transport=MockTransport(app.state.mock), headers=mock.auth_headers, timeout=1) as client:
            yield mock, client


def arm(mock, kind):
    example = FAULTS[kind].example.items()
    example = {to_argument(name): value for name, value in example if name not in {"kind", "campaign"}}
    return mock.fault(kind, **example | {"times": 1, "probability": 1})


def outcome(ask):
    try:
        response = ask()
    except httpx.TransportError as error:
        return type(error)
    return response.status_code, response.headers.get("content-length"), response.headers.get("content-type")


@pytest.mark.parametrize("kind", FOR_BODIES)
def test_a_fault_for_bodies_is_kept_for_one(asking, kind):
    mock, client = asking
    url = mock.stats_url(mock.example_id)
    unaffected = outcome(lambda: client.head(url))
    arm(mock, kind)
    assert [outcome(lambda: client.head(url)) for _ in range(3)] == [unaffected] * 3
    (armed,) = mock.faults
    assert (armed.eligible, armed.applied) == (0, 0)
    with httpx.Client(transport=client._transport, headers=mock.auth_headers, timeout=600) as patient:
        outcome(lambda: patient.get(url))
    assert mock.faults[0].applied == 1


@pytest.mark.parametrize("kind", FOR_ANY)
def test_a_fault_for_any_reply_applies_to_head_too(asking, kind):
    mock, client = asking
    url = mock.stats_url(mock.example_id)
    unaffected = outcome(lambda: client.head(url))
    arm(mock, kind)
    affected = outcome(lambda: client.head(url))
    assert mock.faults[0].applied == 1
    if kind != "delay":  # a short one by chance
        assert affected != unaffected
    assert outcome(lambda: client.head(url)) == unaffected


@pytest.mark.parametrize("fault", ["reset-mid-body", "truncate", "wrong-content-length", "drip"])
def test_a_step_of_a_script_leaves_head_whole_too(asking, fault):
    mock, client = asking
    stats = mock.campaign("plain")
    steps = [{"stats": stats, "fault": {"kind": fault}}, {"stats": stats}]
    mock.add_campaign(
        {"id": "scripted", "title": "Scripted", "description": "Two steps.", "script": {"replies": steps}}
    )
    status, *_ = outcome(lambda: client.head(mock.stats_url("scripted")))
    assert status == 200
    assert outcome(lambda: client.head(mock.stats_url("scripted")))[0] == 200
    assert client.get(mock.stats_url("scripted")).json()["data"] == stats
