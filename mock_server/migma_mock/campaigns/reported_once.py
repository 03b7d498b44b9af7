"""Report one mistake once, also if several checks find it."""

from collections.abc import Iterable

from migma_contract.errors import Problem


def once(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems without those of a value that has one already; several fields may be missing at one place."""
    first: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.pointer, problem.expected if problem.got == "none" else ""), problem)
    return list(first.values())
