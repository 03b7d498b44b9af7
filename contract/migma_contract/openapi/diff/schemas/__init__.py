"""Compares schemas: what values they allow, whatever the words they say it with."""

from migma_contract.openapi.diff.schemas.comparer import SchemaComparer
from migma_contract.openapi.diff.schemas.context import Context
from migma_contract.openapi.diff.schemas.subjects import SUBJECTS

__all__ = ["SUBJECTS", "Context", "SchemaComparer"]
