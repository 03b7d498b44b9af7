"""The installed uvicorn has every name that the mock uses of its inside, and the list of them is complete."""

import ast
import asyncio
from pathlib import Path
from unittest.mock import create_autospec

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

import migma_mock
from migma_mock import create_app
from migma_mock.messages.response_head import head_lines

RELIED_ON = {
    "HttpToolsProtocol": {
        # The connection.
        *("access_log", "flow", "loop", "parser", "pipeline", "server_state", "transport"),
        # The request that is being read.
        *("cycle", "expect_100_continue", "headers", "scope", "url"),
        # Overridden methods, and those that are called in place of uvicorn's usual way.
        *("on_body", "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete"),
        "shutdown",
        # The time that a connection may be idle between requests.
        *("timeout_keep_alive", "timeout_keep_alive_handler", "timeout_keep_alive_task"),
        "_unset_keepalive_if_required",
    },
    "RequestResponseCycle": {
        *("default_headers", "disconnected", "keep_alive", "message_event", "more_body", "on_response"),
        *("response_complete", "response_started"),
    },
    "FlowControl": {"pause_reading", "read_paused", "write_paused"},
    "ServerState": {"default_headers"},
    "Config": {"http_protocol_class"},
    "Server": {
        *("_captured_signals", "capture_signals", "main_loop", "on_tick", "run", "serve", "server_state", "shutdown"),
        *("should_exit", "started", "startup"),
    },
}
"""Every name of uvicorn's inside that the mock uses, by the class whose instances have it."""

CLASSES = [HttpToolsProtocol, RequestResponseCycle, FlowControl, ServerState, uvicorn.Config, uvicorn.Server]
OF_SERVERS = RELIED_ON["Server"] | RELIED_ON["Config"]
USERS = ["http/fast_path", "http/fault_connection", "http/protocol", "http/refusing_protocol", "http/writing_protocol"]
OURS = {"_transport", "body"}
"""Names of ours that uvicorn happens to have too."""


@pytest.fixture(scope="module")
def instances():
    """One of each class, as they are while a request waits for its answer."""

    async def ask():
        config = uvicorn.Config(create_app(reload=False), ws="none", log_config=None)
        config.load()
        state = ServerState()
        protocol = HttpToolsProtocol(config, state, {}, asyncio.get_running_loop())
        transport = create_autospec(asyncio.Transport, instance=True)
        transport.is_closing.return_value = False
        protocol.connection_made(transport)
        protocol.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.gather(*state.tasks)
        return [protocol, protocol.cycle, protocol.flow, state, config, uvicorn.Server(config)]

    return {owner.__name__: instance for owner, instance in zip(CLASSES, asyncio.run(ask()), strict=True)}


@pytest.fixture(scope="module")
def trees():
    """The modules of the mock, parsed, by name."""
    package = Path(migma_mock.__file__).parent
    return {
        str(path.relative_to(package).with_suffix("")): ast.parse(path.read_bytes()) for path in package.rglob("*.py")
    }


@pytest.mark.parametrize(
    ("owner", "name"), [(owner, name) for owner, names in RELIED_ON.items() for name in sorted(names)]
)
def test_it_is_there(instances, owner, name):
    assert hasattr(instances[owner], name), (
        f"uvicorn {uvicorn.__version__} has no {owner}.{name} any more, which migma_mock uses: see what took its "
        f"place (grep for it), or say in pyproject.toml that this version is too new."
    )


def test_the_list_has_all_that_is_overridden_or_used(instances, trees):
    """Whatever has the name of something of uvicorn's, but for names of asyncio and of any object."""
    nodes = [node for name in USERS for node in ast.walk(trees[name])]
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    private = {name for each in instances.values() for name in (*vars(each), *vars(type(each)))}
    private -= {*dir(asyncio.Protocol), *dir(object), *OURS}
    listed = frozenset().union(*RELIED_ON.values())
    assert sorted(used & private - listed) == []
    assert sorted(listed - used - OF_SERVERS) == []


def test_four_modules_reach_into_uvicorn(trees):
    reaching = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("uvicorn.protocols")
    }
    assert reaching == {"http/fault_connection", "http/protocol", "http/refusing_protocol", "http/writing_protocol"}


def test_status_lines_are_the_same_as_uvicorns():
    ours = {status: head_lines(status, ()) for status in range(100, 600)}
    assert ours == {status: STATUS_LINE[status] for status in ours}
