"""A sound response of the API: its stats, the id of the campaign, and the key of the request."""

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
CAMPAIGN = "507f1f77bcf86cd799439011"
STATS = {
    "totalSent": 1000,
    "totalDelivered": 800,
    "uniqueOpens": 200,
    "totalOpens": 300,
    "uniqueClicks": 40,
    "totalClicks": 50,
    "unsubscribes": 3,
    "bounces": 12,
    "openRate": 0.25,
    "clickRate": 0.05,
    "lastUpdated": "2026-01-31T09:30:00Z",
}
