"""The teams of a proof: one process; workers of one command; replicas on machines of their own behind a balancer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.team.balancer import Balancer
from benchmarks.team.control import Control
from benchmarks.team.network import Machine, Network
from benchmarks.team.served import TOKEN, Served
from benchmarks.team.store_process import Durability, StoreProcess

OPTIONS = ("--journal-size", "20000", "--max-memory", "2GB")
"""All requests of a proof have to be in the journals at its end."""


@dataclass
class Team:
    """Mocks that run, and what they share.

    Attributes:
        address: Where clients send their requests.
        mocks: Each command that serves.
        store: Their store; None if it is one of the command, or its memory.
        machines: The machines of the mocks, in the same order; none for mocks on this machine.
        store_machine: The machine of the store, or None.
    """

    address: tuple[str, int]
    mocks: list[Served]
    store: StoreProcess | None = None
    machines: Sequence[Machine] = ()
    store_machine: Machine | None = None

    def control(self) -> Control:
        """Return the control API, at the address of the clients."""
        return Control(self.address, TOKEN)


@contextmanager
def one_process(*options: str) -> Iterator[Team]:
    """Start one process that keeps all in its memory."""
    with Served(*OPTIONS, *options) as mock:
        yield Team(mock.address, [mock])


@contextmanager
def workers(count: int, durability: Durability = "no", *options: str) -> Iterator[Team]:
    """Start one command with several workers, and a store for them."""
    with (
        StoreProcess(durability) as store,
        Served(*OPTIONS, "--state", store.url, "--workers", str(count), *options) as mock,
    ):
        yield Team(mock.address, [mock], store)


@contextmanager
def embedded(count: int, *options: str) -> Iterator[Team]:
    """Start one command with several workers and a store of its own."""
    with Served(*OPTIONS, "--state", "embedded", "--workers", str(count), *options) as mock:
        yield Team(mock.address, [mock])


@contextmanager
def replicas(count: int, durability: Durability = "no", *options: str) -> Iterator[Team]:
    """Start mocks and their store on a machine each, and a balancer on this one."""
    with ExitStack() as started:
        network = started.enter_context(Network())
        place = network.machine("store")
        store = started.enter_context(StoreProcess(durability, host=place.host, prefix=place.prefix))
        machines = [network.machine(f"mock{number}") for number in range(1, count + 1)]
        team = Team((network.host, 0), [], store, machines, place)
        started.callback(_stop_all, team.mocks)
        for machine in machines:
            team.mocks.append(replica(machine, store, *options))
        balancer = started.enter_context(Balancer(network.host, [mock.address for mock in team.mocks]))
        team.address = balancer.address
        yield team


def _stop_all(mocks: Iterable[Served]) -> None:
    """Stop those that run at the end: one may have taken the place of another."""
    for mock in mocks:
        mock.stop()


def replica(machine: Machine, store: StoreProcess, *options: str, port: int = 4010) -> Served:
    """Start one mock on a machine."""
    return Served(*OPTIONS, "--state", store.url, *options, prefix=machine.prefix, host=machine.host, port=port)
