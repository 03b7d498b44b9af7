"""Results: the raw figures of one run, and the one file that holds them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import TypeAdapter

HERE = Path(__file__).parent
LATEST = HERE / "results" / "latest.json"
BARE = "bare ASGI function"
"""The server that ratios refer to."""


@dataclass
class Run:
    """One server under load, for some seconds.

    Attributes:
        round: In which round; ratios are of runs of one round.
        rps: Requests answered in a second.
        p50_ms, p99_ms: Latency, in milliseconds.
        cpu_us: Time on the CPU for each request, of the server and its children, in microseconds.
    """

    round: int
    rps: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


@dataclass
class Series:
    """One case on one server, over the rounds.

    Attributes:
        discarded: Runs thrown away since something else used the machine.
    """

    server: str
    case: str
    runs: list[Run] = field(default_factory=list)
    discarded: int = 0

    def median(self, figure: str) -> float:
        """Return the values of one figure (an attribute of :class:`Run`)."""
        figures: list[float] = [getattr(run, figure) for run in self.runs]
        return median(figures)


@dataclass
class Starts:
    """One server's starts, one a round.

    Attributes:
        seconds: From the command to the first 200.
        idle_mb: Resident memory then, in MB, children included.
        after_mb: Resident memory after the round's load.
    """

    server: str
    seconds: list[float] = field(default_factory=list)
    idle_mb: list[float] = field(default_factory=list)
    after_mb: list[float] = field(default_factory=list)


@dataclass
class Answers:
    """The answers of one server, since a fast wrong answer is useless.

    Attributes:
        statuses: By question (``no key`` …), the status that came; 0 for no answer.
        asked: How many requests for stats.
        valid: Of these, how many had a 200 with a body that holds to the contract.
        coherent: Of these, how many had numbers that do not contradict each other.
        stable: Whether the same id got the same answer twice.
        survived: Whether it still answered after a path with broken percent-encoding.
    """

    server: str
    statuses: dict[str, int]
    asked: int
    valid: int
    coherent: int
    stable: bool
    survived: bool


@dataclass
class Point:
    """At one size of something: the cost of a request (in process, µs), of a start (s), or resident memory (MB).

    Attributes:
        what: What grows: ``campaigns``, ``accounts`` …
    """

    what: str
    size: int
    cost: float


@dataclass
class Results:
    """All figures of one run.

    Attributes:
        machine: What it ran on.
        versions: Of what was measured, and of what measured.
        seconds: Of each run under load.
        figures: Single figures by name, each a list over repetitions; the unit ends the name.
    """

    made: str
    quick: bool
    rounds: int
    seconds: float
    machine: dict[str, str]
    versions: dict[str, str]
    series: list[Series] = field(default_factory=list)
    starts: list[Starts] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    figures: dict[str, list[float]] = field(default_factory=dict)

    def find(self, server: str, case: str) -> Series | None:
        """The runs of a case on a server; None where there are none."""
        return next((s for s in self.series if (s.server, s.case) == (server, case) and s.runs), None)

    def starts_of(self, server: str) -> Starts | None:
        """The starts of a server; None where it was not measured."""
        return next((s for s in self.starts if s.server == server and s.seconds), None)

    def ratio(self, series: Series, to: Series | None) -> float | None:
        """The median, over the rounds that both have, of one's requests per second to the other's."""
        if to is None:
            return None
        other = {run.round: run.rps for run in to.runs}
        ratios = [run.rps / other[run.round] for run in series.runs if run.round in other]
        return median(ratios) if ratios else None

    def save(self, path: Path) -> None:
        """Write them as JSON."""
        path.write_text(json.dumps(_rounded(asdict(self)), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read what :meth:`save` wrote."""
        return TypeAdapter(cls).validate_json(path.read_bytes())


def _rounded(value: Any) -> Any:
    """The same with four significant digits or whole numbers: more is noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) < 1000 else round(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
