"""Ways to ask the mock, in process and as a process of its own; puts what these tests share where they import it."""

import json
import socket
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import schemathesis
from schemathesis import Config as SchemathesisConfig

from migma_contract.resources import fixtures_path
from migma_mock import MockServer, create_app
from migma_mock.campaigns.fixtures import load_fixtures
from migma_mock.generation import PROFILES, Generator

sys.path.insert(0, str(Path(__file__).parent))

import asking
from editing import editing
from mock_process import MockProcess


@pytest.fixture(scope="session")
def app():
    """The mock in process, on the built-in fixtures."""
    return create_app(reload=False)


@pytest.fixture(scope="module")
def mock():
    """The mock on a socket, on the built-in fixtures."""
    with MockServer(reload=False) as server:
        yield server


@pytest.fixture(scope="session")
def built_in(contract):
    """The built-in campaigns and keys, read anew."""
    return load_fixtures([fixtures_path()], contract)


@pytest.fixture(scope="module", params=PROFILES)
def profile(request):
    """Each profile of generated campaigns."""
    return request.param


@pytest.fixture(scope="session")
def generators(contract):
    """A generator of each profile."""
    return {profile: Generator(contract, seed=7, profile=profile) for profile in PROFILES}


@pytest.fixture(scope="session")
def fixed_campaigns(built_in):
    """Those that always answer the same: neither growing nor scripted."""
    return [each for each in built_in.campaigns.values() if each.growth is None and not each.script]


@pytest.fixture(scope="session")
def journalled():
    """Every request that is in the journals of a mock."""
    return lambda mock: [*mock.accounts.unknown_key_requests.entries, *mock.accounts.built_in.state.journal.entries]


@pytest.fixture(scope="session")
def ask():
    """Asks an ASGI application one thing, byte for byte: no client in between tidies the target or the headers."""
    return asking.ask


@pytest.fixture(scope="session")
def stats_path(contract):
    """The contract's path for a campaign id, as it stands in a URL."""
    return contract.operation.path.replace(f"{{{contract.operation.parameter}}}", "{}").format


@pytest.fixture(scope="session")
def assert_sound(contract):
    """Holds one answer to the contract, by our validators and by Schemathesis' own reading of the document."""
    config = SchemathesisConfig()
    operation = schemathesis.openapi.from_dict(json.loads(contract.raw), config=config)
    operation = operation[contract.operation.template][contract.operation.method]

    def judge(answer):
        if answer.status == 204:
            assert answer.body == b""  # OPTIONS, which HTTP has and the document does not speak of
            return None
        documented = contract.operation.response(answer.status)
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        assert ("x-mock-undocumented" in headers) is (documented is None)
        if documented is None:
            assert headers["x-mock-undocumented"] == str(answer.status)
        assert headers["content-type"] == "application/json"
        assert headers["content-length"] == str(len(answer.body))
        body = json.loads(answer.body)
        assert (documented or contract.operation.error).violations(body) == []
        # The profile "schema" draws what the contract admits, and that is a false success too.
        assert answer.status < 300 or body["success"] is False
        request = httpx.Request("GET", "http://mock.invalid/")
        response = httpx.Response(answer.status, headers=headers, content=answer.body, request=request)
        response.elapsed = timedelta()
        # It passes statuses that the document does not have in silence; the rest is asserted above.
        operation.validate_response(response)
        return body

    return judge


@pytest.fixture
def key(app):
    return app.state.mock.example_key


@pytest.fixture
def bearer(key):
    return f"Bearer {key}"


@pytest.fixture
def path(app, stats_path):
    """The path of a campaign that has stats."""
    return stats_path(app.state.mock.example_id)


@pytest.fixture
def stats(app, ask, path, bearer, assert_sound):
    """Return the answer of the stats path to a valid key and other headers, checked against the contract."""

    def get(target=path, of=app, **headers):
        answer = ask(of, target, **({"authorization": bearer} | headers))
        assert_sound(answer)
        return answer

    return get


@pytest.fixture
def fixture_folder(tmp_path):
    """An empty folder for fixture files."""
    path = tmp_path / "fixtures"
    path.mkdir()
    return path


@pytest.fixture
def write_fixture(fixture_folder):
    """Writes a document (or bytes) as a file of the folder, and returns its path."""

    def write(name, content):
        path = fixture_folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


@pytest.fixture
def refused(command, fixture_folder):
    """Starts a mock on the folder (or another), which is to end with 2; what it says on standard error."""

    def start(folder=fixture_folder):
        outcome = command("serve", "--port", 0, "--fixtures", folder)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("migma-mock: the fixtures cannot be used")
        return outcome.err

    return start


@pytest.fixture(scope="session")
def answering():
    """A server of another kind, which answers one request with such bytes: a context that gives its port."""

    @contextmanager
    def answer_once(reply):
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def answer():
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(reply)

            # It does not keep a failing test waiting that never asks.
            threading.Thread(target=answer, daemon=True).start()
            yield listener.getsockname()[1]

    return answer_once


@pytest.fixture
def serve(tmp_path):
    """Starts ``migma-mock serve`` in an empty folder; returns when it is ready, and kills it after the test."""
    running = []

    def start(*arguments, **options):
        running.append(MockProcess(*arguments, **{"cwd": tmp_path} | options))
        running[-1].wait_until_ready()
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


@pytest.fixture
def editor(tmp_path):
    """A running mock with a folder of fixtures that can be edited."""
    with editing(tmp_path / "own") as shown:
        yield shown
