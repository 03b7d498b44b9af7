"""Compares two OpenAPI documents: what changed for a client."""

from migma_contract.openapi.diff.catalogue import CHANGE_RULES, change_rule
from migma_contract.openapi.diff.change_rule import ChangeRule
from migma_contract.openapi.diff.difference import Difference, diff
from migma_contract.openapi.diff.document_change import DocumentChange
from migma_contract.openapi.diff.operations import Operation

__all__ = ["CHANGE_RULES", "ChangeRule", "Difference", "DocumentChange", "Operation", "change_rule", "diff"]
