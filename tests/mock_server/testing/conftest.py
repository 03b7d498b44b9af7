"""Helpers for tests of the mock as a test double: ways to send requests to it, and runs of pytest with its plugin."""

import json
import re
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx
import pytest

import migma_mock.http.application
import migma_mock.server
import migma_mock.testing.httpx_transport
from migma_mock import MigmaMock, MockTransport, pytest_plugin
from migma_mock.faults import FAULTS
from migma_mock.testing.arguments import to_argument

# pytester unloads what a run within this process is the first to import; each run would import it again.
_IMPORTED_ONCE = (httpcore, migma_mock.http.application, migma_mock.server, migma_mock.testing.httpx_transport)

_PLUGIN = ("-p", pytest_plugin.__name__, "-p", "no:cacheprovider")
"""Arguments of pytest: of the installed plugins only ours is loaded, since the others take seconds."""

_ASK = """
import httpx

def ask(mock, campaign_id="a", key=None):
    headers = {"Authorization": f"Bearer {key or mock.api_key}"}
    return httpx.get(mock.stats_url(campaign_id), headers=headers).status_code
"""
_QUIET = "[pytest]\nfilterwarnings = error\n"
_QUICK = {"delay": {"seconds": 0.05, "distribution": None, "seed": 0}, "drip": {"seconds": 0.1}}


class Heard(NamedTuple):
    """The bytes received over a connection, and how it ended (``FIN``, ``RST`` or ``silence``)."""

    data: bytes
    ending: str

    @property
    def status(self):
        """The status of the first response."""
        return int(re.match(rb"HTTP/1\.1 (\d{3}) ", self.data)[1])

    @property
    def headers(self):
        """The headers of the first response."""
        _, *lines = self.data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        return dict(line.split(": ", 1) for line in lines)

    @property
    def body(self):
        """Everything after the first head."""
        return self.data.partition(b"\r\n\r\n")[2]


def _request(handle, method="GET", *, close=False):
    target = handle.stats_url(handle.example_id).removeprefix(handle.base_url)
    last = "Connection: close\r\n" if close else ""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {handle.api_key}\r\n{last}\r\n".encode()


def _hear(handle, *methods, patience=60.0):
    """Send requests at once over one connection, and read until it ends or nothing comes for ``patience`` seconds."""
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
    """Send requests over a plain socket and return the raw bytes: ``hear(mock, "HEAD", "GET")``."""
    return _hear


@pytest.fixture(scope="session")
def quick_faults():
    """The arguments of every fault, from its example in the catalogue, but for any reply and quick."""
    loose = {kind: dict(entry.example) | _QUICK.get(kind, {}) for kind, entry in FAULTS.items()}
    return {
        kind: {
            to_argument(name): value
            for name, value in example.items()
            if name not in ("kind", "campaign", "probability")
        }
        for kind, example in loose.items()
    }


class Outcome(NamedTuple):
    """The result of a request in httpx: a response, or the error's type and message."""

    status: int | None = None
    headers: dict[str, str] | None = None
    body: bytes | None = None
    error: str | None = None
    message: str | None = None

    @property
    def not_json(self):
        """The name of the error that parsing the body as JSON raises; None if it is JSON."""
        try:
            json.loads(self.body)
        except ValueError as error:
            return type(error).__name__
        return None

    @classmethod
    def of(cls, response):
        """Return the outcome of a response, without its date."""
        headers = {name: value for name, value in response.headers.items() if name != "date"}
        return cls(response.status_code, headers, response.content)

    @classmethod
    def broken(cls, error):
        """Return the outcome of a request without a response."""
        return cls(error=type(error).__name__, message=str(error))


@pytest.fixture(scope="session")
def outcome():
    """Request the example campaign of an account with a synchronous client of httpx."""

    def ask(handle, method="GET", *, patience=60.0, transport=None):
        with httpx.Client(transport=transport, timeout=patience) as client:
            try:
                response = client.request(method, handle.stats_url(handle.example_id), headers=handle.auth_headers)
            except httpx.TransportError as error:
                return Outcome.broken(error)
            return Outcome.of(response)

    return ask


@pytest.fixture(scope="session")
def outcome_async():
    """Do the same with an asynchronous client."""

    async def ask(handle, method="GET", *, patience=60.0, transport=None):
        async with httpx.AsyncClient(transport=transport, timeout=patience) as client:
            try:
                response = await client.request(
                    method, handle.stats_url(handle.example_id), headers=handle.auth_headers
                )
            except httpx.TransportError as error:
                return Outcome.broken(error)
            return Outcome.of(response)

    return ask


@pytest.fixture
def plugin_arguments(monkeypatch):
    """The arguments with which pytest loads our plugin and no other installed one."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return _PLUGIN


def pytest_generate_tests(metafunc):
    """Run the tests of a module that has ``HOMES = ("here", "elsewhere")`` with handles of both kinds.

    A test that says so itself, ``parametrize("home", ["here"], indirect=True)``, runs as it says.
    """
    homes = getattr(metafunc.module, "HOMES", ())
    chosen = any(mark.args[0] == "home" for mark in metafunc.definition.iter_markers("parametrize"))
    if homes and "home" in metafunc.fixturenames and not chosen:
        metafunc.parametrize("home", homes, indirect=True)


@pytest.fixture
def home(request):
    """Where the mock of the handles runs: ``here``, in this process, or ``elsewhere``, behind its control API."""
    return getattr(request, "param", "here")


@pytest.fixture(scope="session")
def connected(migma_mock_server):
    """A handle of the session's mock as if it ran elsewhere."""
    return MigmaMock.connect(migma_mock_server.base_url)


@pytest.fixture
def root(home, request):
    """The handle of the built-in account of the session's mock."""
    return request.getfixturevalue("migma_mock_server" if home == "here" else "connected")


@pytest.fixture
def migma_mock(home, request, migma_mock):
    """The plugin's fixture, or the handle of an account of the same mock over its control API."""
    if home == "here":
        yield migma_mock
        return
    with request.getfixturevalue("connected").new_account() as account:
        yield account


@pytest.fixture
def migma_transport(home, request, migma_mock):
    """The plugin's fixture, for handles of both kinds: the key of a request says which account it belongs to."""
    return MockTransport(migma_mock if home == "here" else request.getfixturevalue("migma_mock_server"))


@pytest.fixture
def state_of(migma_mock_server):
    """Return the state of an account of the session's mock."""
    return lambda handle: migma_mock_server.mock.accounts.get(handle.account_id).state


@pytest.fixture
def account(root):
    """Create accounts, and delete them after the test."""
    made = []

    def make(**options):
        made.append(root.new_account(**options))
        return made[-1]

    yield make
    for each in made:
        root.delete_account(each)


@pytest.fixture
def run(pytester, plugin_arguments, monkeypatch):
    """Run pytest on a test module, in this process; warnings are errors."""
    monkeypatch.delenv("CI", raising=False)  # there, summaries repeat other lines
    pytester.makepyfile(ask=_ASK)
    pytester.syspathinsert()

    def start(module, *arguments, ini=_QUIET, toml=None, method=pytester.runpytest_inprocess):
        pytester.makeini(ini) if toml is None else pytester.makepyprojecttoml(toml)
        pytester.makepyfile(test_client=f"import pytest\nfrom ask import ask\n{module}")
        return method(*plugin_arguments, *arguments)

    return start


_VARIANTS = {"wrong-content-length, too large": ("wrong-content-length", {"delta": 10})}


@pytest.fixture(scope="session")
def kind_and_members(quick_faults):
    """Return the kind and arguments of a fault, or of a variant of one, by its name."""
    return lambda name: _VARIANTS.get(name) or (name, quick_faults[name])


@pytest.fixture
def armed(account, kind_and_members):
    """Create an account on which a fault, or a variant of one, is armed."""

    def arm(name):
        kind, members = kind_and_members(name)
        handle = account()
        handle.fault(kind, **members)
        return handle

    return arm


@pytest.fixture(scope="session")
def plain(migma_mock_server, hear):
    """The response without any fault."""
    heard = hear(migma_mock_server.new_account())
    assert (heard.status, heard.ending) == (200, "FIN")
    return heard


@pytest.fixture(scope="session")
def drifted():
    """Return the stats as each drift fault changes them."""

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
