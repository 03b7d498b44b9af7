"""The reference page of the relations between numbers, from RELATIONS."""

from migma_contract.stats import RELATIONS
from tools.reference.markdown import code, page, plain, table

_INTRODUCTION = """\
The contract's schema defines only names and types of the stats. This list has what its descriptions say beyond that,
and what follows from them. Generated campaigns satisfy it, fixtures are checked against it (unless they have
`"incoherent": true`), and [rules](rules.md) of the contract check are made from it."""


def meaning_page() -> str:
    """Return the page: a table of all relations."""
    rows = ((code(each.id), plain(each.summary), each.source, plain(each.reference)) for each in RELATIONS)
    return page("What the numbers mean", _INTRODUCTION, table(["violation", "requirement", "source", "from"], rows))
