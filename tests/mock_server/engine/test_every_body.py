"""Every response satisfies the contract, whatever the request, through the clients that test suites use."""

import asyncio
import io
import threading
import warnings
from contextlib import ExitStack
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from migma_mock import create_app
from migma_mock.http.access_log import AccessLog
from migma_mock.http.asgi import FrontDoor

BASE = "http://mock.invalid"

segments = st.one_of(
    st.sampled_from(
        ["v1", "campaigns", "stats", "", ".", "..", "%2f", "%00", "%ff", "abc", "0" * 24, "66b2f0a1c4e5d60012a40101"]
    ),
    st.binary(min_size=1, max_size=20).map(quote),
    st.text(min_size=1, max_size=20).map(lambda text: quote(text, safe="")),
)
targets = st.one_of(
    segments.map("/v1/campaigns/{}/stats".format),
    # Two slashes at the start would begin a host name for these clients.
    st.lists(segments, max_size=7).map(lambda parts: "/" + "/".join(parts).lstrip("/")),
).filter(lambda target: not target.lstrip("/").startswith(("docs", "openapi.json", "__mock__")) and target.strip("/."))
methods = st.sampled_from(["GET"] * 6 + ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "X-ODD"])
tokens = st.text(st.characters(max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=30)


@pytest.fixture(scope="module", params=["not-found", "generate"])
def mock(request):
    return create_app(reload=False, unknown_id=request.param, metadata=request.param == "generate")


def requests(built_in):
    """Requests with built-in keys and campaigns among them."""
    keys = [key.key.reveal() for key in built_in.keys]
    known = st.sampled_from(list(built_in.campaigns))
    ids = st.one_of(known, tokens)
    wishes = st.one_of(
        st.integers(0, 700).map("code={}".format),
        ids.map("example={}".format),
        st.sampled_from(["dynamic=true", "dynamic=false", "wait=0", "wait=soon"]),
        tokens,
    )
    headers = st.fixed_dictionaries(
        {"authorization": st.one_of(st.sampled_from([f"Bearer {key}" for key in keys]), tokens)},
        optional={
            "x-api-key": st.one_of(st.sampled_from(keys), tokens),
            "prefer": st.lists(wishes, max_size=3).map(", ".join),
            "origin": st.sampled_from(["http://localhost:3000", "https://example.com", "null"]),
            "access-control-request-method": st.just("GET"),
            "content-type": st.just("application/json"),
        },
    )
    any_target = st.one_of(targets, known.map("/v1/campaigns/{}/stats".format))
    return st.tuples(methods, any_target, headers)


def judge(response, assert_sound, method):
    event(f"status {response.status_code}")
    if response.url.path == "/":  # Clients resolve dots; the root is the mock's own.
        return
    if method == "HEAD":
        assert response.content == b""
        return
    assert_sound(SimpleNamespace(status=response.status_code, headers=response.headers, body=response.content))


def latin_1(headers):
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


FEW_OR_MANY = pytest.mark.parametrize("examples", [100, pytest.param(2_000, marks=pytest.mark.long)])


@FEW_OR_MANY
def test_through_httpx(mock, built_in, assert_sound, examples):
    """``httpx.ASGITransport``, for each way to treat unknown ids."""

    async def ask(method, target, headers):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(mock), base_url=BASE) as client:
            return await client.request(method, target, headers=latin_1(headers))

    @settings(max_examples=examples)
    @given(requests(built_in))
    def holds(request):
        method, target, headers = request
        judge(asyncio.run(ask(method, target, headers)), assert_sound, method)

    holds()


@pytest.fixture
def test_client():
    with warnings.catch_warnings():
        # Starlette would rather have httpx's successor beneath; what is shown here is that both work.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    with ExitStack() as clients:
        yield lambda app, **options: clients.enter_context(TestClient(app, **options))


@FEW_OR_MANY
def test_through_the_test_client_of_starlette(mock, built_in, assert_sound, test_client, examples):
    """With its lifespan running."""
    client = test_client(mock, follow_redirects=False)

    @settings(max_examples=examples)
    @given(requests(built_in))
    def holds(request):
        method, target, headers = request
        judge(client.request(method, target, headers=latin_1(headers)), assert_sound, method)

    holds()


def test_a_websocket_is_refused(mock, test_client):
    from starlette.websockets import WebSocketDisconnect

    client = test_client(mock)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/v1/campaigns/abc/stats"):
        pass


@pytest.mark.attack("secrets-in-records")
def test_keys_stay_out_of_log_and_journal(mock, journalled, capsys):
    """Whatever form a key comes in: the log shows method, path and verdict only, and a refused origin once, masked."""
    secret = "mgma_sk_live_do_not_show_this_0001"
    forms = [
        {"authorization": f"Bearer {secret}"},
        {"authorization": secret},
        {"x-api-key": secret},
        {"prefer": f"example={secret}"},
        {"cookie": f"key={secret}"},
        {"origin": f"http://{secret}.localhost"},
    ]

    async def ask_all():
        mock.state.mock.log = AccessLog()
        # The front door of the socket server logs the mock's own pages too.
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(FrontDoor(mock.state.mock)), base_url=BASE
        ) as client:
            for path in ("/v1/campaigns/abc/stats", "/elsewhere", "/__mock__/health", "/docs"):
                for form in forms:
                    await client.get(
                        f"{path}?key={secret}",
                        headers={"authorization": f"Bearer {mock.state.mock.example_key}"} | form,
                    )
            assert secret not in (await client.get("/docs")).text
        mock.state.mock.log.flush()
        mock.state.mock.log = None

    asyncio.run(ask_all())
    shown = capsys.readouterr().err
    entries = journalled(mock.state.mock)
    assert shown.count("\n") == 4 * len(forms) + 2
    assert shown.count("--cors-origin http://") == 1
    assert len(entries) >= 2 * len(forms)
    for text in (shown, str(entries), str([entry.as_dict() for entry in entries])):
        assert secret not in text
        assert mock.state.mock.example_key not in text


def test_the_log_is_written_in_batches_and_at_the_latest_soon_after(mock):
    stream = io.StringIO()

    async def ask_many():
        written = threading.Event()
        stream.flush = written.set
        log = mock.state.mock.log = AccessLog(stream)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(mock), base_url=BASE) as client:
            await client.get("/first")
            assert stream.getvalue() == ""
            await asyncio.to_thread(written.wait)
            # Without a pause, so that no timer can have its turn.
            for _ in range(300):
                await client.get("/more")
            for _ in range(60):  # each waits until all is written, but not longer than a second
                await asyncio.to_thread(log.writer.drain)
        mock.state.mock.log = None

    asyncio.run(ask_many())
    assert stream.getvalue().count(" GET /more 404 unknown path ") >= 256
