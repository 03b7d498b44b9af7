"""The pytest plugin: ``migma_mock`` (one server a worker, one account a test) and ``migma_transport``.

Nothing heavy is imported before a test asks for one of them, since pytest loads plugins always.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.handle import Handle
    from mock_server.server import MockServer
    from mock_server.transport import MockTransport

_INI = {
    "fixtures": "folder of your own fixtures, relative to the rootdir",
    "builtin": "serve the built-in fixtures too: true or false",
    "contract": "OpenAPI document to follow, relative to the rootdir",
    "seed": "seed of generated campaigns",
    "unknown_id": "what an id without a campaign gets: not-found or generate",
    "profile": "what generated campaigns look like: realistic, edge or schema",
    "metadata": "add metadata to envelopes: true or false",
}
"""Settings that a test run may want; a test holds the names to :class:`mock_server.settings.Settings`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, text in _INI.items():
        parser.addini(f"migma_mock_{name}", f"migma-mock: {text}")
    parser.addini("migma_mock_strict", "migma-mock: unexpected requests fail the test", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "migma_mock(empty=False, plan='unlimited', strict=None): how the account of this test begins.",
    )


@pytest.fixture(scope="session")
def migma_mock_server(pytestconfig: pytest.Config) -> Iterator["MockServer"]:
    """One server for each worker, on a free port. Tests want :func:`migma_mock`, an account of their own on it."""
    from mock_server.server import MockServer

    options: dict[str, Any] = {name: pytestconfig.getini(f"migma_mock_{name}") or None for name in _INI}
    for name in ("fixtures", "contract"):
        if options[name]:
            options[name] = pytestconfig.rootpath / options[name]
    with MockServer(reload=False, **options) as server:
        yield server


@pytest.fixture
def migma_mock(request: pytest.FixtureRequest, migma_mock_server: "MockServer") -> Iterator["Handle"]:
    """An account of the mock for this test alone: campaigns, clock, faults, quota and journal."""
    marker = request.node.get_closest_marker("migma_mock")
    options = dict(marker.kwargs) if marker else {}
    strict = options.pop("strict", None)
    unclaimed = migma_mock_server.app.accounts.unclaimed
    before = unclaimed.recorded
    handle = migma_mock_server.new_account(request.node.nodeid, **options)
    yield handle
    migma_mock_server.app.on_loop(lambda: migma_mock_server.app.accounts.delete(handle.account.id))
    if request.config.getini("migma_mock_strict") if strict is None else strict:
        surprises = handle.unexpected + unclaimed.newest(unclaimed.recorded - before)[::-1]
        if surprises:
            listed = "\n".join(f"  {entry!r}" for entry in surprises)
            pytest.fail(f"requests that no test expects (migma_mock strict mode):\n{listed}", pytrace=False)


@pytest.fixture
def migma_transport(migma_mock: "Handle") -> "MockTransport":
    """An httpx transport, synchronous and asynchronous, into the same account without a socket."""
    from mock_server.transport import MockTransport

    return MockTransport(migma_mock.app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show what the client asked when a test fails."""
    report = yield
    handle = getattr(item, "funcargs", {}).get("migma_mock")
    if report.when == "call" and report.failed and handle is not None:
        report.sections.append(("migma_mock: what was asked, and answered", handle.journal_text()))
    return report
