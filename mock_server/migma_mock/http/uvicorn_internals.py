"""What the mock takes of uvicorn beside its documented interface: a class to build upon, and a list of the names.

uvicorn has no setting for bounds on size and time, none for answers that need no task, and none for connections that
break: all of them are had by way of its protocol class, which it may change in any version. The list is all that it
must not change; a test holds it against the uvicorn that is installed, and against the modules that use it.
"""

from collections.abc import Mapping

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

__all__ = ["RELIED_ON", "RequestResponseCycle", "UvicornProtocol"]

RELIED_ON: Mapping[str, frozenset[str]] = {
    "HttpToolsProtocol": frozenset(
        {
            # Of the connection.
            *("app", "config", "flow", "loop", "parser", "pipeline", "server_state", "transport"),
            # Of the request that is read; how its answer stands is its cycle.
            *("cycle", "expect_100_continue", "headers", "scope", "url"),
            # Overridden, or called where the usual way is not gone.
            *("on_body", "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete"),
            "shutdown",
            # The time that a connection may be idle between requests.
            *("timeout_keep_alive", "timeout_keep_alive_handler", "timeout_keep_alive_task"),
            "_unset_keepalive_if_required",
        }
    ),
    "RequestResponseCycle": frozenset(
        {"disconnected", "keep_alive", "message_event", "more_body", "response_complete", "response_started"}
    ),
    "FlowControl": frozenset({"read_paused", "resume_reading", "write_paused"}),
    "ServerState": frozenset({"default_headers"}),
    "Config": frozenset({"encoded_headers", "loaded_app"}),
    "Server": frozenset(
        {"capture_signals", "handle_exit", "main_loop", "on_tick", "run", "serve", "shutdown", "should_exit", "started"}
    ),
}
"""Names by the class of uvicorn's whose instances have them."""


class UvicornProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, annotated as it is."""

    cycle: RequestResponseCycle | None  # type: ignore[assignment]  # uvicorn hides that there is none at first
