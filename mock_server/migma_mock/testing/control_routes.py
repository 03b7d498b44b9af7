"""ControlRoutes: calls of the control API that end as the same calls on a mock in this process would."""

from collections.abc import Mapping
from typing import Any

from migma_contract.errors import MigmaError, Problem, RemoteMockError
from migma_contract.json_pointer import pointer
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.memory import MemoryLimitError
from migma_mock.testing.arguments import HIDDEN, is_json
from migma_mock.testing.control_client import ControlClient, ControlRefusedError

__tracebackhide__ = HIDDEN


class ControlRoutes:
    """Routes of the control API of a mock.

    Args:
        client: Reaches the control API.
        base: What all paths begin with: ``/accounts/account-1``.
    """

    def __init__(self, client: ControlClient, base: str = "") -> None:
        self._client = client
        self._base = base

    def request(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Any:
        """Send a request, and return the JSON of its response.

        Raises:
            UnknownAccountError: There is no such account, or no such thing of the account.
            MemoryLimitError: The accounts of the mock keep as much as they may.
            RemoteMockError: The mock does not answer, or refuses the request for another reason.
        """
        try:
            return self._client.request(method, f"{self._base}{path}", query=query, body=body)
        except ControlRefusedError as refusal:
            if refusal.status == 404:
                raise UnknownAccountError(refusal.reason) from None
            if refusal.status == 507:
                raise MemoryLimitError(refusal.reason) from None
            raise

    def post(
        self,
        path: str,
        document: Any,
        conflict: type[MigmaError] = RemoteMockError,
        query: dict[str, str] | None = None,
    ) -> Any:
        """Send a document, and return the response; or a list of the problems with the document.

        Args:
            path: The path of the route.
            document: Its body.
            conflict: The error to raise if the state of the account does not allow it.
            query: Query parameters.
        """
        members = document if isinstance(document, Mapping) else {}
        problems = [
            Problem("", pointer(name), "a JSON value", repr(value))
            for name, value in members.items()
            if not is_json(value)
        ]
        if problems:
            return problems
        try:
            return self.request("POST", path, query=query, body=document)
        except ControlRefusedError as refusal:
            if refusal.status == 409:
                raise conflict(refusal.reason) from None
            if refusal.problems:
                return refusal.problems
            raise

    def delete(self, path: str, query: dict[str, str] | None = None) -> bool:
        """Delete something of the account; False if there is no such thing."""
        try:
            self.request("DELETE", path, query=query)
        except UnknownAccountError:
            self.request("GET", "")  # raises if it is the account that does not exist
            return False
        return True
