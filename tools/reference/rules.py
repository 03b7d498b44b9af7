"""The page of rules, from their one catalogue."""

from migma_contract.finding import Level
from migma_contract.rules import RULES
from tools.reference.markdown import block, code, page, plain, table

_INTRODUCTION = """\
What the contract check looks for. A finding at or above `--fail-on` (default: warning) is drift. Ids are stable, and
baselines refer to them. `migma-contract rules ID` prints the same on a terminal; how to add one:
[writing a rule](../writing-a-rule.md)."""


def rules_page() -> str:
    """Every rule: an overview, then each with why, source and an example."""
    levels = sorted(Level, key=lambda level: -level.rank)
    ordered = sorted(RULES, key=lambda rule: (levels.index(rule.level), rule.id))
    overview = table(
        ["rule", "level", "what must hold"], ((_link(r.id), r.level.value, plain(r.summary)) for r in ordered)
    )
    parts = [
        f"## {rule.id}\n\n{plain(rule.summary)} Level: {rule.level.value}.\n\nWhy: {plain(rule.why)}\n\n"
        f"Source: {plain(rule.source)}\n\n{block('text', rule.example)}"
        for rule in ordered
    ]
    return page("Rules", _INTRODUCTION, overview, *parts)


def _link(rule_id: str) -> str:
    return f"[{code(rule_id)}](#{rule_id})"
