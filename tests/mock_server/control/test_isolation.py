"""Isolation: many accounts at once, each with its own campaigns, faults, clock, rate limit and journal.

The same search finds every leak that is built in on purpose.
"""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from migma_mock.accounts.memory_state import MemoryState
from migma_mock.accounts.registry import Accounts

START = datetime(2026, 1, 1, tzinfo=UTC)
TWICE_503 = "66b2f0a1c4e5d60012a40504"
PER_MINUTE = 60
KINDS = ("own", "growing", "script", "neighbour", "revoked")


class Wire:
    """A client on asyncio's streams, several times as fast as a library."""

    def __init__(self, url):
        self._address = url.host, url.port
        self._streams = None

    async def get(self, path, key, number):
        """Return the status and the body; no status after a reset, no body if it was truncated."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        head = f"GET {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {key}\r\nX-Account: {number}\r\n\r\n"
        writer.write(head.encode())
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return None, b""
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
        try:
            return int(lines[0].split()[1]), await reader.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return int(lines[0].split()[1]), None

    async def close(self):
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Tenant:
    """One account with its own data, and the replies that it got."""

    def __init__(self, number, created, count):
        self.number = number
        self.id, self.keys = created["id"], created["keys"]
        self.now = START + timedelta(hours=number)
        self.limited = number % 4 == 0
        # Different numbers for neighbours, and used up in the middle of the run.
        self.faults = {"status": 1 + number % 5, "reset": 1 + number % 3, "truncate": 1 + number % 2, "drop-field": 2}
        self.plan = [KINDS[place % len(KINDS)] for place in range(count)]
        random.Random(number).shuffle(self.plan)
        self.replies = []

    async def set_up(self, control, stats):
        """Set the account's clock, and add campaigns and faults."""
        base = f"/accounts/{self.id}"
        file = {"title": "T", "description": "D"}
        own = {**file, "id": f"own-{self.number}", "stats": stats | {"totalSent": 1_000_000 + self.number}}
        growing = {**file, "id": "growing"}
        growing["growth"] = {"recipients": 1_000, "sentAt": START.isoformat(), "refreshSeconds": 3_600}
        await control("PATCH", f"{base}/clock", json={"set": self.now.isoformat(), "frozen": True})
        await control("PUT", f"{base}/campaigns/own-{self.number}", json=own)
        await control("PUT", f"{base}/campaigns/growing", json=growing)
        for kind, times in self.faults.items():
            more = {"status": {"status": 418}, "drop-field": {"field": "bounces"}}.get(kind, {})
            fault = {"kind": kind, "campaign": f"own-{self.number}", "times": times, **more}
            await control("POST", f"{base}/faults", json=fault)

    async def run(self, wire, others):
        """Send the requests, one after the other."""
        paths = {
            "own": f"own-{self.number}",
            "growing": "growing",
            "script": TWICE_503,
            "neighbour": f"own-{(self.number + 1) % others}",
            "revoked": f"own-{self.number}",
        }
        for kind in self.plan:
            key = self.keys["revoked" if kind == "revoked" else "working"]
            status, body = await wire.get(f"/v1/campaigns/{paths[kind]}/stats", key, self.number)
            self.replies.append((kind, status, body))
        await wire.close()

    def leaks_seen(self):
        """Yield the parts of an account that leaked into the replies of this one."""
        served = [each for each in self.replies if each[1] != 429]
        expected = sum(kind != "revoked" for kind in self.plan)
        if len(self.replies) - len(served) != (max(0, expected - PER_MINUTE) if self.limited else 0):
            yield "rate limit"
        own = [(status, body) for kind, status, body in served if kind == "own"]
        whole = [body for status, body in own if status == 200 and body is not None]
        if any(b'"totalSent":%d,' % (1_000_000 + self.number) not in body for body in whole):
            yield "campaigns"
        applied = Counter(status=0, reset=0, truncate=0)
        for status, body in own:
            applied += Counter(status=status == 418, reset=status is None, truncate=body is None)
        applied["drop-field"] = sum(b'"bounces"' not in body for body in whole)
        changed = applied["status"] + applied["reset"] + applied["truncate"]
        if dict(applied) != self.faults or len(whole) + changed != len(own):
            yield "faults"
        stamp = self.now.strftime('"lastUpdated":"%Y-%m-%dT%H:%M:%SZ"').encode()
        if any(stamp not in (body or b"") for kind, _, body in served if kind == "growing"):
            yield "clock"
        if {status for kind, status, _ in served if kind == "neighbour"} != {404}:
            yield "campaigns"
        if {status for kind, status, _ in served if kind == "revoked"} != {401}:
            yield "keys"
        script = [status for kind, status, _ in served if kind == "script"]
        if script != [503, 503] + [200] * (len(script) - 2):
            yield "scripts"

    def leaks_in(self, journal, faults):
        """Yield the parts of an account that leaked into the records of this one."""
        entries = journal["entries"][::-1]
        if {dict(each["requestHeaders"])["x-account"] for each in entries} != {str(self.number)}:
            yield "journal"
        # A response that was cut off or never came has no status.
        statuses = [None if body is None else status for _, status, body in self.replies]
        if journal["recorded"] != len(self.replies) or [each["status"] for each in entries] != statuses:
            yield "journal"
        if {each["time"] for each in entries} != {self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}:
            yield "clock"
        if {each["fault"]["kind"]: each["applied"] for each in faults} != self.faults:
            yield "faults"


async def search(mock, stats, accounts, requests):
    """Have accounts send requests at the same time, and return the parts that leak and the number of requests."""
    url = httpx.URL(mock.base_url)
    limits = httpx.Limits(max_connections=8)
    async with httpx.AsyncClient(base_url=f"{url}/__mock__", limits=limits, timeout=600, trust_env=False) as client:

        async def control(method, path, **options):
            response = await client.request(method, path, **options)
            assert response.is_success, response.text
            return response.json()

        async def create(number):
            plan = f"{PER_MINUTE}/min" if number % 4 == 0 else "unlimited"
            tenant = Tenant(number, await control("POST", "/accounts", json={"plan": plan}), requests)
            await tenant.set_up(control, stats)
            return tenant

        tenants = await asyncio.gather(*map(create, range(accounts)))
        await asyncio.gather(*(tenant.run(Wire(url), accounts) for tenant in tenants))
        leaks = {leak for tenant in tenants for leak in tenant.leaks_seen()}
        for tenant in tenants:
            journal = await control("GET", f"/accounts/{tenant.id}/journal?limit=1000")
            leaks.update(tenant.leaks_in(journal, await control("GET", f"/accounts/{tenant.id}/faults")))
        return leaks, sum(len(tenant.replies) for tenant in tenants)


@pytest.fixture
def leaks(control, stats):
    """Searches for leaks on a new server."""

    def run(accounts, requests):
        with control() as api:
            return asyncio.run(search(api.mock, stats, accounts, requests))

    return run


@pytest.mark.parametrize("accounts", [20, pytest.param(200, marks=pytest.mark.long)])
def test_accounts_that_are_used_at_the_same_time_leak_nothing(leaks, accounts):
    assert leaks(accounts, 100) == (set(), 100 * accounts)


SHARED = {
    "clock": {"clock"},
    "faults": {"faults"},
    "rate_limiter": {"rate limit"},
    "journal": {"journal"},
    "_changes": {"campaigns"},
    "_progress": {"scripts"},
}


@pytest.mark.parametrize(("member", "expected"), SHARED.items())
def test_a_shared_part_is_found(leaks, monkeypatch, member, expected):
    create, shared = MemoryState.__init__, []

    def create_sharing(self, *args, **options):
        create(self, *args, **options)
        shared.append(getattr(self, member))
        setattr(self, member, shared[0])

    monkeypatch.setattr(MemoryState, "__init__", create_sharing)
    found, _ = leaks(8, 100)
    assert expected <= found


def test_keys_that_all_open_one_account_are_found(leaks, monkeypatch):
    find, opened = Accounts.authenticate, []

    def find_first(self, name, value):
        credential = find(self, name, value)
        opened.append(credential.account)
        return credential._replace(account=opened[0])

    monkeypatch.setattr(Accounts, "authenticate", find_first)
    found, _ = leaks(8, 100)
    assert found >= {"campaigns", "clock", "faults", "journal", "rate limit", "scripts"}


def test_a_revoked_key_that_works_is_found(leaks, monkeypatch):
    find = Accounts.authenticate

    def find_working(self, name, value):
        credential = find(self, name, value)
        return credential._replace(key=credential.key.model_copy(update={"revoked": False}))

    monkeypatch.setattr(Accounts, "authenticate", find_working)
    found, _ = leaks(2, 100)
    assert "keys" in found
