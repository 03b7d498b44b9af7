"""The page of what numbers mean to each other, from RELATIONS."""

from migma_contract.stats import RELATIONS
from tools.reference.markdown import code, page, plain, table

_INTRODUCTION = """\
The contract gives the stats names and types. What their descriptions say beyond that, and what follows from it, is
one list: generated campaigns satisfy it, fixtures are held to it (unless they say `"incoherent": true`), and the
[rules](rules.md) of the contract check are made from it."""


def meaning_page() -> str:
    """Every relation."""
    rows = ((code(each.id), plain(each.summary), each.source, plain(each.reference)) for each in RELATIONS)
    return page("What the numbers mean", _INTRODUCTION, table(["relation", "what holds", "source", "from"], rows))
