"""The figures of one run of the throughput of teams, and the file that holds them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from pydantic import TypeAdapter

from benchmarks.results_file import HERE

TEAM_RESULTS = HERE / "results" / "team.json"


@dataclass
class TeamRun:
    """One team under load, for some seconds.

    Attributes:
        round: In which round; ratios are of runs of one round.
        rps: Requests answered in a second.
        p50_ms, p99_ms: Latency, in milliseconds.
        mock_us, store_us, wrk_us: Time on the CPU for each request, in microseconds: of all processes of the mock, of
            the store, and of the load generator.
    """

    round: int
    rps: float
    p50_ms: float
    p99_ms: float
    mock_us: float
    store_us: float
    wrk_us: float


@dataclass
class TeamSeries:
    """One team and one kind of request, over the rounds."""

    team: str
    case: str
    runs: list[TeamRun] = field(default_factory=list)

    def median(self, figure: str) -> float:
        """Return the median of one figure (an attribute of :class:`TeamRun`)."""
        figures: list[float] = [getattr(run, figure) for run in self.runs]
        return median(figures)

    def ratio(self, other: "TeamSeries") -> float:
        """Return the median, over the rounds, of its requests per second to those of another."""
        rates = {run.round: run.rps for run in other.runs}
        return median(run.rps / rates[run.round] for run in self.runs)


@dataclass
class TeamResults:
    """All figures of one run.

    Attributes:
        seconds: Of each run under load.
        machine: What it ran on.
        versions: Of what was measured.
        busy: Before how many starts of a server other programs used the machine.
    """

    made: str
    rounds: int
    seconds: float
    machine: dict[str, str]
    versions: dict[str, str]
    busy: int = 0
    series: list[TeamSeries] = field(default_factory=list)

    def find(self, team: str, case: str) -> TeamSeries:
        """Return the series of a team and a case; a new one if there is none."""
        for series in self.series:
            if (series.team, series.case) == (team, case):
                return series
        self.series.append(TeamSeries(team, case))
        return self.series[-1]

    def save(self, path: Path) -> None:
        """Write them as JSON, with four significant digits."""
        document = asdict(self)
        for series in document["series"]:
            series["runs"] = [{name: float(f"{value:.4g}") for name, value in run.items()} for run in series["runs"]]
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "TeamResults":
        """Read what :meth:`save` wrote."""
        return TypeAdapter(cls).validate_json(path.read_bytes())
