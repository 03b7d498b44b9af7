"""The cost of a request as there is more of everything, and of a start as there are more files."""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.process import free_port, running
from benchmarks.results_file import Point
from benchmarks.servers import CAMPAIGN, KEY, stats_path, write_campaigns
from migma_mock import Mock
from migma_mock.campaigns.fixture_folder import MAX_FILES
from migma_mock.messages.request import Request

CAMPAIGNS, ACCOUNTS, JOURNAL, FILES = "campaigns", "accounts", "journal bound", "fixture files"

_SIZES = {
    CAMPAIGNS: (1, 10, 100, 1_000, 10_000, 100_000),
    ACCOUNTS: (1, 10, 100, 1_000, 10_000),
    JOURNAL: (100, 1_000, 10_000, 100_000, 1_000_000),
    FILES: (1, 100, 1_000, MAX_FILES),
}
_BATCH, _BATCHES = 2_000, 15
_HEADERS = [(b"host", b"127.0.0.1:4010"), (b"user-agent", b"python-httpx/0.28.1"), (b"accept", b"*/*")]
_AUTHORIZATION = (b"authorization", KEY["Authorization"].encode())


def measure(*, largest: int) -> list[Point]:
    """The cost at each size up to ``largest``."""
    points = []
    for what, prepare in {CAMPAIGNS: _campaigns, ACCOUNTS: _accounts, JOURNAL: _journal}.items():
        for size in _up_to(largest, what):
            app, requests = prepare(size)
            points.append(Point(what, size, _microseconds(app, requests)))
    points += [Point(FILES, size, _start_seconds(size)) for size in _up_to(largest, FILES)]
    return points


def _up_to(largest: int, what: str) -> list[int]:
    print(f"growing: {what}", file=sys.stderr, flush=True)
    return [size for size in _SIZES[what] if size <= largest]


def _microseconds(app: Mock, requests: list[Request]) -> float:
    answer: Callable[[Request], object] = app.engine.answer
    batches = []
    for _ in range(_BATCHES):
        asked = random.choices(requests, k=_BATCH)
        began = time.perf_counter()
        for request in asked:
            answer(request)
        batches.append((time.perf_counter() - began) / _BATCH * 1e6)
    return median(batches)


def _request(campaign_id: str, authorization: tuple[bytes, bytes] = _AUTHORIZATION) -> Request:
    return Request("GET", stats_path(campaign_id).encode(), [*_HEADERS, authorization])


def _campaigns(size: int) -> tuple[Mock, list[Request]]:
    app = Mock(reload=False)
    campaign = app.accounts.built_in.state.campaigns[CAMPAIGN.encode()]
    ids = [f"{number:024x}" for number in range(size)]
    keys = [app.accounts.authenticate(*_AUTHORIZATION)]
    known = {id_: replace(campaign, id=id_) for id_ in ids}
    app.accounts.set_built_in(known, [credential.key for credential in keys if credential])
    return app, [_request(id_) for id_ in random.sample(ids, min(size, _BATCH))]


def _accounts(size: int) -> tuple[Mock, list[Request]]:
    app = Mock(reload=False, max_accounts=size)
    keys = [account.keys.working.reveal() for account in (app.accounts.create() for _ in range(size))]
    some = random.sample(keys, min(size, _BATCH))
    return app, [_request(CAMPAIGN, (b"authorization", f"Bearer {key}".encode())) for key in some]


def _journal(size: int) -> tuple[Mock, list[Request]]:
    app = Mock(reload=False, journal_size=size)
    request = _request(CAMPAIGN)
    for _ in range(size):
        app.engine.answer(request)
    return app, [request]


def _start_seconds(size: int) -> float:
    with tempfile.TemporaryDirectory(prefix="migma-bench-") as name:
        place, port = Path(name), free_port()
        write_campaigns(place / "fixtures", size)
        command = [sys.executable, "-m", "migma_mock", "serve", "--quiet", "--port", str(port)]
        command += ["--fixtures", str(place / "fixtures")]
        with running(command, place, port=port, path=stats_path(CAMPAIGN), headers=KEY) as process:
            return process.start_seconds
