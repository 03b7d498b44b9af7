"""Random requests to the control API: every one is answered, none with a 500, and the mock stays as it is."""

import json

import pytest
from asking import ask
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_mock import create_app

pytestmark = pytest.mark.attack("hostile-input")

FEW_OR_MANY = pytest.mark.parametrize("examples", [200, pytest.param(5_000, marks=pytest.mark.long)])
NEWSLETTER = "66b2f0a1c4e5d60012a40101"

# The streams do not end, so this client would wait for them.
STREAMS = ("events",)
names = st.one_of(
    st.sampled_from(["built-in", NEWSLETTER, "x", "..", ".", "%2f", "%00", "%ff", "%0a", "a" * 300, "-1", "fault-1"]),
    st.text(st.characters(max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=12).map(
        lambda text: "".join(f"%{byte:02x}" for byte in text.encode())
    ),
)
texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["", NEWSLETTER, "2026-01-01T00:00:00Z", "-2h", "1e999", "\ud800"])
)
numbers = st.one_of(
    st.integers(-(10**25), 10**25),
    st.floats(),
    st.sampled_from([0, -1, 2**53, 2**63, 1e308, float("nan"), float("inf"), 503]),
)
leaves = st.one_of(st.none(), st.booleans(), numbers, texts)


def objects(fields):
    """Return documents whose names are mostly those of a route."""
    field_names = st.one_of(st.sampled_from(fields), st.text(max_size=8))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(field_names, inner, max_size=6)),
        max_leaves=12,
    )


@pytest.fixture(scope="module")
def app():
    return create_app(reload=False, max_accounts=20)


@pytest.fixture(scope="module")
def routes(app):
    """The method and path of each route but the streams."""
    paths = app.openapi()["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item if not path.endswith(STREAMS)]


@pytest.fixture(scope="module")
def fields(app):
    """The names of all fields that bodies and replies have, and kinds of faults."""
    schemas = app.openapi()["components"]["schemas"].values()
    kinds = [
        each["properties"]["kind"]["const"] for each in schemas if "const" in each.get("properties", {}).get("kind", {})
    ]
    return sorted({name for schema in schemas for name in schema.get("properties", {})} | set(kinds))


def send(app, method, target, body, headers):
    """Send one request with a body and return the response."""

    async def with_body(scope, receive, send):
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive_body():
            return next(messages, None) or await receive()

        await app(scope, receive_body, send)

    return ask(with_body, target, method, raw_headers=[(b"host", b"localhost"), *headers])


@FEW_OR_MANY
def test_no_request_to_the_control_api_is_answered_with_500(app, routes, fields, capfd, examples):
    documents = objects(fields)
    bodies = st.one_of(
        documents.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
        st.binary(max_size=40),
        st.sampled_from(
            [b"", b"{", b'{"a": 1, "a": 2}', b"[" * 2000, b'{"kind": "status", "status": 503}', b"\xef\xbb\xbf{}"]
        ),
    )
    queries = st.lists(
        st.tuples(st.sampled_from(["limit", "last", "status", "campaign", "canonical", "x"]), names), max_size=3
    ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
    headers = st.lists(
        st.tuples(
            st.sampled_from([b"content-type", b"accept", b"origin", b"x-mock-token", b"authorization", b"if-match"]),
            st.one_of(
                st.sampled_from(
                    [b"application/json", b"text/plain", b"http://localhost:3000", b"Bearer x", b"Basic !"]
                ),
                st.binary(max_size=12),
            ),
        ),
        max_size=3,
    )
    any_method = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"])

    @settings(max_examples=examples)
    @given(st.data())
    def holds(data):
        method, path = data.draw(st.sampled_from(routes), label="route")
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + data.draw(st.one_of(st.just("built-in"), names)) + rest.partition("}")[2]
        if data.draw(st.integers(0, 9)) == 0:
            path, method = path + "/" + data.draw(names), data.draw(any_method)
        if path.endswith(STREAMS):
            return
        sent = [(b"content-type", b"application/json")] if data.draw(st.integers(0, 3)) else data.draw(headers)
        query = data.draw(queries)
        answer = send(app, method, f"{path}?{query}" if query else path, data.draw(bodies), sent)
        assert answer.status < 500 or answer.status == 507, (method, path, answer)
        assert b"Traceback" not in answer.body
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.status >= 400 and answer.body:
            assert json.loads(answer.body)["success"] is False

    holds()
    assert send(app, "GET", "/__mock__/health", b"", []).status == 200
    assert "Traceback" not in capfd.readouterr().err
