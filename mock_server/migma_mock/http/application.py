"""The FastAPI application of a mock: the contract's path, the control API and the mock's own pages."""

import re
from typing import Any, Unpack

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from migma_mock.control.app import create_control_app
from migma_mock.http.send import respond
from migma_mock.messages.asgi import request_target
from migma_mock.mock import Mock
from migma_mock.own_pages import is_own_page
from migma_mock.setting_arguments import SettingArguments
from migma_mock.settings import Settings, hide_secrets


def create_app(mock: Mock | Settings | None = None, **options: Unpack[SettingArguments]) -> FastAPI:
    """Return a FastAPI application that answers as the mock server does; mount it, or call it in process.

    ``app.state.mock`` is its :class:`migma_mock.mock.Mock`.

    Args:
        mock: A mock that exists already, or the settings of a new one; or else
        options: Some fields of :class:`migma_mock.settings.Settings`, by name.

    Raises:
        InputError: The contract, the fixtures or the options cannot be used; with every reason.
    """
    given: Any = hide_secrets(options)
    del options
    if not isinstance(mock, Mock):
        mock = Mock(mock, **given)
    app = create_control_app(mock)
    app.router.routes.append(_contract_route(mock))
    app.router.default = _answer_unknown_path
    for route in app.routes:
        _match_whole_path(route)

    def follow_contract() -> None:
        (place,) = (index for index, route in enumerate(app.router.routes) if isinstance(route, _ContractRoute))
        app.router.routes[place] = _contract_route(mock)
        _match_whole_path(app.router.routes[place])

    mock.on_new_contract(follow_contract)
    return app


def _contract_route(mock: Mock) -> "_ContractRoute":
    # Its place in the contract is openapi.json; the document of this application describes the control API.
    operation = mock.contract.operation
    return _ContractRoute(
        operation.path, _answer, methods=["GET"], name=operation.operation_id, include_in_schema=False
    )


def _match_whole_path(route: BaseRoute) -> None:
    if isinstance(route, Route):
        # Starlette's patterns end in $, which also matches before a line break at the end of a path.
        route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z")


class _ContractRoute(APIRoute):
    """The contract's path with any method: the engine refuses the others as the API does."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, also where Starlette would answer 405 in words of its own."""
        await self.app(scope, receive, send)


class _EngineResponse(Response):
    """The response that the engine gives: it may be late, slow, or break off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the engine and send its reply."""
        await respond(scope["app"].state.mock, scope, receive, send)


async def _answer(request: Request) -> Response:  # noqa: ARG001  # FastAPI tells a request by its annotation
    """Return the stats of a campaign."""
    return _EngineResponse()


async def _answer_unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a path that no route has: ids with an encoded slash, and whatever the contract does not have."""
    if scope["type"] == "websocket" or is_own_page(request_target(scope)[0]):
        raise HTTPException(404)
    await respond(scope["app"].state.mock, scope, receive, send)
