"""The contract that a mock is to serve, if it is one that this code can."""

from mock_server.contract import Contract, load_contract
from mock_server.data import openapi_path
from mock_server.errors import ContractError
from mock_server.settings import Settings
from mock_server.stats import disagreements


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
