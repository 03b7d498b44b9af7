"""``/__mock__/accounts/{id}/connection``: what a client needs to use an account."""

from urllib.parse import quote

from fastapi import APIRouter
from pydantic import BaseModel, Field

from migma_contract.redaction import Secret
from migma_mock.accounts.account import Account
from migma_mock.campaigns.fixtures import public_keys
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.routes.previews import RequestModel, request_for
from migma_mock.mock import KEY_PLACEHOLDER

router = APIRouter(tags=["accounts"])

ID_PLACEHOLDER = "{campaignId}"

_EFFECTS = {
    "working": "API key",
    "withoutPermission": "API key without email:read, gets 403",
    "revoked": "Revoked API key, gets 401",
}


class ShownKeyModel(BaseModel):
    """An API key of an account, and what requests with it get."""

    kind: str = Field(description="`working`, `withoutPermission` or `revoked`.")
    effect: str
    key: str = Field(description="The key; a placeholder if it may be a real one.")
    isShown: bool = Field(description="False if `key` is a placeholder.")


class ConnectionModel(BaseModel):
    """The settings that a client needs to use an account."""

    versionPath: str = Field(description="What the base URL of an SDK ends with, such as `/v1`; may be empty.")
    keys: list[ShownKeyModel]
    request: RequestModel = Field(description="A request that gets the stats of a campaign.")
    exampleId: str = Field(description="Id of that campaign, which has stats; a placeholder if there is none.")
    statsPath: str = Field(
        description=f"Path of such a request with `{ID_PLACEHOLDER}` for the id, which is percent-encoded there."
    )
    fixturesFolder: str | None = Field(description="Folder that fixture files are saved in; null without `--fixtures`.")


@router.get("/accounts/{account_id}/connection")
async def connection(account: AccountDep, mock: MockDep) -> ConnectionModel:
    """Return the keys of an account and an example of a request; keys of the user's own stay hidden."""
    folders, example_id = mock.settings.fixtures, account.example_id
    return ConnectionModel(
        versionPath=mock.contract.operation.version_path,
        keys=[_shown(account, kind, getattr(account.keys, kind)) for kind in _EFFECTS if getattr(account.keys, kind)],
        request=request_for(quote(example_id, safe=""), account, mock),
        exampleId=example_id,
        statsPath=request_for(ID_PLACEHOLDER, account, mock).path,
        fixturesFolder=str(folders[-1]) if folders else None,
    )


def _shown(account: Account, kind: str, key: Secret) -> ShownKeyModel:
    is_shown = not account.is_built_in or key in public_keys()
    return ShownKeyModel(
        kind=kind, effect=_EFFECTS[kind], key=key.reveal() if is_shown else KEY_PLACEHOLDER, isShown=is_shown
    )
