"""The parts of a mock that depend on its contract; another contract replaces them in one step."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from migma_contract.errors import ContractError, InputError, MigmaError, Problem
from migma_contract.ids_of_nobody import NO_SUCH_ID
from migma_contract.openapi import Contract, load_contract
from migma_contract.openapi.sources import is_url
from migma_contract.resources import openapi_path
from migma_mock.accounts.registry import Accounts
from migma_mock.campaigns.fixture_watcher import stamp_of
from migma_mock.engine.cors import Cors
from migma_mock.engine.engine import Engine
from migma_mock.engine.finishing import finishing_of
from migma_mock.generation import Generator
from migma_mock.messages.reply import ContractViolationError, Reply
from migma_mock.messages.stats_form import contradictions
from migma_mock.settings import Settings

_GENERATORS_KEPT = 16
"""Each needs about 0.5 MB once it has generated something."""

_SHOWN = 5
"""Ids in one sentence."""


class ContractParts(NamedTuple):
    """The parts that a mock makes from its contract.

    Attributes:
        contract: Every reply satisfies it.
        generator_of: Returns the generator of a profile and seed; all accounts share it, since preparing takes 0.1 s.
        generator: Generates the campaigns of ids that nobody defined.
        engine: Answers requests.
    """

    contract: Contract
    generator_of: Callable[..., Generator]
    generator: Generator
    engine: Engine


class ContractFile:
    """The file of ``--contract``, which may be edited; none for the built-in contract, a URL, and a pipe.

    Attributes:
        paths: The file; empty if there is none.
        served: Its stamp when the contract that is served was read.
    """

    def __init__(self, settings: Settings) -> None:
        path = None if settings.contract is None or is_url(settings.contract) else Path(settings.contract)
        self.paths = [path] if path and path.is_file() else []
        self.served = self.stamp()

    def stamp(self) -> tuple[int, ...]:
        """Return the stamp of the file now, which is another one after each edit."""
        return stamp_of(self.paths[0]) if self.paths else ()


def load_contract_for(settings: Settings) -> Contract:
    """Load the contract that the settings name and check that this release can serve it.

    Raises:
        ContractError: It cannot be used, or it contradicts this release; with every place.
    """
    contract = load_contract(
        settings.contract or openapi_path(),
        strict_nullable=settings.strict_nullable,
        rates=settings.rates,
        refresh=settings.refresh,
    )
    problems = contradictions(contract)
    if problems:
        raise ContractError(contract.schemas.with_places(problems))
    return contract


def changes_for_clients(old: Contract, new: Contract) -> Iterator[str]:
    """Yield a sentence about each change of a contract that clients have to follow: path, API key, version."""
    for what, of in _FOR_CLIENTS.items():
        before, now = of(old), of(new)
        if now != before:
            yield f"{what} is now {now}; it was {before}."


def _keys_in_words(contract: Contract) -> str:
    keys = " or ".join(place.how_to("YOUR_API_KEY") for place in contract.operation.key_places)
    return keys if contract.operation.needs_key else f"{keys} (optional)"


_FOR_CLIENTS: dict[str, Callable[[Contract], str]] = {
    "The path": lambda contract: contract.operation.path,
    "The place of the API key": _keys_in_words,
    "The version": lambda contract: contract.version,
}


def outdated_campaigns(accounts: Accounts, contract: Contract) -> Iterator[str]:
    """Yield a sentence about each account that has campaigns of its own which violate a new contract."""
    fixtures = accounts.built_in.state.campaigns
    for account in accounts.all:
        own = [campaign for id_, campaign in account.state.campaigns.items() if fixtures.get(id_) is not campaign]
        ids = [campaign.id for campaign in own if _violates(contract, campaign.reply)]
        if ids:
            more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
            what = f"{account.id} still has campaigns that violate the new contract; put them again"
            yield f"{what}: {', '.join(ids[:_SHOWN])}{more}"


def _violates(contract: Contract, reply: Reply) -> bool:
    response = contract.operation.response(reply.status)
    return bool(response and reply.is_json and response.violations(json.loads(reply.body)))


def make_parts(contract: Contract, settings: Settings, accounts: Accounts, cors: Cors) -> ContractParts:
    """Return the parts of a mock that follows a contract.

    Raises:
        ContractError: A reply that the mock needs cannot satisfy it.
    """
    generator_of = lru_cache(_GENERATORS_KEPT)(partial(Generator, contract))
    generator = generator_of(profile=settings.profile, seed=settings.seed)
    try:
        engine = Engine(
            contract,
            accounts,
            generator,
            cors,
            generate_unknown=settings.unknown_id == "generate",
            metadata=settings.metadata,
            strict_auth=settings.strict_auth,
            forwards=settings.upstream is not None,
            finishing=finishing_of(settings, contract),
        )
    except ContractViolationError as error:
        expected = "a schema of error responses for which a body can be made, or an example in it"
        problems = [Problem(contract.source, v.schema_pointer, expected, v.expected) for v in error.violations]
        raise ContractError(contract.schemas.with_places(problems)) from error
    if settings.unknown_id == "generate":
        # A contract that the profile cannot satisfy is refused now, not at the first request.
        generator.envelope(NO_SUCH_ID)
    return ContractParts(contract, generator_of, generator, engine)


def problems_of(error: MigmaError, source: str) -> list[Problem]:
    """Return why a contract cannot be served."""
    return error.problems if isinstance(error, InputError) else [Problem(source, "", "", "", str(error))]
