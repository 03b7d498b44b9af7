"""The socket server's front door and the FastAPI application give the same answers, byte for byte."""

import itertools

import pytest
from asking import ask
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_mock import Mock, create_app
from migma_mock.faults import FAULTS, parse_fault
from migma_mock.http.asgi import FrontDoor

KEY = "mgma_sk_test_local_development_0001"
KEYS = [None, f"Bearer {KEY}", f"ApiKey {KEY}", "Bearer x", "", "Bearer mgma_sk_test_local_revoked"]
PREFER = [None, "code=429", "code=404", "code=299", "example=66b2f0a1c4e5d60012a40102", "dynamic=true", "dynamic=maybe"]
ORIGINS = [None, "http://localhost:5173", "https://elsewhere.example"]
PATHS = [
    "/v1/campaigns/66b2f0a1c4e5d60012a40101/stats",
    "/v1/campaigns/66b2f0a1c4e5d60012a40504/stats",
    "/v1/campaigns/000000000000000000000000/stats",
    "/v1/campaigns/%2e%2e%2fkeys/stats",
    "/v1/campaigns/a%00b%ff/stats",
    "/v1/campaigns//stats",
    "/campaigns/66b2f0a1c4e5d60012a40101/stats",
    "/v1/campaigns/66b2f0a1c4e5d60012a40101/stats/",
    "/v1/contacts",
    "/docs/no-such-page",
    "/__mock__/no-such-page",
    "/openapi.json",
    "/__mock__/health",
    "/__mock__/faults",
]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "FOO"]


class Pair:
    """Two mocks with the same settings, one behind the front door and one behind FastAPI."""

    def __init__(self, **options):
        self.mocks = [Mock(reload=False, instance="pair", **options) for _ in range(2)]
        self.front, self.fastapi = FrontDoor(self.mocks[0]), create_app(self.mocks[1])

    def arm(self, document):
        """Arm a fault in both, and no other."""
        for mock in self.mocks:
            mock.accounts.built_in.state.faults.clear()
            mock.accounts.built_in.state.faults.arm(parse_fault(document, "fault", mock.contract))

    def answers(self, method, target, headers):
        """Return the answers of both to one request."""
        raw_headers = [(b"host", b"127.0.0.1:4010"), *headers]
        return [ask(app, target, method, raw_headers=[*raw_headers]) for app in (self.front, self.fastapi)]


def headers_of(key, prefer, origin):
    pairs = (("authorization", key), ("prefer", prefer), ("origin", origin))
    return [(name.encode(), value.encode("latin-1")) for name, value in pairs if value is not None]


@pytest.fixture(scope="module")
def pair():
    return Pair()


@pytest.fixture(scope="module")
def faulty_pair():
    return Pair()


@pytest.mark.parametrize("method", METHODS)
def test_every_path_with_every_key_has_one_answer(pair, method):
    """Some hundred combinations: 14 paths with 6 keys for each method."""
    for path, key in itertools.product(PATHS, KEYS):
        front, fastapi = pair.answers(method, path, headers_of(key, None, None))
        assert front == fastapi, (method, path, key)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_preferences_and_origins_make_no_difference(pair, method):
    for path, prefer, origin in itertools.product(PATHS[:3], PREFER, ORIGINS):
        preflight = [(b"access-control-request-method", b"GET")] if method == "OPTIONS" else []
        front, fastapi = pair.answers(method, path, headers_of(KEYS[1], prefer, origin) + preflight)
        assert front == fastapi, (method, path, prefer, origin)


@settings(max_examples=100)
@given(
    st.sampled_from(METHODS),
    st.text(st.characters(max_codepoint=255, exclude_characters="?# "), max_size=40).map(lambda text: f"/{text}"),
    st.booleans(),
)
def test_no_path_at_all_makes_a_difference(pair, method, path, is_stats):
    target = f"/v1/campaigns{path}/stats" if is_stats else path
    front, fastapi = pair.answers(method, target, headers_of(KEYS[1], None, None))
    assert front == fastapi


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_faults_make_no_difference(faulty_pair, kind, method):
    document = {**FAULTS[kind].example, "probability": 1.0}
    for name in ("seconds", "delay"):
        if name in document:
            document[name] = 0.01
    faulty_pair.arm(document)
    front, fastapi = faulty_pair.answers(method, PATHS[0], headers_of(KEYS[1], None, None))
    assert front == fastapi


def test_both_record_the_same_requests(pair):
    for path in PATHS:
        pair.answers("GET", path, headers_of(KEYS[1], None, None))
    front, fastapi = ([*map(canonical, mock.accounts.built_in.state.journal.entries)] for mock in pair.mocks)
    assert front
    assert front == fastapi


def canonical(entry):
    return entry.method, entry.path, entry.status, entry.matched_by
