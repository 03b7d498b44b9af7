"""A proposal for people: the changes with their evidence, breaking ones first, and the findings that remain."""

import json
from collections.abc import Iterator
from typing import Any

from migma_contract.ci_commands import without_commands
from migma_contract.openapi.patch.operation import Operation
from migma_contract.safe_text import escaped, one_line
from migma_contract_tests.patch.proposal import Proposal

_LIMIT = 300
_TITLES = {"breaking": "Breaking for clients", "additive": "Additive"}


def terminal_text(proposal: Proposal) -> str:
    """Return the proposal as lines of text."""
    return without_commands("".join(f"{line}\n" for line in _lines(proposal)), escaped)


def _lines(proposal: Proposal) -> Iterator[str]:
    for effect, title in _TITLES.items():
        operations = [each for each in proposal.operations if each.effect == effect]
        if operations:
            yield f"{title}:"
            for each in operations:
                yield from _operation(each)
            yield ""
    if proposal.unanswered:
        yield "Not answered by a change of the document:"
        for one in proposal.unanswered:
            yield f"  {one_line(f'{one.finding.rule} at {one.finding.where}', _LIMIT)}"
            yield f"      {one_line(one.why)}"
        yield ""
    if proposal.revealed:
        yield "With the changed document, the same responses also show:"
        for finding in proposal.revealed:
            yield f"  {one_line(f'{finding.level} {finding.rule} at {finding.where}: {finding.message}', _LIMIT)}"
        yield ""
    if proposal.omitted:
        yield f"The report leaves out {proposal.omitted:,} findings of rules with many. Check again after the change."
    yield _summary(proposal)


def _operation(operation: Operation) -> Iterator[str]:
    yield f"  {operation.op} {one_line(operation.path)}"
    if operation.op != "add":
        yield f"      - {_value(operation.old)}"
    if operation.op != "remove":
        yield f"      + {_value(operation.value)}"
    seen: dict[tuple[str, str, str], list[int]] = {}
    for each in operation.evidence:
        seen.setdefault((each.rule, each.where, each.seen), []).append(each.exchange)
    for (rule, where, what), exchanges in seen.items():
        extent = f"{len(exchanges)} responses, the first is" if len(exchanges) > 1 else "1 response,"
        yield f"      {one_line(f'{rule} at {where}: {what}', _LIMIT)} ({extent} exchange {exchanges[0]})"
    if operation.used_by:
        yield f"      This component is used at {one_line(' and '.join(operation.used_by), _LIMIT)}."


def _value(value: Any) -> str:
    return one_line(json.dumps(value, ensure_ascii=False), _LIMIT)


def _summary(proposal: Proposal) -> str:
    answered, remaining = len(proposal.answered), len(proposal.unanswered)
    if not answered + remaining:
        return "The report has no findings, so there is nothing to change."
    number = len(proposal.operations)
    changes = f"{number:,} change{'' if number == 1 else 's'} of {one_line(proposal.contract.source)}"
    return f"{changes} for {answered:,} of {answered + remaining:,} findings."
