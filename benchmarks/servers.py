"""The servers and what is asked of each: the limits, and the mock in its several set-ups."""

import http.client
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process import Process
from benchmarks.results_file import BARE, HERE
from benchmarks.wrk import FRESH, Load

ROOT = HERE.parent
KEY = {"Authorization": "Bearer mgma_sk_test_local_development_0001"}
CAMPAIGN = "66b2f0a1c4e5d60012a40101"
_GROWING = "66b2f0a1c4e5d60012a40201"
_UNKNOWN = "66b2f0a1c4e5d60012a4ffff"
_MANY_CAMPAIGNS = 500
_MANY_ACCOUNTS = 1000

MOCK = "migma-mock"
LOGGING = "migma-mock, access log"
MANY = "migma-mock, 500 campaigns"
ACCOUNTS = "migma-mock, 1,000 accounts"
GENERATING = "migma-mock, generated ({})"
FASTAPI = "FastAPI route"
EMPTY_FASTAPI = "empty FastAPI app"
FIXTURE = "fixture"


def stats_path(campaign_id: str) -> str:
    """The target that asks for a campaign."""
    return f"/v1/campaigns/{campaign_id}/stats"


def _as_is(_process: Process) -> Mapping[str, str]:
    return KEY


@dataclass(frozen=True)
class Case:
    """One thing that is asked under load.

    Attributes:
        prepare: Brings the server into the state of the case, and gives the headers to send.
    """

    name: str
    path: str = stats_path(CAMPAIGN)
    turn: int = 0
    refused: bool = False
    prepare: Callable[[Process], Mapping[str, str]] = _as_is

    def load(self, process: Process) -> Load:
        """The requests that wrk sends."""
        return Load(self.path, self.prepare(process), self.turn, self.refused)


@dataclass(frozen=True)
class Server:
    """A server that can be started.

    Attributes:
        command: For a port, and a folder of its own that files may be put into.
        warm_seconds: Of load before anything counts; virtual machines that compile need some.
        any_id: Whether it has stats for any id.
        first_path: What the first 200 is to come from.
    """

    name: str
    command: Callable[[int, Path], list[str]]
    cases: tuple[Case, ...] = (Case(FIXTURE),)
    warm_seconds: float = 1
    any_id: bool = False
    first_path: str = stats_path(CAMPAIGN)
    is_peer: bool = field(default=False)


def _uvicorn(module: str) -> Callable[[int, Path], list[str]]:
    def command(port: int, _folder: Path) -> list[str]:
        quiet = ["--no-access-log", "--log-level", "error", "--loop", "uvloop", "--http", "httptools"]
        return [sys.executable, "-m", "uvicorn", f"benchmarks.limits.{module}:app", "--port", str(port), *quiet]

    return command


def _mock(*options: str) -> Callable[[int, Path], list[str]]:
    return lambda port, _folder: [sys.executable, "-m", "migma_mock", "serve", "--port", str(port), *options]


def _mock_with_campaigns(port: int, folder: Path) -> list[str]:
    write_campaigns(folder / "fixtures", _MANY_CAMPAIGNS)
    return _mock("--quiet", "--fixtures", str(folder / "fixtures"), "--journal-size", "10000")(port, folder)


def write_campaigns(folder: Path, count: int) -> None:
    """Fill a fixture folder with campaigns whose ids are the numbers from 1 on, in 24 hexadecimal digits."""
    campaigns = folder / "campaigns"
    campaigns.mkdir(parents=True, exist_ok=True)
    file = json.loads((ROOT / "fixtures" / "campaigns" / "newsletter.json").read_bytes())
    for number in range(1, count + 1):
        text = json.dumps(file | {"id": f"{number:024x}", "title": f"Number {number}"})
        (campaigns / f"{number}.json").write_text(text, encoding="utf-8")


def _no_key(_process: Process) -> Mapping[str, str]:
    return {}


def _new_connection(_process: Process) -> Mapping[str, str]:
    return KEY | {"Connection": "close"}


def _with_accounts(process: Process) -> Mapping[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)
    for number in range(_MANY_ACCOUNTS):
        body = json.dumps({"name": str(number)})
        connection.request("POST", "/__mock__/accounts", body, {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())
    connection.close()
    return {"Authorization": f"Bearer {answer['keys']['working']}"}


def _with_fault_elsewhere(process: Process) -> Mapping[str, str]:
    fault = json.dumps({"kind": "reset", "campaign": _UNKNOWN}).encode()
    headers = {"Content-Type": "application/json"}
    status, body = process.ask("POST", "/__mock__/accounts/built-in/faults", headers, fault)
    if status != 201:
        raise RuntimeError(f"the fault was not armed: {status} {body!r}")
    return KEY


def _generating(profile: str) -> Server:
    cases = (Case("same id", stats_path("0" * 23 + "1")), Case("fresh id each time", turn=FRESH))
    return Server(
        GENERATING.format(profile),
        _mock("--quiet", "--unknown-id", "generate", "--profile", profile),
        cases,
        any_id=True,
        first_path=stats_path("0" * 23 + "1"),
    )


OWN = (
    Server(BARE, _uvicorn("bare"), (Case(FIXTURE), Case("new connection", prepare=_new_connection))),
    Server(EMPTY_FASTAPI, _uvicorn("empty_fastapi")),
    Server(FASTAPI, _uvicorn("plain_fastapi")),
    Server(
        MOCK,
        _mock("--quiet"),
        (
            Case(FIXTURE),
            Case("401", prepare=_no_key, refused=True),
            Case("404", stats_path(_UNKNOWN), refused=True),
            Case("growing", stats_path(_GROWING)),
            Case("new connection", prepare=_new_connection),
        ),
    ),
    Server(LOGGING, _mock()),
    Server(MANY, _mock_with_campaigns, (Case("500 campaigns", turn=_MANY_CAMPAIGNS), Case("journal full"))),
    Server(
        ACCOUNTS,
        _mock("--quiet"),
        (Case("1,000 accounts", prepare=_with_accounts), Case("fault armed elsewhere", prepare=_with_fault_elsewhere)),
    ),
    *(_generating(profile) for profile in ("realistic", "edge", "schema")),
)
"""The limits, and the mock."""
