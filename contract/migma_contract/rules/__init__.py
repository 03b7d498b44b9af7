"""The rules that responses of the API must satisfy, and their evaluation on exchanges."""

from migma_contract.rules.catalogue import RULES, rule
from migma_contract.rules.evaluate import judge, judge_one
from migma_contract.rules.rule import Rule

__all__ = ["RULES", "Rule", "judge", "judge_one", "rule"]
