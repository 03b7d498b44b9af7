"""Accounts never see each other: two hundred at once, each sure of its own campaigns, faults, clock, quota and journal.

The same search for leaks finds each one that is built in on purpose.
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
    """A client on asyncio's streams: several times as fast as a library, since it can do one thing only."""

    def __init__(self, url):
        self._address = url.host, url.port
        self._streams = None

    async def get(self, path, key, number):
        """The status and the body; no status where the connection was reset, no body where it was cut."""
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
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Tenant:
    """One account with what only it has, and what it saw."""

    def __init__(self, number, made, count):
        self.number = number
        self.id, self.keys = made["id"], made["keys"]
        self.now = START + timedelta(hours=number)
        self.limited = number % 4 == 0
        # So many that no two neighbours have the same, and in the middle of the run.
        self.faults = {"status": 1 + number % 5, "reset": 1 + number % 3, "truncate": 1 + number % 2, "drop-field": 2}
        self.plan = [KINDS[place % len(KINDS)] for place in range(count)]
        random.Random(number).shuffle(self.plan)
        self.seen = []

    async def set_up(self, control, stats):
        """Give it a clock, campaigns and faults of its own."""
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
        """Make its requests, one after the other."""
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
            self.seen.append((kind, status, body))
        await wire.close()

    def leaks_seen(self):
        """Aspects in which an answer was another account's."""
        served = [each for each in self.seen if each[1] != 429]
        asked = sum(kind != "revoked" for kind in self.plan)
        if len(self.seen) - len(served) != (max(0, asked - PER_MINUTE) if self.limited else 0):
            yield "quota"
        own = [(status, body) for kind, status, body in served if kind == "own"]
        whole = [body for status, body in own if status == 200 and body is not None]
        if any(b'"totalSent":%d,' % (1_000_000 + self.number) not in body for body in whole):
            yield "campaigns"
        struck = Counter(status=0, reset=0, truncate=0)
        for status, body in own:
            struck += Counter(status=status == 418, reset=status is None, truncate=body is None)
        struck["drop-field"] = sum(b'"bounces"' not in body for body in whole)
        if dict(struck) != self.faults or len(whole) + struck["status"] + struck["reset"] + struck["truncate"] != len(
            own
        ):
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
        """Aspects in which its records are not its own."""
        entries = journal["entries"][::-1]
        if {dict(each["requestHeaders"])["x-account"] for each in entries} != {str(self.number)}:
            yield "journal"
        # The journal has the answer that was decided, and the connection breaks after that.
        statuses = [200 if status is None else status for _, status, _ in self.seen]
        if journal["recorded"] != len(self.seen) or [each["status"] for each in entries] != statuses:
            yield "journal"
        if {each["time"] for each in entries} != {self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}:
            yield "clock"
        if {each["fault"]["kind"]: each["applied"] for each in faults} != self.faults:
            yield "faults"


async def search(mock, stats, accounts, requests):
    """Have so many accounts make so many requests each, all at once; which aspects leak from one to another."""
    url = httpx.URL(mock.base_url)
    limits = httpx.Limits(max_connections=8)
    async with httpx.AsyncClient(base_url=f"{url}/__mock__", limits=limits, timeout=60, trust_env=False) as client:

        async def control(method, path, **options):
            response = await client.request(method, path, **options)
            assert response.is_success, response.text
            return response.json()

        async def make(number):
            plan = f"{PER_MINUTE}/min" if number % 4 == 0 else "unlimited"
            tenant = Tenant(number, await control("POST", "/accounts", json={"plan": plan}), requests)
            await tenant.set_up(control, stats)
            return tenant

        tenants = await asyncio.gather(*map(make, range(accounts)))
        await asyncio.gather(*(tenant.run(Wire(url), accounts) for tenant in tenants))
        leaks = {leak for tenant in tenants for leak in tenant.leaks_seen()}
        for tenant in tenants:
            journal = await control("GET", f"/accounts/{tenant.id}/journal?limit=1000")
            leaks.update(tenant.leaks_in(journal, await control("GET", f"/accounts/{tenant.id}/faults")))
        return leaks, sum(len(tenant.seen) for tenant in tenants)


@pytest.fixture
def leaks(control, stats):
    """Searches for leaks on a server of its own."""

    def run(accounts, requests):
        with control() as api:
            return asyncio.run(search(api.mock, stats, accounts, requests))

    return run


def test_two_hundred_accounts_and_twenty_thousand_requests_at_once_leak_nothing(leaks):
    assert leaks(200, 100) == (set(), 20_000)


SHARED = {
    "clock": {"clock"},
    "faults": {"faults"},
    "quota": {"quota"},
    "journal": {"journal"},
    "_own": {"campaigns"},
    "_progress": {"scripts"},
}


@pytest.mark.parametrize(("member", "expected"), SHARED.items())
def test_a_part_that_accounts_shared_would_be_found(leaks, monkeypatch, member, expected):
    make, shared = MemoryState.__init__, []

    def make_sharing(self, *args, **options):
        make(self, *args, **options)
        shared.append(getattr(self, member))
        setattr(self, member, shared[0])

    monkeypatch.setattr(MemoryState, "__init__", make_sharing)
    found, _ = leaks(8, 100)
    assert expected <= found


def test_keys_that_all_opened_one_account_would_be_found(leaks, monkeypatch):
    find, opened = Accounts.authenticate, []

    def find_first(self, name, value):
        credential = find(self, name, value)
        opened.append(credential.account)
        return credential._replace(account=opened[0])

    monkeypatch.setattr(Accounts, "authenticate", find_first)
    found, _ = leaks(8, 100)
    assert found >= {"campaigns", "clock", "faults", "journal", "quota", "scripts"}


def test_keys_of_another_kind_would_be_found(leaks, monkeypatch):
    find = Accounts.authenticate

    def find_working(self, name, value):
        credential = find(self, name, value)
        return credential._replace(key=credential.key.model_copy(update={"revoked": False}))

    monkeypatch.setattr(Accounts, "authenticate", find_working)
    found, _ = leaks(2, 100)
    assert "keys" in found
