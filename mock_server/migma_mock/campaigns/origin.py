"""Name the source of a campaign as people see it."""

import os
from functools import cache

from migma_contract.resources import fixtures_path
from migma_mock.campaigns.campaign import Campaign


def is_built_in(campaign: Campaign) -> bool:
    """True if a campaign is one of the built-in fixtures."""
    return campaign.source.startswith(_built_in_folder())


def shown_source(campaign: Campaign) -> str:
    """Return the source of a campaign; of a built-in one without the folder that this program is installed in."""
    if not is_built_in(campaign):
        return campaign.source
    return f"built-in {campaign.source.removeprefix(_built_in_folder()).replace(os.sep, '/')}"


def own_first(campaign: Campaign) -> tuple[bool, str]:
    """Return a key that sorts the user's campaigns before the built-in ones, each by id."""
    return is_built_in(campaign), campaign.id


@cache
def _built_in_folder() -> str:
    return f"{fixtures_path()}{os.sep}"
