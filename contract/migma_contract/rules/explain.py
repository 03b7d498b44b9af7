"""The catalogue for people: every rule on a line, and one rule with all there is to know of it."""

import difflib
from textwrap import indent

from migma_contract.errors import Problem, SettingsError
from migma_contract.rules.catalogue import RULES


def listing() -> str:
    """Every rule with its level and meaning, the breaking ones first."""
    width = max(len(rule.id) for rule in RULES)
    ordered = sorted(RULES, key=lambda rule: (-rule.level.rank, rule.id))
    return "\n".join(f"{rule.id:{width}}  {rule.level.value:8}  {rule.meaning}" for rule in ordered)


def explanation(rule_id: str) -> str:
    """What a rule means, why it matters, where it comes from, and an answer that breaks it.

    Raises:
        SettingsError: There is no such rule; with those of like ids.
    """
    found = next((rule for rule in RULES if rule.id == rule_id), None)
    if found is None:
        near = difflib.get_close_matches(rule_id, [rule.id for rule in RULES])
        hint = f"Did you mean {', '.join(near)}?" if near else "migma-contract rules lists all of them."
        raise SettingsError([Problem("rules", "", "the id of a rule", repr(rule_id))], hint)
    example = indent(found.example, "  ", lambda line: bool(line.strip()))
    head = f"{found.id} ({found.level.value})\n\n{found.meaning}\n"
    return f"{head}\nWhy:    {found.why}\nSource: {found.source}\n\nExample:\n{example}"
