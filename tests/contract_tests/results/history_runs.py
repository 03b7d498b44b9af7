"""Runs as a history keeps them."""

from datetime import UTC, datetime, timedelta

from migma_contract.finding import Level, fingerprint
from migma_contract_tests.results.history.run_record import CampaignRecord, KnownFinding, RunRecord

FIRST = datetime(2026, 1, 31, 6, tzinfo=UTC)
CAMPAIGN = "507f1f77bcf86cd799439011"
RULES = ("rate-is-percentage", "undocumented-field", "counts-decreased")


def finding(rule: str = RULES[0], level: Level = Level.BREAKING, where: str = "200 /data/openRate") -> KnownFinding:
    """Return a finding."""
    return KnownFinding(fingerprint=fingerprint(rule, where), rule=rule, level=level, where=where)


def run(number: int, *findings: KnownFinding, **changes) -> RunRecord:
    """Return the run of a day; complete, and with all rules judged."""
    given = {
        "started": FIRST + timedelta(days=number),
        "elapsed": 0.5,
        "target": "https://api.migma.ai",
        "contract": "1.0.0",
        "tool": "0.1.0",
        "verdict": "drift" if findings else "conforms",
        "complete": True,
        "judged": RULES,
        "cut": (),
        "findings": findings,
        "campaigns": {CAMPAIGN: CampaignRecord(fields=("/data", "/success"))},
    }
    return RunRecord(**{**given, **changes})
