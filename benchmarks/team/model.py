"""The replies that an account has to give, written down a second time: what one process does, in a few lines.

On purpose, none of it is the code of the mock.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from benchmarks.team.plan import AccountPlan, CampaignPlan, Step


class Expected(NamedTuple):
    """The reply to one request.

    Attributes:
        status: Its status; None if the connection is to be reset.
        sent: ``totalSent`` of its stats; 0 if it has none.
        fault: The kind of the fault that changed it; "" for none.
    """

    status: int | None
    sent: int
    fault: str = ""

    def __str__(self) -> str:
        what = "no response" if self.status is None else f"status {self.status}"
        return (
            what
            + (f" with totalSent {self.sent}" if self.sent else "")
            + (f" by fault {self.fault}" if self.fault else "")
        )


class FaultModel:
    """Counts how often a fault was eligible and applied.

    Args:
        document: The fault, as the control API takes it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._fault = document
        self.eligible = self.applied = 0

    def may_apply_to(self, campaign: str) -> bool:
        """True if it is for the campaign and not exhausted."""
        times = self._fault.get("times")
        return self._fault.get("campaign") in (None, campaign) and (times is None or self.applied < times)

    def selects_next(self) -> bool:
        """Count one eligible reply; True if the fault is applied to it."""
        draw = f"{self._fault['kind']}:{self._fault.get('seed', 0)}:selection:{self.eligible}"
        random = ((int.from_bytes(hashlib.sha256(draw.encode()).digest()[:8]) >> 12) + 0.5) / 2**52
        is_selected: bool = self.eligible >= self._fault.get("skip", 0) and random < self._fault.get("probability", 1)
        self.eligible += 1
        self.applied += is_selected
        return is_selected

    def change(self, expected: Expected) -> Expected:
        """Return the changed reply."""
        kind = self._fault["kind"]
        if kind == "reset":
            return Expected(None, 0, kind)
        if kind == "delay":
            return expected._replace(fault=kind)
        return Expected(self._fault["status"], 0, kind)


class AccountModel:
    """Gives the expected replies to the requests of one account, in their order.

    Attributes:
        faults: What its faults have counted so far.
    """

    def __init__(self, plan: AccountPlan) -> None:
        self._a_minute = plan.a_minute
        self._campaigns = {campaign.id: campaign for campaign in plan.campaigns}
        self._given: dict[str, int] = defaultdict(int)
        self._allowed: dict[str, int] = defaultdict(int)
        self.faults = [FaultModel(fault) for fault in plan.faults]

    def answer(self, campaign_id: str, time: str) -> Expected:
        """Return the reply to the next request.

        Args:
            campaign_id: The campaign that it asks for.
            time: The account's time. It only moves by more than a minute, so that each time has a limit of its own.
        """
        if self._a_minute:
            if self._allowed[time] >= self._a_minute:
                return Expected(429, 0)
            self._allowed[time] += 1
        step = self._next_step(self._campaigns[campaign_id])
        expected = Expected(step.status, step.sent)
        for fault in self.faults:
            if fault.may_apply_to(campaign_id) and fault.selects_next():
                return fault.change(expected)
        return expected

    def may_claim(self, campaign_id: str) -> bool:
        """True if the next request for a campaign counts for the limit, a script, or a fault that is not exhausted."""
        is_scripted = len(self._campaigns[campaign_id].steps) > 1
        return bool(self._a_minute or is_scripted or any(fault.may_apply_to(campaign_id) for fault in self.faults))

    def _next_step(self, campaign: CampaignPlan) -> Step:
        number = self._given[campaign.id]
        self._given[campaign.id] += 1
        row = [step for step in campaign.steps for _ in range(step.times)]
        return row[number % len(row) if campaign.loops else min(number, len(row) - 1)]
