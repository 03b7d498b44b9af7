"""Try a changed contract: start a mock on it, ask as a client does, judge the bodies, and run the check."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import jsonschema
import referencing
import referencing.jsonschema

from contract_changes.change import Change, Document, Outcome
from migma_contract.errors import ContractError
from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract_tests.check.runner import run
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.results.report import Report
from migma_mock import MigmaMock, Mock, MockServer, MockTransport, Settings
from migma_mock.generation import Generator

BUILT_IN: Document = json.loads(openapi_path().read_bytes())


class Tried(NamedTuple):
    """The result of a changed contract.

    Attributes:
        outcome: Served as it is, adapted with a note, or refused.
        message: The notes, or the refusal.
        mock: The mock; None if the contract was refused.
        document: The changed document.
    """

    outcome: Outcome
    message: str
    mock: Mock | None
    document: Document


def start(change: Change, folder: Path) -> Tried:
    """Start a mock on a changed contract; in the message, its file is called ``openapi.json``."""
    document = change.apply(BUILT_IN)
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    options: dict[str, Any] = {"contract": path, "reload": False, "rates": change.rates, "port": 0}
    try:
        mock = Mock(Settings.read(**options))  # errors name flags, as on the page
    except ContractError as error:
        return Tried("refused", _named(str(error), path), None, document)
    usual = load_contract(openapi_path(), rates=change.rates).notices
    usual = (*usual, *(note.replace("openapi.json", str(path)) for note in usual))
    notes = [note for note in mock.notices if note not in usual and "'nullable' is not a keyword" not in note]
    return Tried("adapted" if notes else "served", _named(" ".join(notes), path), mock, document)


def _named(text: str, path: Path) -> str:
    return text.replace(str(path), path.name)


class Judge:
    """Judges bodies by ``jsonschema``, which shares no code with the mock's own validators."""

    def __init__(self, tried: Tried) -> None:
        assert tried.mock is not None
        self._operation = tried.mock.contract.operation
        is_old = tried.document["openapi"].startswith("3.0")
        specification = referencing.jsonschema.DRAFT4 if is_old else referencing.jsonschema.DRAFT202012
        self._validator = jsonschema.Draft4Validator if is_old else jsonschema.Draft202012Validator
        resource = referencing.Resource(tried.document, specification)
        self._registry = referencing.Registry().with_resource("urn:contract", resource)
        self._judges: dict[str, Any] = {}

    def errors(self, status: int, body: Any) -> list[str]:
        """Return what is wrong with a body; nothing if the document has no schema for the status."""
        response = self._operation.response(status)
        if response is None or response.schema_pointer is None:
            return []
        if response.status not in self._judges:
            reference = {"$ref": f"urn:contract#{quote(response.schema_pointer, safe='/~')}"}
            judge = self._validator(reference, registry=self._registry, format_checker=jsonschema.FormatChecker())
            self._judges[response.status] = judge
        return [f"{error.json_path}: {error.message}" for error in self._judges[response.status].iter_errors(body)]


def ask(tried: Tried) -> Iterator[httpx.Response]:
    """Yield the responses of a client: every campaign, an unknown id, and a request without a key."""
    assert tried.mock is not None
    operation, account = tried.mock.contract.operation, MigmaMock(tried.mock)
    with httpx.Client(transport=MockTransport(tried.mock), base_url="http://mock") as client:
        yield client.get(account.stats_url(account.example_id), headers=account.auth_headers)
        for campaign_id in tried.mock.accounts.built_in.state.campaigns:
            yield client.get(account.stats_url(campaign_id.decode()), headers=account.auth_headers)
        unknown = tried.mock.contract.allowed_id("0" * 24)
        yield client.get(account.stats_url(unknown), headers=account.auth_headers)
        yield client.get(account.stats_url(unknown).partition("?")[0], headers=operation.required_headers)
        account.rate_limit("1/min")
        for _ in range(2):
            limited = client.get(account.stats_url(unknown), headers=account.auth_headers)
        account.rate_limit("unlimited")
        yield limited


def generated(tried: Tried) -> Iterator[Any]:
    """Yield generated envelopes of both coherent profiles."""
    assert tried.mock is not None
    for profile in ("realistic", "edge"):
        generator = Generator(tried.mock.contract, seed=1, profile=profile)
        yield from (generator.envelope(f"{number:024x}") for number in range(1, 6))


def check(tried: Tried) -> Report:
    """Run ``migma-contract check`` with the changed contract against the mock on it."""
    assert tried.mock is not None
    with MockServer(mock=tried.mock) as server:
        options = CheckOptions(
            base_url=server.base_url,
            campaign_ids=(server.example_id,),
            key=Secret(server.api_key),
            max_requests=10,
            rate=None,
            timeout=600,
        )
        return run(options, tried.mock.contract, sleep=lambda _: None).report(None)
