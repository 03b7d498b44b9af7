"""What the paths of the control API name: an account, and a campaign of it."""

from typing import Annotated

from fastapi import Depends, Path, Request

from migma_mock.accounts.account import Account
from migma_mock.accounts.registry import Accounts, UnknownAccountError
from migma_mock.campaigns.campaign import Campaign
from migma_mock.control.body_schemas import EXAMPLE_ID
from migma_mock.control.errors import ControlError
from migma_mock.mock import Mock


def get_mock(request: Request) -> Mock:
    """The mock that the site belongs to."""
    mock: Mock = request.app.state.mock
    return mock


async def get_accounts(request: Request) -> Accounts:
    """Every account."""
    return get_mock(request).accounts


async def account_of(
    request: Request, account_id: Annotated[str, Path(description="`built-in`, or as POST /accounts returned it.")]
) -> Account:
    """The account of a path."""
    try:
        return get_mock(request).accounts.get(account_id)
    except UnknownAccountError as error:
        raise ControlError(404, str(error)) from error


AccountDep = Annotated[Account, Depends(account_of)]
"""A route's parameter: the account that its path names."""

CampaignId = Annotated[str, Path(description="Of the campaign.", examples=[EXAMPLE_ID])]


async def campaign_of(account: AccountDep, campaign_id: CampaignId) -> Campaign:
    """The campaign of a path."""
    campaign = account.state.campaign(campaign_id.encode())
    if campaign is None:
        raise ControlError(404, "The account has no such campaign.")
    return campaign


CampaignDep = Annotated[Campaign, Depends(campaign_of)]
"""A route's parameter: the campaign that its path names."""
