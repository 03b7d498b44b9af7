"""The mock as a test double, seen by the tests and the clients that use it."""

import json
import re
import socket
from importlib.metadata import entry_points
from typing import NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx
import pytest

from migma_mock import pytest_plugin
from migma_mock.faults import FAULTS

# What a run of pytest within this process is first to load is forgotten after it; httpx would keep the forgotten one.
_LOADED = (httpcore,)

_ASK = """
import httpx

def ask(handle, campaign_id="a", key=None):
    headers = {"Authorization": f"Bearer {key or handle.api_key}"}
    return httpx.get(handle.stats_url(campaign_id), headers=headers).status_code
"""
_QUIET = "[pytest]\nfilterwarnings = error\n"
_QUICK = {"delay": {"seconds": 0.05, "distribution": None, "seed": 0}, "drip": {"seconds": 0.1}}


class Heard(NamedTuple):
    """What came over a connection: all bytes, and how it ended (``FIN``, ``RST`` or ``silence``)."""

    data: bytes
    ending: str

    @property
    def status(self):
        """Of the first answer."""
        return int(re.match(rb"HTTP/1\.1 (\d{3}) ", self.data)[1])

    @property
    def headers(self):
        """Of the first answer."""
        _, *lines = self.data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        return dict(line.split(": ", 1) for line in lines)

    @property
    def body(self):
        """All after the first head."""
        return self.data.partition(b"\r\n\r\n")[2]


def _request(handle, method="GET", *, close=False):
    target = handle.stats_url(handle.example_id).removeprefix(handle.base_url)
    last = "Connection: close\r\n" if close else ""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {handle.api_key}\r\n{last}\r\n".encode()


def _hear(handle, *methods, patience=10.0):
    """Sends requests at once over one connection, and hears it to its end or until nothing came for so long."""
    address = urlsplit(handle.base_url)
    *first, last = methods or ("GET",)
    data = b""
    with socket.create_connection((address.hostname, address.port), timeout=patience) as connection:
        connection.sendall(b"".join(_request(handle, method) for method in first) + _request(handle, last, close=True))
        try:
            while chunk := connection.recv(65536):
                data += chunk
        except ConnectionResetError:
            return Heard(data, "RST")
        except TimeoutError:
            return Heard(data, "silence")
    return Heard(data, "FIN")


@pytest.fixture(scope="session")
def hear():
    """Asks byte by byte over a plain socket: ``hear(handle, "HEAD", "GET")``."""
    return _hear


@pytest.fixture(scope="session")
def quick_faults():
    """Every fault as its example in the catalogue has it, but for any reply and quick."""
    loose = {kind: dict(entry.example) | _QUICK.get(kind, {}) for kind, entry in FAULTS.items()}
    return {
        kind: {name: value for name, value in example.items() if name not in ("kind", "campaign", "probability")}
        for kind, example in loose.items()
    }


class Outcome(NamedTuple):
    """What httpx made of an answer: a response, or the error's type and message."""

    status: int | None = None
    headers: dict[str, str] | None = None
    body: bytes | None = None
    error: str | None = None
    message: str | None = None

    @property
    def not_json(self):
        """The error that reading the body as JSON ends in; None if it does not."""
        try:
            json.loads(self.body)
        except ValueError as error:
            return type(error).__name__
        return None

    @classmethod
    def of(cls, response):
        """A response; its date does not count."""
        headers = {name: value for name, value in response.headers.items() if name != "date"}
        return cls(response.status_code, headers, response.content)

    @classmethod
    def broken(cls, error):
        """No response."""
        return cls(error=type(error).__name__, message=str(error))


@pytest.fixture(scope="session")
def outcome():
    """What a synchronous httpx client makes of the example campaign of an account."""

    def ask(handle, method="GET", *, patience=5.0, transport=None):
        with httpx.Client(transport=transport, timeout=patience) as client:
            try:
                response = client.request(method, handle.stats_url(handle.example_id), headers=handle.headers)
            except httpx.TransportError as error:
                return Outcome.broken(error)
            return Outcome.of(response)

    return ask


@pytest.fixture(scope="session")
def outcome_async():
    """The same of an asynchronous client."""

    async def ask(handle, method="GET", *, patience=5.0, transport=None):
        async with httpx.AsyncClient(transport=transport, timeout=patience) as client:
            try:
                response = await client.request(method, handle.stats_url(handle.example_id), headers=handle.headers)
            except httpx.TransportError as error:
                return Outcome.broken(error)
            return Outcome.of(response)

    return ask


@pytest.fixture(scope="session")
def plugin_arguments():
    """What a pytest run needs to have the plugin: nothing where the project is installed."""
    installed = any(each.value == pytest_plugin.__name__ for each in entry_points(group="pytest11"))
    return [] if installed else ["-p", pytest_plugin.__name__]


@pytest.fixture
def account(migma_mock_server):
    """Makes accounts, and forgets them after the test."""
    made = []

    def make(**options):
        made.append(migma_mock_server.new_account(**options))
        return made[-1]

    yield make
    for each in made:
        migma_mock_server.delete_account(each)


@pytest.fixture
def run(pytester, plugin_arguments, monkeypatch):
    """Runs pytest on a test module, in this process; warnings are errors."""
    monkeypatch.delenv("CI", raising=False)  # there, summaries repeat what has been said
    pytester.makepyfile(ask=_ASK)
    pytester.syspathinsert()

    def start(module, *arguments, ini=_QUIET, toml=None, method=pytester.runpytest_inprocess):
        pytester.makeini(ini) if toml is None else pytester.makepyprojecttoml(toml)
        pytester.makepyfile(test_client=f"import pytest\nfrom ask import ask\n{module}")
        return method(*plugin_arguments, "-p", "no:cacheprovider", *arguments)

    return start


_VARIANTS = {"wrong-content-length, too large": ("wrong-content-length", {"delta": 10})}


@pytest.fixture(scope="session")
def kind_and_members(quick_faults):
    """The kind and members of a fault, or of a variant of one, by its name."""
    return lambda name: _VARIANTS.get(name) or (name, quick_faults[name])


@pytest.fixture
def armed(account, kind_and_members):
    """An account on which a fault, or a variant of one, is armed."""

    def arm(name):
        kind, members = kind_and_members(name)
        handle = account()
        handle.fault(kind, **members)
        return handle

    return arm


@pytest.fixture(scope="session")
def plain(migma_mock_server, hear):
    """The answer without any fault."""
    heard = hear(migma_mock_server.new_account())
    assert (heard.status, heard.ending) == (200, "FIN")
    return heard


@pytest.fixture(scope="session")
def drifted():
    """What each drift fault makes of stats."""

    def drift(stats):
        renamed = {("open_rate" if name == "openRate" else name): value for name, value in stats.items()}
        dropped = {name: value for name, value in stats.items() if name != "totalDelivered"}
        percent = {name: round(stats[name] * 100, 6) for name in ("openRate", "clickRate")}
        return {
            "drop-field": dropped,
            "rename-field": renamed,
            "retype-field": stats | {"openRate": json.dumps(stats["openRate"])},
            "null-field": stats | {"lastUpdated": None},
            "unknown-field": stats | {"spamReports": 3},
            "percent-rates": stats | percent,
            "undocumented-status": stats,
        }

    return drift
