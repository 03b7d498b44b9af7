"""The smallest FastAPI application that answers: what its start and its memory are is the framework's."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/v1/campaigns/{campaign_id}/stats")
async def stats(campaign_id: str) -> dict[str, str]:
    """Nothing but the id."""
    return {"id": campaign_id}
