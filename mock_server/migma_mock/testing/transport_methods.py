"""TransportMethods: the part of a handle that lets clients reach the mock without a socket."""

from importlib.util import find_spec
from operator import methodcaller
from typing import TYPE_CHECKING

from migma_contract.errors import MigmaError
from migma_contract.extras import MissingExtraError
from migma_mock.mock import Mock
from migma_mock.testing.arguments import argument_error
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.handle_base import HandleBase

if TYPE_CHECKING:
    from urllib3 import Retry

    from migma_mock.testing.httpx2_transport import Httpx2Transport
    from migma_mock.testing.requests_adapter import RequestsAdapter

__tracebackhide__ = methodcaller("errisinstance", MigmaError)


@explain_calls()
class TransportMethods(HandleBase):
    """Makes transports for clients; :class:`migma_mock.MockTransport` is the one for httpx."""

    def requests_adapter(self, *, max_retries: "Retry | int" = 0) -> "RequestsAdapter":
        """Return an adapter for requests: ``session.mount("https://", mock.requests_adapter())``.

        The mock answers whatever the host of a URL is, so a client needs no other base URL. Responses and errors are
        those that requests has with a server. A request that would never be answered raises its time-out at once.

        Args:
            max_retries: The same as in ``requests.adapters.HTTPAdapter``.

        Raises:
            ArgumentError: The mock runs in another process, or ``max_retries`` is neither a number nor a Retry.
            MissingExtraError: requests is not installed.
        """
        mock = self._mock_for("requests_adapter()", "requests")
        from migma_mock.testing.requests_adapter import RequestsAdapter

        return RequestsAdapter(mock, max_retries)

    def httpx2_transport(self) -> "Httpx2Transport":
        """Return a transport for httpx2, as MockTransport is for httpx: ``httpx2.Client(transport=…)``, or async.

        Raises:
            ArgumentError: The mock runs in another process.
            MissingExtraError: httpx2 is not installed.
        """
        mock = self._mock_for("httpx2_transport()", "httpx2")
        from migma_mock.testing.httpx2_transport import Httpx2Transport

        return Httpx2Transport(mock)

    def _mock_for(self, call: str, library: str) -> Mock:
        if find_spec(library) is None:
            reason = f"{call} needs {library}, which is not installed."
            raise MissingExtraError(reason, f"Install it with: pip install {library}")
        return self._mock_in_process(call)

    def _mock_in_process(self, call: str) -> Mock:
        mock = self._mock
        if not isinstance(mock, Mock):
            hint = "Give the client its base_url instead."
            raise argument_error(call, "a mock in this process", f"the mock at {self._backend.base_url}", hint)
        return mock
