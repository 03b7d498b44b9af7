"""The rules that every answer of the API must satisfy, and the judge that applies them to exchanges."""

from migma_contract.rules.catalogue import RULES, rule
from migma_contract.rules.evaluate import judge, judge_one
from migma_contract.rules.rule import Rule, Violation

__all__ = ["RULES", "Rule", "Violation", "judge", "judge_one", "rule"]
