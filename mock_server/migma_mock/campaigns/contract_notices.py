"""Tell the user what a contract changes in the fixtures: what is set aside, filled in, or has another id."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.resources import fixtures_path
from migma_mock.campaigns.campaign import Campaign
from migma_mock.messages.body_forms import forms_of

_SHOWN = 5
_USUAL_ID = "66b2f0a1c4e5d60012a40101"


def contract_notices(campaigns: Iterable[Campaign], set_aside: Iterable[Problem], contract: Contract) -> Iterator[str]:
    """Yield one sentence for each kind of change.

    Args:
        campaigns: All campaigns that are served.
        set_aside: The problems of the built-in files that are not served.
        contract: The contract.
    """
    yield from forms_of(contract).notices
    served = list(campaigns)
    built_in, own = [[each for each in served if is_built_in(each) is kind] for kind in (True, False)]
    parameter = contract.operation.id_parameter
    if built_in and not parameter.allows(_USUAL_ID):
        yield f"Built-in campaigns have made-up ids, which the contract allows, such as {built_in[0].id}."
    filled = {
        name: None for each in own for name in (each.stats or {}) if name not in (each.document.get("stats") or {})
    }
    names = [
        Path(each.source).name for each in own if (each.stats or {}).keys() - (each.document.get("stats") or {}).keys()
    ]
    if filled:
        what = ", ".join(filled)
        yield f"The contract requires {what}, which your campaigns lack: made from the schema in {_some(names)}."
    by_file: dict[str, Problem] = {}
    for problem in set_aside:
        by_file.setdefault(problem.file, problem)
    if by_file:
        first = next(iter(by_file.values()))
        files = _some([Path(file).name for file in by_file])
        why = str(first).replace(f"{fixtures_path() / 'campaigns'}{os.sep}", "")
        yield f"Built-in campaigns that the contract does not allow are not served: {files}. {why}"


def is_built_in(campaign: Campaign) -> bool:
    """True for a campaign of the built-in fixtures."""
    return Path(campaign.source).is_relative_to(fixtures_path())


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
