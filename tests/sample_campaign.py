"""A sound campaign file, its stats, and the same with members changed; a member that is changed to ``...`` is gone."""

STATS = {
    "totalSent": 1000,
    "totalDelivered": 900,
    "uniqueOpens": 300,
    "totalOpens": 500,
    "uniqueClicks": 90,
    "totalClicks": 120,
    "unsubscribes": 4,
    "bounces": 60,
    "openRate": 0.3333,
    "clickRate": 0.1,
    "lastUpdated": "2026-01-31T09:30:00Z",
    "botOpens": 20,
    "botClicks": 10,
    "mppOpens": 200,
}
CAMPAIGN = {"id": "65f1c0ffee00000000000001", "title": "Mine", "description": "A campaign.", "stats": STATS}
REPLY = {"status": 404, "body": {"success": False, "error": "Gone."}}


def campaign(**changes):
    """With changed members."""
    return _changed(CAMPAIGN, changes)


def with_stats(**changes):
    """With changed members of its stats."""
    return campaign(stats=_changed(STATS, changes))


def with_reply(**changes):
    """With a reply in place of stats, which has changed members."""
    return campaign(stats=..., reply=_changed(REPLY, changes))


def _changed(members, changes):
    return {name: value for name, value in (members | changes).items() if value is not ...}
