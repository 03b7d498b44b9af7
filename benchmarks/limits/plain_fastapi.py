"""A mock written in ten minutes: a FastAPI route with a response model, and a dependency for the key."""

import json
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from migma_contract.stats import CampaignStats

_FIXTURES = Path(__file__).parents[2] / "fixtures"
_FILE = json.loads((_FIXTURES / "campaigns" / "newsletter.json").read_bytes())
_CAMPAIGNS = {_FILE["id"]: CampaignStats.model_validate(_FILE["stats"])}
_KEYS = {f"Bearer {key['key']}" for key in json.loads((_FIXTURES / "keys.json").read_bytes())["keys"]}

app = FastAPI()


class Envelope(BaseModel):
    """Around a campaign's stats."""

    success: bool
    data: CampaignStats


async def _known_key(authorization: Annotated[str, Header()] = "") -> None:
    if authorization not in _KEYS:
        raise HTTPException(401)


@app.get("/v1/campaigns/{campaign_id}/stats", dependencies=[Depends(_known_key)])
async def stats(campaign_id: str) -> Envelope:
    """A campaign's stats."""
    if campaign_id not in _CAMPAIGNS:
        raise HTTPException(404)
    return Envelope(success=True, data=_CAMPAIGNS[campaign_id])
