"""The pytest plugin: ``migma_mock`` (one server a worker, one account a test) and ``migma_transport``.

Nothing heavy is imported before a test asks for one of them, or an ini option is there to be judged, since pytest
loads plugins always.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from migma_mock.mock import Mock
    from migma_mock.server import MockServer
    from migma_mock.testing.account_handle import Handle
    from migma_mock.testing.httpx_transport import MockTransport

_INI: Mapping[str, tuple[Literal["string", "int", "bool"], str]] = {
    "fixtures": ("string", "folder of your own fixtures, relative to the rootdir"),
    "builtin": ("bool", "serve the built-in fixtures too (default: true)"),
    "contract": ("string", "OpenAPI document to follow, relative to the rootdir"),
    "seed": ("int", "seed of generated campaigns"),
    "unknown_id": ("string", "what an id without a campaign gets: not-found or generate"),
    "profile": ("string", "what generated campaigns look like: realistic, edge or schema"),
    "metadata": ("bool", "add metadata to envelopes"),
}
"""Settings that a test run may want; a test holds the names to :class:`migma_mock.settings.Settings`."""

_STRICT = "migma_mock_strict"

_MARKER = "migma_mock(empty=False, plan='unlimited', key_seed=None, start=None, strict=None)"
_MARKED = ("empty", "plan", "key_seed", "start", "strict")

_app = pytest.StashKey["Mock"]()
_handle = pytest.StashKey["Handle"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, (kind, text) in _INI.items():
        parser.addini(f"migma_mock_{name}", f"migma-mock: {text}", type=kind, default=None)
    parser.addini(_STRICT, "migma-mock: unexpected requests fail the test", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", f"{_MARKER}: how the account of this test begins, and how it is judged.")


# Last, since Hypothesis, which generated campaigns are drawn with, is not to be used before its own plugin has started.
@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Judge the ini options, by making the mock that they ask for.

    Raises:
        pytest.UsageError: One has a value that it cannot have.
    """
    _ini(session.config, _STRICT)
    options = _options(session.config)
    if options:
        from migma_contract.errors import InputError

        try:
            session.config.stash[_app] = _create_app(options)
        except InputError as error:
            raise pytest.UsageError(f"migma_mock: {error}") from None


@pytest.fixture(scope="session")
def _migma_mock_app(pytestconfig: pytest.Config) -> "Mock":
    """What every test of a worker asks, be it over a socket or not."""
    from migma_contract.errors import InputError

    if _app in pytestconfig.stash:
        return pytestconfig.stash[_app]
    try:
        return _create_app({})
    except InputError as error:
        pytest.fail(f"migma_mock: {error}", pytrace=False)


@pytest.fixture(scope="session")
def migma_mock_server(_migma_mock_app: "Mock") -> Iterator["MockServer"]:
    """One server for each worker, on a free port. Tests want :func:`migma_mock`, an account of their own on it."""
    from migma_mock.server import MockServer

    with MockServer(mock=_migma_mock_app) as server:
        yield server


@pytest.fixture
def migma_mock(request: pytest.FixtureRequest, _migma_mock_app: "Mock") -> Iterator["Handle"]:
    """An account of the mock for this test alone: campaigns, clock, faults, quota and journal.

    The server is started when a URL of it is first asked for, so that tests without a socket need none.
    """
    from migma_contract.errors import ArgumentError
    from migma_mock.testing.mock_handle import BuiltIn

    options = _marked(request.node)
    strict = options.pop("strict", None)
    accounts = _migma_mock_app.accounts
    before = list(accounts.unknown_key_requests.unexpected_requests)
    mock = BuiltIn(_migma_mock_app, lambda: request.getfixturevalue("migma_mock_server").base_url)
    try:
        handle = mock.new_account(request.node.nodeid, **options)
    except ArgumentError as error:
        pytest.fail(f"the marker migma_mock: {error}", pytrace=False)
    request.node.stash[_handle] = handle
    yield handle
    mock.delete_account(handle)
    if request.config.getini(_STRICT) if strict is None else strict:
        # Not the journals themselves, which a test may have emptied on its way.
        unknown_key_requests = (
            each
            for each in accounts.unknown_key_requests.unexpected_requests
            if not any(each is known for known in before)
        )
        unexpected_requests = [*handle.account.state.journal.unexpected_requests, *unknown_key_requests]
        if unexpected_requests:
            listed = "\n".join(f"  {entry!r}" for entry in unexpected_requests)
            pytest.fail(f"requests that no test expects (migma_mock strict mode):\n{listed}", pytrace=False)


@pytest.fixture
def migma_transport(migma_mock: "Handle") -> "MockTransport":
    """An httpx transport, synchronous and asynchronous, into the same account without a socket."""
    from migma_mock.testing.httpx_transport import MockTransport

    return MockTransport(migma_mock.app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show what the client asked when a test fails; after its last report, let go of the account."""
    report = yield
    handle = item.stash.get(_handle, None)
    if handle is not None:
        if report.failed:
            report.sections.append(("migma_mock: what was asked, and answered", handle.journal_text()))
        if call.when == "teardown":
            del item.stash[_handle]
    return report


def _create_app(options: Mapping[str, Any]) -> "Mock":
    from migma_mock.mock import Mock

    return Mock(reload=False, port=0, **options)


def _ini(config: pytest.Config, name: str) -> Any:
    try:
        return config.getini(name)
    except (pytest.UsageError, TypeError, ValueError) as error:
        why = str(error).replace("invalid literal for int() with base 10:", "expected a whole number, got")
        raise pytest.UsageError(f"the ini option {name}: {why}") from None


def _options(config: pytest.Config) -> dict[str, Any]:
    """Settings by name, as far as ini options say them."""
    given = {name: _ini(config, f"migma_mock_{name}") for name in _INI}
    options = {name: value for name, value in given.items() if value is not None}
    paths = {name: config.rootpath / options[name] for name in ("fixtures", "contract") if name in options}
    return options | paths


def _marked(node: pytest.Item) -> dict[str, Any]:
    """What the markers of a test say, its own before its class's and module's."""
    options: dict[str, Any] = {}
    for mark in node.iter_markers("migma_mock"):
        unknown = [*map(repr, mark.args), *(name for name in mark.kwargs if name not in _MARKED)]
        if unknown:
            pytest.fail(f"the marker is {_MARKER}, and has no {', '.join(unknown)}", pytrace=False)
        options = dict(mark.kwargs) | options
    return options
