"""Save a campaign that somebody edited as a fixture file."""

import json
from pathlib import Path

from migma_contract.errors import FixtureError, Problem
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.whole_file import write_whole_file
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.file_names import file_name
from migma_mock.campaigns.fixture_writer import write_new_file


def save_fixture(folder: Path, campaign: Campaign, served: Campaign | None) -> Path:
    """Write the file of a campaign, and return its path.

    Args:
        folder: The folder of fixtures.
        campaign: Its document is written.
        served: The campaign of the fixtures with the same id: if its file is in the folder, it is replaced.

    Raises:
        FixtureError: There is another file with the name, or it cannot be written.
    """
    text = json.dumps(campaign.document, indent=2, ensure_ascii=False) + "\n"
    own = Path(served.source) if served else None
    if own is None or own.parent not in (folder, folder / "campaigns"):
        return write_new_file(folder / file_name(campaign.id), text)
    try:
        write_whole_file(own, text)
    except FILE_ERRORS as error:
        raise FixtureError([Problem(str(own), "", "a writable file", why_unusable(error))]) from error
    return own
