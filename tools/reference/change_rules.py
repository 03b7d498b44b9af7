"""The reference page of the rules on changes between two documents, from their catalogue."""

from migma_contract.openapi.diff import CHANGE_RULES
from tools.reference.markdown import code, page, plain, table

_INTRODUCTION = """\
The rules of `migma-contract diff`, by subject: operations and their parts, then schemas. Ids are stable, because
baselines refer to them. `migma-contract rules ID` adds an example. [Changes between documents](../diff.md) says how
documents are compared."""


def change_rules_page() -> str:
    """Return the page: each rule with its level and what it means for a client."""
    rows = [(code(rule.id), rule.level.value, plain(rule.summary), plain(rule.why)) for rule in CHANGE_RULES]
    return page("Change rules", _INTRODUCTION, table(["rule", "level", "change", "for a client"], rows))
