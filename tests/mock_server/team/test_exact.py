"""Several workers, and replicas on machines of their own, count exactly as one process does; also when things break."""

import shutil

import pytest

from benchmarks.team import network
from benchmarks.team.disturbances import DISTURBANCES
from benchmarks.team.exactness import TEAMS, prove_disturbed, prove_team
from benchmarks.team.plan import KINDS
from benchmarks.team.proving import Size
from benchmarks.team.restarted_empty import prove_restarted_empty
from benchmarks.team.soak import run_soak
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
    soak = run_soak(120, 2, sample_seconds=1)
    assert soak.violations == []
    assert [f"{name}: {verdict}" for name, verdict in soak.verdicts() if verdict.grows] == []
