"""ControlClient: the control API of a mock that runs elsewhere, and its refusals."""

import json
import os
import ssl
import weakref
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from migma_contract.errors import Problem, RemoteMockError
from migma_contract.redaction import Secret, mask_url
from migma_contract.safe_text import one_line
from migma_contract.version import __version__
from migma_mock.own_pages import HEALTH, PREFIX
from migma_mock.testing.arguments import HIDDEN, argument_error

__tracebackhide__ = HIDDEN

_SECONDS = 90.0
"""The longest time that a response may take; a verification waits for a minute."""
_SHOWN = 200


class ControlRefusedError(RemoteMockError):
    """The control API refused a request.

    Attributes:
        status: The status of its response.
        reason: Its message.
        problems: The problems of the body that was sent.
    """

    def __init__(self, url: str, status: int, reason: str, problems: list[Problem]) -> None:
        lines = [f"The mock at {url} refused the call with status {status}: {reason}", *map(str, problems)]
        super().__init__("\n  ".join(lines))
        self.status, self.reason, self.problems = status, reason, problems


class ControlClient:
    """Sends requests to the control API of one mock; proxies and certificates of the environment play no part.

    Args:
        url: The base URL of the mock, with or without ``/v1``.
        token: The token of the control API; None if it needs none.
        ca_file: The file with the certificate authority of a mock that speaks HTTPS; None for those that are known.

    Attributes:
        base_url: The base URL without ``/v1``.
        ca_file: As given.

    Raises:
        ArgumentError: An argument has a value that it cannot have.
    """

    def __init__(self, url: str, token: Secret | None, ca_file: str | Path | None) -> None:
        self.base_url = _base_url(url)
        self.ca_file = None if ca_file is None else str(ca_file)
        self._token = _checked(token) if token else None
        self._verify = _trusted(ca_file)
        self._http = self._new_http()
        self._process = os.getpid()

    def _new_http(self) -> httpx.Client:
        headers = {"X-Mock-Token": self._token.reveal()} if self._token else {}
        http = httpx.Client(headers=headers, trust_env=False, timeout=_SECONDS, verify=self._verify)
        weakref.finalize(self, http.close)
        return http

    def check(self) -> None:
        """Require that a mock of this release answers, and that it accepts the token.

        Raises:
            RemoteMockError: It is not so; with what to do.
        """
        try:
            health = self._send("GET", HEALTH)
            version = health["version"] if health["name"] == "migma-mock" else None
        except ControlRefusedError as refusal:
            if refusal.status in (401, 429) and self._token:
                raise
            version = None
        except (ValueError, KeyError, TypeError):
            version = None
        if not isinstance(version, str):
            raise RemoteMockError(
                f"What listens at {self.base_url} is not a migma-mock. "
                "Give the base URL that 'migma-mock serve' prints."
            )
        if version != __version__:
            raise RemoteMockError(
                f"The mock at {self.base_url} is migma-mock {one_line(version[:_SHOWN])}, and this is {__version__}. "
                "Install the same version on both sides."
            )
        self.request("GET", "/accounts/built-in")

    def request(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Any:
        """Send a request, and return the JSON of its response; None if that is empty.

        Args:
            method: In capitals.
            path: Below the prefix of the control API.
            query: Query parameters.
            body: Is sent as JSON, which it must be; None for no body.

        Raises:
            RemoteMockError: There is no response.
            ControlRefusedError: The response is an error.
        """
        return self._send(method, f"{PREFIX}{path}", query, body)

    def _send(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        if os.getpid() != self._process:  # a forked process would read the responses to its parent
            self._http, self._process = self._new_http(), os.getpid()
        content = None if body is None else json.dumps(body, allow_nan=False)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            response = self._http.request(
                method, f"{self.base_url}{path}", params=query, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            reason = one_line(str(error)[:_SHOWN]) or type(error).__name__
            remedy = "Start it with 'migma-mock serve', or correct the URL."
            if "CERTIFICATE_VERIFY_FAILED" in reason:
                remedy = "Pass the file of its certificate authority: MigmaMock.connect(url, ca_file=…)."
            raise RemoteMockError(f"The mock at {self.base_url} cannot be reached: {reason}. {remedy}") from None
        if not response.is_success:
            self._refuse(response)
        return response.json() if response.content else None

    def _refuse(self, response: httpx.Response) -> NoReturn:
        try:
            envelope = response.json()
            reason = str(envelope["error"])
            problems = [_problem(each) for each in envelope.get("problems", ())]
        except (ValueError, KeyError, TypeError, AttributeError):
            reason, problems = f"its response is {response.headers.get('content-type', 'empty')}", []
        if response.status_code == 401:
            what = "The control token is wrong." if self._token else "The control API needs its token."
            reason = f"{what} Pass it: MigmaMock.connect(url, token). 'migma-mock serve' prints a generated one."
        raise ControlRefusedError(self.base_url, response.status_code, reason, problems) from None


def _problem(model: dict[str, Any]) -> Problem:
    return Problem(model["file"], model["pointer"], model["expected"], model["got"], model["message"])


def _base_url(url: object) -> str:
    text = url.rstrip("/").removesuffix("/v1") if isinstance(url, str) else ""
    try:
        parts = urlsplit(text)
        is_base = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
        is_valid = is_base and parts.port != 0 and "@" not in parts.netloc and bool(httpx.URL(text))
    except (ValueError, httpx.InvalidURL):
        is_valid = False
    if not is_valid:
        shown = mask_url(url) if isinstance(url, str) else url
        raise argument_error("connect(url)", "a base URL such as http://127.0.0.1:4010", shown)
    return text


def _checked(token: Secret) -> Secret:
    if not _is_header_value(token.reveal()):
        raise argument_error("connect(token)", "the token of the control API, as text", token)
    return token


def _is_header_value(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable() and text.strip() != ""


def _trusted(ca_file: str | Path | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, TypeError):
        raise argument_error("connect(ca_file)", "a file with certificates in PEM", ca_file) from None
