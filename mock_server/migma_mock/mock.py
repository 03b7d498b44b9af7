"""The contract that a mock is to serve, if it is one that this code can."""

from migma_contract.errors import ContractError
from migma_contract.openapi import Contract, load_contract
from migma_contract.resources import openapi_path
from migma_contract.stats import disagreements
from migma_mock.settings import Settings


def load_contract_of(settings: Settings) -> Contract:
    """The contract that the settings name, held against the code that knows its members.

    Raises:
        ContractError: It cannot be used, or the code disagrees with it; with both places.
    """
    contract = load_contract(settings.contract or openapi_path(), strict_nullable=settings.strict_nullable)
    problems = disagreements(contract)
    if problems:
        raise ContractError(problems)
    return contract
