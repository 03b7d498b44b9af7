"""The contract: ``openapi.json`` as published, read once into a compiled form."""

from mock_server.contract.load import load_contract, parse_contract
from mock_server.contract.model import Contract, Fields, Operation, Response
from mock_server.contract.validate import Validator, Violation

__all__ = [
    "Contract",
    "Fields",
    "Operation",
    "Response",
    "Validator",
    "Violation",
    "load_contract",
    "parse_contract",
]
