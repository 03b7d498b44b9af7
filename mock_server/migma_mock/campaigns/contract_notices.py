"""Tell the user what a contract changes in the fixtures: what is set aside, filled in, or has another id."""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.resources import fixtures_path
from migma_contract.safe_text import one_line
from migma_mock.campaigns.campaign import Campaign
from migma_mock.messages.body_forms import forms_of

_SHOWN = 5
_USUAL_ID = "66b2f0a1c4e5d60012a40101"


def contract_notices(
    campaigns: Collection[Campaign], set_aside: Iterable[Problem], contract: Contract
) -> Iterator[str]:
    """Yield one sentence for each kind of change.

    Args:
        campaigns: All campaigns that are served.
        set_aside: The problems of the built-in files that are not served.
        contract: The contract.
    """
    forms, folder = forms_of(contract), f"{fixtures_path()}{os.sep}"
    yield from forms.notices
    if not contract.operation.id_parameter.allows(_USUAL_ID):
        made_up = next((each.id for each in campaigns if each.source.startswith(folder)), None)
        if made_up:
            yield f"Built-in campaigns have made-up ids, which the contract allows, such as {made_up}."
    if not forms.stats.is_plain:
        yield from _filled(each for each in campaigns if not each.source.startswith(folder))
    by_file: dict[str, Problem] = {}
    for problem in set_aside:
        by_file.setdefault(problem.file, problem)
    if by_file:
        first = next(iter(by_file.values()))
        files = _some([Path(file).name for file in by_file])
        why = str(first).replace(f"{fixtures_path() / 'campaigns'}{os.sep}", "")
        yield f"Built-in campaigns that the contract does not allow are not served: {files}. {why}"


def _filled(campaigns: Iterable[Campaign]) -> Iterator[str]:
    """Yield a sentence about required stats that campaigns of the user lack."""
    filled = {each.source: _lacking(each) for each in campaigns if _lacking(each)}
    if filled:
        what = ", ".join(dict.fromkeys(name for names in filled.values() for name in names))
        files = _some([Path(source).name for source in filled])
        yield f"The contract requires {what}, which your campaigns lack: made from the schema in {files}."


def _lacking(campaign: Campaign) -> list[str]:
    written = campaign.document.get("stats") or {}
    return [name for name in campaign.stats or {} if name not in written]


def _some(names: list[str]) -> str:
    names, more = [one_line(name) for name in names], len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
