"""The reference page of rules, from the catalogue."""

from migma_contract.finding import Level
from migma_contract.rules import RULES
from tools.reference.markdown import block, code, page, plain, table

_INTRODUCTION = """\
The rules of the contract check. The id of a rule names the violation. A finding at or above `--fail-on` (default:
warning) is drift. Ids are stable, because baselines refer to them. `migma-contract rules ID` prints the same in a
terminal. To add a rule, see [writing a rule](../writing-a-rule.md)."""


def rules_page() -> str:
    """Return the page: an overview, then each rule with its reason, source and an example."""
    levels = sorted(Level, key=lambda level: -level.rank)
    ordered = sorted(RULES, key=lambda rule: (levels.index(rule.level), rule.id))
    overview = table(
        ["rule", "level", "requirement"], ((_link(r.id), r.level.value, plain(r.summary)) for r in ordered)
    )
    parts = [
        f"## {rule.id}\n\n{plain(rule.summary)} Level: {rule.level.value}.\n\nWhy: {plain(rule.why)}\n\n"
        f"Source: {plain(rule.source)}\n\n{block('text', rule.example)}"
        for rule in ordered
    ]
    return page("Rules", _INTRODUCTION, overview, *parts)


def _link(rule_id: str) -> str:
    return f"[{code(rule_id)}](#{rule_id})"
