"""Tools of the suite on the mock: a configuration in code, and direct requests to the application."""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import requests
import schemathesis

from migma_contract.exchange import Exchange, Purpose
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract.rules import judge_one
from migma_contract.strict_json import parse
from migma_contract_tests.suites.rule_checks import Observer, RuleChecks, describe

MARK = "x-mock-undocumented"
"""The header with which the mock marks a status that the contract does not document."""

_ORIGIN = "http://testserver"
_ANY_ID = "id"  # for a case that is not sent


Application = Callable[[MutableMapping[str, Any], Any, Any], Coroutine[Any, Any, None]]
"""An ASGI application."""


def mock_config(key: str, *, campaign_id: str | None = None, max_examples: int = 30) -> schemathesis.Config:
    """Return a deterministic configuration with all phases, methods and checks, for valid and invalid data.

    Args:
        key: Value of the key header.
        campaign_id: The only id to request; None for ids of all kinds.
        max_examples: Examples of the fuzzing phase.
    """
    pinned = {} if campaign_id is None else {"parameters": {"path.id": campaign_id}}
    return schemathesis.Config.from_dict(
        {
            **pinned,
            "seed": 1,
            "generation": {"mode": "all", "max-examples": max_examples, "deterministic": True, "database": "none"},
            "auth": {"openapi": {"apiKeyAuth": {"api_key": key}}},
        }
    )


def ask(app: Application, target: str, *, method: str = "GET", **headers: str) -> schemathesis.Response:
    """Call the application directly and return its response: no client drops the body of a HEAD or fixes a header.

    Args:
        app: The application.
        target: Path, percent-encoded.
        method: In upper case.
        headers: ``X_API_Key="…"`` is the header ``X-API-Key``.
    """
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    messages: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    scope: MutableMapping[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": unquote(target),
        "raw_path": target.encode("ascii"),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
    }
    asyncio.run(app(scope, receive, send))
    received_headers: dict[str, list[str]] = {}
    for name, value in messages[0]["headers"]:
        received_headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    content = b"".join(message["body"] for message in messages[1:])
    request = requests.Request(method, _ORIGIN + target, sent).prepare()
    return received(messages[0]["status"], received_headers, content, request)


def received(
    status: int, headers: dict[str, list[str]], content: bytes, request: requests.PreparedRequest | None = None
) -> schemathesis.Response:
    """Return a response of Schemathesis."""
    return schemathesis.Response(
        status_code=status,
        headers=headers,
        content=content,
        request=request or requests.Request("GET", _ORIGIN).prepare(),
        elapsed=0.0,
        verify=True,
    )


class MockSuite:
    """Checks the responses of one mock with Schemathesis and with every rule, at any level.

    Args:
        app: The mock.
        contract: The contract that it serves.
        key: A key that may read.
        is_known: Returns True if the mock has stats for an id.
        campaign_id: The only id that Schemathesis requests; None for ids of all kinds.

    Attributes:
        schema: Loaded by Schemathesis from the mock's own ``/openapi.json``.
    """

    def __init__(
        self,
        app: Application,
        contract: Contract,
        key: str,
        *,
        is_known: Callable[[str], bool],
        campaign_id: str | None = None,
    ) -> None:
        self.app = app
        self.contract = contract
        self._observe = Observer(contract, Secret(key), is_known)
        rules = RuleChecks(contract, self._exchange, Secret(key), fail_on=Level.INFO)
        self._checks = [*rules.checks, self._undocumented_is_marked]
        operation = contract.operation
        config = mock_config(f"Bearer {key}", campaign_id=campaign_id)
        self.schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
        self._operation = self.schema[operation.template][operation.method]

    def call(self, case: schemathesis.Case[Any]) -> None:
        """Send a case of Schemathesis and judge the response by its checks and by the rules.

        Raises:
            FailureGroup: The response differs from the contract.
        """
        case.call_and_validate(additional_checks=self._checks)

    def check(self, response: schemathesis.Response, purpose: Purpose) -> None:
        """Judge a response of :func:`ask`; one with an undocumented status must be a marked error.

        Raises:
            AssertionError: It differs from the contract.
            FailureGroup: It fails a check of Schemathesis.
        """
        contract, exchange = self.contract, self._exchange(response)
        if exchange is None:
            raise AssertionError(f"{response.request.url} is not the contract's path")
        findings = judge_one(replace(exchange, purpose=purpose), contract)
        if contract.operation.response(response.status_code):
            self.check_schema(response)
        else:
            findings = [finding for finding in findings if finding.rule != "campaign-status"]
        if findings:
            raise AssertionError(describe(findings))
        self.check_format(response)

    def check_schema(self, response: schemathesis.Response) -> None:
        """Judge a response with a documented status by the checks of Schemathesis alone.

        Raises:
            FailureGroup: It fails one.
        """
        case = self._operation.Case(path_parameters={self.contract.operation.parameter: _ANY_ID})
        # With explicit headers, Schemathesis takes the key as given and not as generated.
        case.validate_response(response, headers=dict(response.request.headers))

    def check_format(self, response: schemathesis.Response) -> Any:
        """Judge the format of a response with a body, whatever its path.

        Returns:
            The parsed body.

        Raises:
            AssertionError: Content-Length, Content-Type or the mark is wrong, or the body does not match the schema
                of its status (or of the contract's errors, for an undocumented status).
        """
        contract, parsed = self.contract, parse(response.content)
        documented = contract.operation.response(response.status_code)
        expected = documented or contract.operation.error
        wrong = {
            "Content-Length": response.headers.get("content-length") != [str(len(response.content))],
            "Content-Type": response.headers.get("content-type") != [expected.media_type],
            "JSON": bool(parsed.defects),
            "schema": bool(expected.violations(parsed.value)),
            "success": expected is not contract.operation.success and parsed.value.get("success") is not False,
        }
        if any(wrong.values()):
            raise AssertionError(f"wrong: {', '.join(name for name, is_wrong in wrong.items() if is_wrong)}")
        self._undocumented_is_marked(None, response, None)
        return parsed.value

    def _undocumented_is_marked(self, _ctx: object, response: schemathesis.Response, _case: object) -> None:
        """Check that a response has the mock's mark if its status is undocumented, and only then."""
        if response.request.method == "OPTIONS":
            return
        documented = self.contract.operation.response(response.status_code)
        mark = response.headers.get(MARK)
        if mark != (None if documented else [str(response.status_code)]):
            raise AssertionError(f"{response.status_code} has the mark {mark}")

    def _exchange(self, response: schemathesis.Response) -> Exchange | None:
        exchange = self._observe(response)
        # The mark has a check of its own.
        return exchange and replace(exchange, headers=tuple(pair for pair in exchange.headers if pair[0] != MARK))
