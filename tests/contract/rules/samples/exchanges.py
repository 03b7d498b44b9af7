"""Exchanges that follow the contract, with the changes that a test needs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from migma_contract.exchange import Exchange, Failure, Purpose

STARTED = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)


STATS = {
    "totalSent": 1200,
    "totalDelivered": 1150,
    "uniqueOpens": 439,
    "totalOpens": 812,
    "uniqueClicks": 97,
    "totalClicks": 143,
    "unsubscribes": 5,
    "bounces": 50,
    "openRate": 439 / 1150,
    "clickRate": 97 / 1150,
    "lastUpdated": "2026-01-31T09:30:00Z",
    "botOpens": 31,
    "botClicks": 4,
    "mppOpens": 120,
}


JSON = ("content-type", "application/json")


CHALLENGE = ("www-authenticate", "Bearer")


STATUS: dict[Purpose, int] = {
    "missing-key": 401,
    "invalid-key": 401,
    "unknown-id": 404,
    "unknown-id-missing-key": 401,
    "unusual-id": 404,
}


NO_HEADERS: tuple[tuple[str, str], ...] = ()


ERROR = {"success": False, "error": "Not found"}


SUCCESS = {"success": True, "data": STATS}


def exchange(purpose: Purpose = "campaign", status: int | None = None, value: object = ..., **other) -> Exchange:
    """Return an exchange that follows the contract, with some attributes replaced."""
    status = STATUS.get(purpose, 200) if status is None else status
    if value is ...:
        success = {"success": True, "data": STATS}
        value = success if status // 100 == 2 else {"success": False, "error": "Not found", "code": "NOT_FOUND"}
    known = Exchange(
        purpose=purpose,
        method="HEAD" if purpose == "head" else "GET",
        url=f"http://localhost/{purpose}",
        campaign_id="507f1f77bcf86cd799439011",
        request_headers=(),
        started=STARTED,
        elapsed=0.01,
        status=status,
        headers=(JSON, CHALLENGE) if status == 401 else (JSON,),
        body=b"" if purpose == "head" else json.dumps(value).encode(),
    )
    return replace(known, **other)


def stats(**changed: object) -> Exchange:
    """Return a read of a campaign with some fields of the stats replaced."""
    return exchange(value={"success": True, "data": {**STATS, **changed}})


def without(name: str, **changed: object) -> Exchange:
    """Return a read of a campaign without a field of the stats."""
    return exchange(
        value={"success": True, "data": {key: value for key, value in {**STATS, **changed}.items() if key != name}}
    )


def over_days(*, frozen_after: int, days: int = 6) -> list[Exchange]:
    """Return a read of a campaign on each of some days, with one more open each day until its stats freeze."""
    reads = []
    for day in range(days):
        moves = min(day, frozen_after)
        stamp = STARTED + timedelta(days=moves, minutes=-30)
        read = stats(totalOpens=STATS["totalOpens"] + moves, lastUpdated=stamp.isoformat())
        reads.append(replace(read, started=STARTED + timedelta(days=day), sample=day + 1))
    return reads


def of_another_campaign(read: Exchange, campaign_id: str = "65f1a0b2c3d4e5f601234567") -> Exchange:
    """Return a read of another campaign, with twice the counts."""
    body = json.loads(read.body)
    doubled = {name: 2 * value if isinstance(value, int) else value for name, value in body["data"].items()}
    url = f"http://localhost/{campaign_id}"
    return replace(read, campaign_id=campaign_id, url=url, body=json.dumps({**body, "data": doubled}).encode())


def failed(kind: str, purpose: Purpose = "campaign", **other) -> Exchange:
    """Return an exchange without a complete response."""
    known = exchange(purpose, failure=Failure(kind, "reason"), body=b"")
    return replace(known, **{"status": None, "headers": (), **other})


def second(read: Exchange) -> Exchange:
    """Return a read as the second one of its campaign."""
    return replace(read, sample=2)
