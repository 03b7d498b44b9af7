"""Text of ``migma-contract rules``: the list of rules, and everything about one rule."""

from collections.abc import Sequence
from textwrap import indent

from migma_contract.errors import Problem, SettingsError
from migma_contract.openapi.diff import CHANGE_RULES, ChangeRule
from migma_contract.rules.catalogue import RULES
from migma_contract.rules.rule import Rule
from migma_contract.suggestions import did_you_mean


def listing(*, changes: bool = False) -> str:
    """Return every rule with its level and summary, breaking rules first.

    Args:
        changes: True for the rules on changes between two documents, instead of those of a check.
    """
    rules: Sequence[Rule | ChangeRule] = CHANGE_RULES if changes else RULES
    width = max(len(rule.id) for rule in rules)
    ordered = sorted(rules, key=lambda rule: (-rule.level.rank, rule.id))
    return "\n".join(f"{rule.id:{width}}  {rule.level.value:8}  {rule.summary}" for rule in ordered)


def explanation(rule_id: str) -> str:
    """Return the summary, reason, source and example of a rule, also of one on changes.

    Raises:
        SettingsError: No rule has this id.
    """
    rules: Sequence[Rule | ChangeRule] = (*RULES, *CHANGE_RULES)
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        meant = did_you_mean(rule_id, [rule.id for rule in rules])
        problem = Problem("rules", "", "the id of a rule", repr(rule_id), f"unknown rule {rule_id!r}{meant}")
        raise SettingsError([problem], "`migma-contract rules` lists all rules, and with --diff those on changes.")
    example = indent(found.example, "  ", lambda line: bool(line.strip()))
    head = f"{found.id} ({found.level.value})\n\n{found.summary}\n"
    return f"{head}\nWhy:    {found.why}\nSource: {found.source}\n\nExample:\n{example}"
