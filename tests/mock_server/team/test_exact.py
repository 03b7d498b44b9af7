"""Several workers, and replicas on machines of their own, count exactly as one process does; also when things break."""

import asyncio
import shutil

import pytest

from benchmarks.team import network
from benchmarks.team.disturbances import DISTURBANCES
from benchmarks.team.evidence import create
from benchmarks.team.exactness import TEAMS, prove_disturbed, prove_team
from benchmarks.team.load_client import LoadClient
from benchmarks.team.plan import KINDS, Planned, plan_accounts
from benchmarks.team.proving import Size
from benchmarks.team.restarted_empty import prove_restarted_empty
from benchmarks.team.served import Served
from benchmarks.team.soak import run_soak
from benchmarks.team.store_process import StoreProcess
from benchmarks.team.teams import workers

_SMALL = Size(requests=400, accounts=len(KINDS), connections=16)
_LARGE = Size(requests=50_000)
_DISTURBED = Size(requests=6_000, a_second=1000)
_ON_MACHINES = ("replica", "network", "rolling")


@pytest.fixture
def needs_machines(request):
    """Skip a test of replicas if network namespaces or HAProxy are missing."""
    name = request.node.callspec.params["name"]
    if name.startswith(_ON_MACHINES) and not (shutil.which("haproxy") and network.is_possible()):
        pytest.skip("needs HAProxy, and a user who may create network namespaces")


def test_two_workers_count_exactly():
    with workers(2) as team:
        outcome = prove_team(team, _SMALL)
    assert outcome.violations == []


def test_a_bounded_journal_has_the_latest_requests_of_all_workers():
    """Whoever is asked: the numbers are those of all requests, and the gap tells how many are dropped."""
    plan = plan_accounts(1, 400)[0]
    with (
        StoreProcess() as store,
        Served("--state", store.url, "--workers", "2", "--journal-size", "50") as mock,
        mock.control() as control,
    ):
        account = create(control, plan)
        requests = (Planned(number, 0, plan.campaigns[0].id) for number in range(400))
        answers = asyncio.run(LoadClient(mock.address, {0: account.key}, connections=16).send(requests))
        assert {answer.status for answer in answers} == {200}
        for _ in range(8):
            control.close()
            journal = control.get(f"/accounts/{account.id}/journal?limit=1000")
            assert [entry["number"] for entry in journal["entries"]] == list(range(400, 350, -1))
            assert (journal["recorded"], journal["dropped"]) == (400, 350)
            assert "lacks the first 350 of 400 requests" in journal["gap"]


@pytest.mark.long
@pytest.mark.parametrize("name", TEAMS)
def test_50_000_requests_are_counted_exactly(needs_machines, name):
    with TEAMS[name]() as team:
        outcome = prove_team(team, _LARGE)
    assert outcome.violations == []


@pytest.mark.long
@pytest.mark.parametrize("name", DISTURBANCES)
def test_what_was_acknowledged_stays(needs_machines, name):
    """Whatever breaks in the middle: no count is wrong, and what is not recorded is told."""
    outcome = prove_disturbed(DISTURBANCES[name], _DISTURBED)
    assert outcome.violations == []
    assert outcome.slowest < 30


@pytest.mark.long
def test_a_store_without_its_data_is_told():
    """Accounts without counts go on, with a gap; the others answer 503 until they are reset."""
    assert prove_restarted_empty() == []


@pytest.mark.long
def test_memory_is_level_under_mixed_traffic():
    soak = run_soak(300, 2)
    assert soak.violations == []
    assert [f"{name}: {verdict}" for name, verdict in soak.verdicts() if verdict.grows] == []
