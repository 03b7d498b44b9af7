"""Set up the accounts of a plan, and collect afterwards what the mock says about them."""

import http.client
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from benchmarks.team.control import Control
from benchmarks.team.load_client import TAG
from benchmarks.team.plan import ADVANCED_SECONDS, AccountPlan

_PAGE = 2000
_AT_ONCE = 4


@dataclass
class Entry:
    """A request in a journal.

    Attributes:
        number: Its place in the journal.
        tag: The number of the request; -1 if it has none.
        time: The account's time.
        status: Of the response; None if the connection was reset.
        body: Of the response.
    """

    number: int
    tag: int
    time: str
    campaign: str
    status: int | None
    matched_by: str
    body: str

    @classmethod
    def of(cls, shown: dict[str, Any]) -> "Entry":
        """Return an entry of the control API."""
        tags = [value for name, value in shown["requestHeaders"] if name == TAG]
        return cls(
            shown["number"],
            int(tags[0]) if len(tags) == 1 else -1,
            shown["time"],
            shown["campaign"],
            shown["status"],
            shown["matchedBy"],
            shown["body"],
        )

    @property
    def sent(self) -> int:
        """``totalSent`` of the stats; 0 if it has none."""
        if self.status != 200:
            return 0
        return int(json.loads(self.body)["data"]["totalSent"])


@dataclass
class AccountEvidence:
    """The mock's own report on one account.

    Attributes:
        entries: Its journal, oldest first.
        recorded: The number of requests, as the journal says.
        gap: What the journal says that it lacks.
        requests: The number of requests, as the list of accounts says.
        verifies: True if a verification confirms that exactly so many requests came as the journal has.
        faults: How often each fault was eligible and applied.
    """

    entries: list[Entry]
    recorded: int
    gap: str
    requests: int
    verifies: bool
    faults: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Account:
    """An account of the plan that exists in a mock."""

    plan: AccountPlan
    id: str
    key: str


def create(control: Control, plan: AccountPlan) -> Account:
    """Create an account with its campaigns and faults."""
    made = control.post("/accounts", plan.document())
    for campaign in plan.campaigns:
        control.post(f"/accounts/{made['id']}/campaigns", campaign.document())
    for fault in plan.faults:
        control.post(f"/accounts/{made['id']}/faults", fault)
    return Account(plan, made["id"], made["keys"]["working"])


def create_all(control: Control, plans: Sequence[AccountPlan]) -> list[Account]:
    """Create accounts over several connections at once, which may lead to different processes."""

    def create_some(first: int) -> list[Account]:
        with Control(control.address, control.token) as own:
            return [create(own, plan) for plan in plans[first::_AT_ONCE]]

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        made = [account for some in threads.map(create_some, range(_AT_ONCE)) for account in some]
    return sorted(made, key=lambda account: account.plan.number)


def delete_all(control: Control, accounts: Sequence[Account]) -> list[str]:
    """Delete accounts, and return a sentence for each whose key a later request could still use."""
    found = []
    for account in accounts:
        control.call("DELETE", f"/accounts/{account.id}")
        control.close()
        status = _status(control.address, account)
        if status != http.client.UNAUTHORIZED:
            found.append(f"account {account.plan.number} was deleted, and its key got {status}")
    control.call("DELETE", "/unknown-key-requests")
    return found


def _status(address: tuple[str, int], account: Account) -> int:
    """Return the status of a request over a new connection."""
    with closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
        path = f"/v1/campaigns/{account.plan.campaigns[0].id}/stats"
        connection.request("GET", path, headers={"Authorization": f"Bearer {account.key}"})
        return connection.getresponse().status


def advance(control: Control, account: Account) -> str:
    """Move the clock of an account, and return its new time."""
    changed = control.call("PATCH", f"/accounts/{account.id}/clock", {"advanceSeconds": ADVANCED_SECONDS})
    return str(changed["now"])


def collect(control: Control, accounts: Sequence[Account]) -> dict[int, AccountEvidence]:
    """Return what the mock says about each account, by its number."""
    return {account.plan.number: _collect_one(control, account) for account in accounts}


def _collect_one(control: Control, account: Account) -> AccountEvidence:
    path = f"/accounts/{account.id}"
    entries: list[Entry] = []
    page = control.get(f"{path}/journal?limit={_PAGE}")
    recorded, gap = page["recorded"], page["gap"]
    while page["entries"]:
        entries += map(Entry.of, page["entries"])
        page = control.get(f"{path}/journal?limit={_PAGE}&before={entries[-1].number}")
    faults = [(fault["eligible"], fault["applied"]) for fault in control.get(f"{path}/faults")]
    requests = control.get(path)["requests"]
    verifies = control.post(f"{path}/verify", {"times": len(entries)})["ok"]
    return AccountEvidence(entries[::-1], recorded, gap, requests, verifies, faults)


def unknown_key_requests(control: Control) -> int:
    """Return how many requests came without a known key."""
    return int(control.get("/unknown-key-requests?limit=1")["recorded"])
