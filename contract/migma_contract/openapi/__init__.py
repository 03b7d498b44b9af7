"""The contract: ``openapi.json`` as published, read once and compiled."""

from migma_contract.openapi.contract import Contract, Operation, Response
from migma_contract.openapi.document import Document, Fields
from migma_contract.openapi.loader import load_contract, parse_contract
from migma_contract.openapi.schema_validator import SchemaViolation, Validator

__all__ = [
    "Contract",
    "Document",
    "Fields",
    "Operation",
    "Response",
    "SchemaViolation",
    "Validator",
    "load_contract",
    "parse_contract",
]
