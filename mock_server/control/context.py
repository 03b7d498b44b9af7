"""What every route of the control API needs: the account that its path names."""

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request

from mock_server.accounts import Account, Accounts, NoSuchAccountError
from mock_server.control.answers import RefusedError

if TYPE_CHECKING:
    from mock_server.app import MockApp


def mock_of(request: Request) -> "MockApp":
    """The mock that the site belongs to."""
    mock: MockApp = request.app.state.mock
    return mock


async def accounts_of(request: Request) -> Accounts:
    """Every account."""
    return mock_of(request).accounts


async def account_of(
    request: Request, account_id: Annotated[str, Path(description="`built-in`, or as POST /accounts returned it.")]
) -> Account:
    """The account of a path."""
    try:
        return mock_of(request).accounts.get(account_id)
    except NoSuchAccountError as error:
        raise RefusedError(404, str(error)) from error


InAccount = Annotated[Account, Depends(account_of)]
"""A route's parameter: the account that its path names."""
