"""Parameters that several routes have: the mock, an account, a campaign."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Path, Request
from pydantic import AfterValidator

from migma_mock.accounts.account import Account
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.campaigns.campaign import Campaign
from migma_mock.control.body_schemas import EXAMPLE_ID
from migma_mock.control.errors import ControlError
from migma_mock.mock import Mock


async def get_mock(request: Request) -> Mock:
    """Return the mock of the application."""
    mock: Mock = request.app.state.mock
    return mock


MockDep = Annotated[Mock, Depends(get_mock)]
"""Route parameter: the mock."""


async def get_account(
    mock: MockDep,
    account_id: Annotated[str, Path(description="`built-in`, or the id that `POST /accounts` returned.")],
) -> Account:
    """Return the account of the path.

    Raises:
        ControlError: There is no such account.
    """
    try:
        return mock.accounts.get(account_id)
    except UnknownAccountError as error:
        raise ControlError(404, str(error)) from error


AccountDep = Annotated[Account, Depends(get_account)]
"""Route parameter: the account of the path."""

CampaignId = Annotated[
    str,
    # Still encoded if it contains a slash or a percent sign: see path_of_segments().
    AfterValidator(unquote),
    Path(description="Id of a campaign, percent-encoded as in any URL.", examples=[EXAMPLE_ID]),
]


async def get_campaign(account: AccountDep, campaign_id: CampaignId) -> Campaign:
    """Return the campaign of the path.

    Raises:
        ControlError: The account has no such campaign.
    """
    campaign = account.state.campaign(campaign_id.encode())
    if campaign is None:
        raise ControlError(404, f"The account has no campaign {campaign_id[:128]!r}.")
    return campaign


CampaignDep = Annotated[Campaign, Depends(get_campaign)]
"""Route parameter: the campaign of the path."""
