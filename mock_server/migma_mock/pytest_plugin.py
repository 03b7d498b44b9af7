"""The pytest plugin.

Fixtures:
    ``migma_mock``: a :class:`migma_mock.MigmaMock` with an account for this test alone.
    ``migma_transport``: an httpx transport into the same account, without a socket.
    ``migma_mock_server``: the :class:`migma_mock.MockServer` of the session; each worker of xdist has one.

The marker ``migma_mock`` says how the account starts; ini options ``migma_mock_*`` say how the mock behaves.

pytest loads every installed plugin, so this one and its parts import nothing but pytest until a collected test uses a
fixture.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pytest

from migma_mock.pytest_faults import ExpectedFaults
from migma_mock.pytest_marker import MARKER, account_options, is_on, require_valid_markers

if TYPE_CHECKING:
    from migma_mock import MigmaMock, Mock, MockServer, MockTransport
    from migma_mock.pytest_session import PytestSession

_INI: Mapping[str, tuple[Literal["string", "int", "bool"], str]] = {
    "tls": ("bool", "speak HTTPS; migma_mock.ca_file is the file that clients have to trust (default: false)"),
    "fixtures": ("string", "folders of your own fixtures, separated as in PATH, relative to the rootdir"),
    "builtin": ("bool", "serve the built-in fixtures too (default: true)"),
    "contract": ("string", "OpenAPI document to follow: a file, relative to the rootdir, or a URL"),
    "rates": ("string", "unit of openRate and clickRate: fraction or percent"),
    "seed": ("int", "seed of generated campaigns"),
    "unknown_id": ("string", "reply for an id without a campaign: not-found or generate"),
    "profile": ("string", "kind of generated campaigns: realistic, edge or schema"),
    "metadata": ("bool", "add metadata to envelopes"),
}
"""Settings that are ini options; a test compares the names with :class:`migma_mock.settings.Settings`."""

_STRICT = "migma_mock_strict"
_EXPECT_USED = "migma_mock_expect_used"

_NO_CONFIG = "session_server(config): expected the config that pytest_configure gets, got {!r}"

_session = pytest.StashKey["PytestSession"]()
_armed = pytest.StashKey[ExpectedFaults]()
_account_id = pytest.StashKey[str]()
_has_failed = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, (kind, text) in _INI.items():
        parser.addini(f"migma_mock_{name}", f"migma-mock: {text}", type=kind, default=None)
    parser.addini(_STRICT, "migma-mock: unexpected requests fail the test", type="bool", default=False)
    parser.addini(_EXPECT_USED, "migma-mock: faults that are not used up fail the test", type="bool", default=False)


@pytest.hookimpl(tryfirst=True)  # before a conftest.py arms anything
def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and watch what is armed."""
    config.addinivalue_line("markers", f"{MARKER}: how the account of this test starts, and what fails it at its end.")
    config.stash[_armed] = ExpectedFaults(lambda node: is_on(node, "expect_used", _EXPECT_USED))
    config.pluginmanager.register(config.stash[_armed])


def pytest_sessionstart(session: pytest.Session) -> None:
    """Check the types of the ini options, whether or not a test uses the mock.

    Raises:
        pytest.UsageError: An ini option has a value of another type.
    """
    _ini(session.config, _STRICT)
    _ini(session.config, _EXPECT_USED)
    _options(session.config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Create the mock that the ini options describe, if a collected test uses it.

    Raises:
        pytest.UsageError: An ini option has a value that it cannot have.
    """
    if hasattr(session.config, "workerinput"):
        return  # a worker of xdist cannot end the session; its tests fail with the reason
    options = _options(session.config)
    if options and any("_migma_mock_session" in getattr(item, "fixturenames", ()) for item in session.items):
        _session_of(session.config)


def session_server(config: pytest.Config) -> "MockServer":
    """Return the mock server of this session, which starts at the first call; ``migma_mock_server`` returns the same.

    For clients that read their URL when they are imported: call it in ``pytest_configure`` of a ``conftest.py``.

    Raises:
        pytest.UsageError: An ini option has a value that it cannot have, or this is not the config of pytest.
    """
    __tracebackhide__ = True
    if not isinstance(config, pytest.Config):
        raise pytest.UsageError(_NO_CONFIG.format(config))
    return _session_of(config).server()


@pytest.fixture(scope="session")
def _migma_mock_session(pytestconfig: pytest.Config) -> "PytestSession":
    """The mock of all tests in this process, with and without a socket."""
    reason = ""
    try:
        session = _session_of(pytestconfig)
    except pytest.UsageError as error:
        reason = str(error)
    if reason:  # not above, where pytest would show the error too
        pytest.fail(reason, pytrace=False)
    session.begin()
    return session


@pytest.fixture(scope="session")
def migma_mock_server(_migma_mock_session: "PytestSession") -> "MockServer":
    """The mock server of this process, on a free port, with the built-in account; most tests use ``migma_mock``."""
    return _migma_mock_session.server()


@pytest.fixture
def migma_mock(request: pytest.FixtureRequest, _migma_mock_session: "PytestSession") -> Iterator["MigmaMock"]:
    """An account of the mock for this test alone: keys, campaigns, clock, faults and journal.

    The server starts when the test first asks for a URL, so tests without a socket need none.
    """
    from migma_contract.errors import ArgumentError
    from migma_contract.safe_output import printable
    from migma_mock.testing.account_handle import MigmaMock

    mock, reason = MigmaMock(_migma_mock_session.mock, base_url=_migma_mock_session.base_url), ""
    try:
        account = mock.new_account(request.node.nodeid, **account_options(request.node))
    except ArgumentError as error:
        reason = f"the marker {error}".replace("new_account(", "migma_mock(")
    if reason:  # not above, where pytest would show the error too
        pytest.fail(reason, pytrace=False)
    request.node.stash[_account_id] = account.account_id
    with account:
        yield account
        unused = account._unused_at_end()  # noqa: SLF001  # the same package
    if unused and not request.node.stash.get(_has_failed, False):
        pytest.fail(printable(unused), pytrace=False)


@pytest.fixture
def migma_transport(migma_mock: "MigmaMock") -> "MockTransport":
    """An httpx transport, synchronous and asynchronous, into the account of :func:`migma_mock` without a socket."""
    from migma_mock.testing.httpx_transport import MockTransport

    return MockTransport(migma_mock)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose marker is wrong, whether or not it uses the mock."""
    require_valid_markers(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Fail a test whose faults were not used up, and a strict one during which unexpected requests came to the mock."""
    result = yield
    told = [item.config.stash[_armed].unused(item, nextitem, has_failed=item.stash.get(_has_failed, False))]
    session = item.config.stash.get(_session, None)
    if session is not None and is_on(item, "strict", _STRICT):
        told.append(session.unexpected())
    if text := "\n".join(filter(None, told)):
        pytest.fail(text, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Add the requests to the report of a failing test; begin to count for the next one after the last report."""
    is_shown_whole = item.config.getoption("fulltrace")
    if call.excinfo is not None and "migma_contract.errors" in sys.modules and not is_shown_whole:
        from migma_mock.pytest_errors import end_at_test

        end_at_test(call.excinfo.value, call.excinfo.tb)
    report = yield
    session = item.config.stash.get(_session, None)
    if session is not None:
        if report.failed:
            item.stash[_has_failed] = True
            shows_built_in = "migma_mock_server" in getattr(item, "fixturenames", ())
            report.sections += session.sections(item.stash.get(_account_id, None), shows_built_in=shows_built_in)
        if call.when == "teardown":
            session.end_test()
    return report


def _session_of(config: pytest.Config) -> "PytestSession":
    """Return the session's mock, created at the first call.

    Raises:
        pytest.UsageError: An ini option has a value that it cannot have.
    """
    if _session not in config.stash:
        from migma_mock.http.asgi import prepare_for_freezegun
        from migma_mock.pytest_session import PytestSession

        prepare_for_freezegun()  # a test may ask for the server when the time is frozen already
        mock = _create_mock(_options(config))
        if isinstance(mock, str):
            raise pytest.UsageError(mock)
        session = config.stash[_session] = PytestSession(mock)
        config.add_cleanup(session.stop)
    return config.stash[_session]


def _create_mock(options: Mapping[str, Any]) -> "Mock | str":
    """Return the mock; or, as text, why it cannot be created: pytest would show an error with all that led to it."""
    from migma_contract.errors import InputError
    from migma_contract.extras import MissingExtraError
    from migma_mock.mock import Mock
    from migma_mock.option_names import options_named
    from migma_mock.settings import LOOPBACK, Settings

    # Given here, so that a variable such as MIGMA_MOCK_HOST does not open a test run to the network.
    try:
        with options_named(_name_of_option):
            mock = Mock(Settings.read_in_process(reload=False, host=LOOPBACK, port=0, **options))
            if mock.settings.uses_tls:
                from migma_mock.http.certificate import certificate_of

                certificate_of(mock.settings, LOOPBACK)  # the server would find out in a test that it is impossible
    except (InputError, MissingExtraError) as error:
        return f"migma_mock: {error}"
    return mock


def _name_of_option(setting: str) -> str:
    return f"migma_mock_{setting}" if setting in _INI else f"MIGMA_MOCK_{setting.upper()}"


def _ini(config: pytest.Config, name: str) -> Any:
    try:
        return config.getini(name)
    except (pytest.UsageError, TypeError, ValueError) as error:
        reason = str(error).replace("invalid literal for int() with base 10:", "expected a whole number, got")
        reason = reason.replace("invalid truth value", "expected true or false, got")
        raise pytest.UsageError(f"the ini option {name}: {reason}") from None


def _options(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that ini options give, by name."""
    given = {name: _ini(config, f"migma_mock_{name}") for name in _INI}
    options = {name: value for name, value in given.items() if value is not None}
    if "fixtures" in options:
        options["fixtures"] = [config.rootpath / folder for folder in options["fixtures"].split(os.pathsep) if folder]
    if "contract" in options and not _is_url(options["contract"]):
        options["contract"] = config.rootpath / options["contract"]
    return options


def _is_url(text: str) -> bool:
    return text.lower().startswith(("http:/", "https:/"))
