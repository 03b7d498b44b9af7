"""The contract: ``openapi.json`` as published, read once and compiled."""

from migma_contract.openapi.contract import Contract, Operation, Response
from migma_contract.openapi.document import Document
from migma_contract.openapi.fields import Fields, read_fields
from migma_contract.openapi.flat_schema import UnsatisfiableError
from migma_contract.openapi.key_place import KeyPlace, parse_cookies
from migma_contract.openapi.loader import load_contract, parse_contract
from migma_contract.openapi.parameters import Parameter
from migma_contract.openapi.sampler import Sampler
from migma_contract.openapi.schema_validator import SchemaViolation, Validator

__all__ = [
    "Contract",
    "Document",
    "Fields",
    "KeyPlace",
    "Operation",
    "Parameter",
    "Response",
    "Sampler",
    "SchemaViolation",
    "UnsatisfiableError",
    "Validator",
    "load_contract",
    "parse_contract",
    "parse_cookies",
    "read_fields",
]
