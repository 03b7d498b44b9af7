"""With a frozen clock and seeded keys, the same calls give the same bytes of the journal's export in every process."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

CALLS = """
import http.client, json, sys
import httpx
from migma_mock import MockServer

client = httpx.Client(trust_env=False)

def with_httpx(url, headers, method):
    try:
        client.request(method, url, headers=headers)
    except httpx.TransportError:
        pass

def with_standard_library(url, headers, method):
    url = httpx.URL(url)
    connection = http.client.HTTPConnection(url.host, url.port)
    try:
        connection.request(method, url.raw_path.decode(), headers={"User-Agent": "another", "Accept": "a/b", **headers})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()

ask = {"httpx": with_httpx, "standard": with_standard_library}[sys.argv[1]]
stats = json.loads(sys.argv[2])
with MockServer(reload=False, unknown_id="generate") as mock, httpx.Client() as control:
    control.base_url = f"{mock.base_url}/__mock__"
    account = control.post("/accounts", json={"keySeed": "repeat"}).json()
    base = f"/accounts/{account['id']}"

    def call(method, path, **body):
        response = control.request(method, base + path, json=body)
        assert response.is_success, response.text

    def put(name, **members):
        call("PUT", f"/campaigns/{name}", id=name, title="T", description="D", **members)

    call("PATCH", "/clock", set="2026-01-31T09:30:00.123456Z", frozen=True)
    put("fixed", stats=stats)
    put("growing", growth={"recipients": 9000, "sentAt": "-2h"})
    put("absolute", growth={"recipients": 9000, "sentAt": "2026-01-31T12:00:00Z"})
    steps = [{"fault": {"kind": "unknown-field"}, "times": 2}, {"stats": stats}]
    put("script", script={"replies": steps, "then": "loop"})
    call("POST", "/faults", kind="status", status=503, probability=0.3, seed=5, campaign="fixed")
    call("POST", "/faults", kind="delay", distribution={"exponential": 0.001}, probability=0.5, times=3, seed=9)
    call("POST", "/faults", kind="retype-field", field="openRate", probability=0.2, seed=1)
    call("POST", "/faults", kind="reset", times=1, campaign="absolute")
    call("PUT", "/rate-limit", plan="8/min")
    working = {"Authorization": f"Bearer {account['keys']['working']}"}
    for turn in range(12):
        for name in ("fixed", "growing", "absolute", "script", "66b2f0a1c4e5d60012a40504", f"{turn:024x}"):
            ask(mock.stats_url(name), {**working, "X-Turn": str(turn)}, "GET")
        call("PATCH", "/clock", advanceSeconds=1800.25 if turn % 3 else 1)
    ask(mock.stats_url("fixed"), {"X-API-Key": account["keys"]["revoked"]}, "GET")
    ask(mock.stats_url("fixed"), {"X-API-Key": account["keys"]["withoutPermission"]}, "GET")
    ask(mock.stats_url("fixed"), {**working, "Prefer": "code=404"}, "GET")
    ask(mock.stats_url("fixed") + "/", working, "GET")
    ask(mock.stats_url("fixed"), working, "DELETE")
    ask(mock.stats_url("no such id"), working, "GET")
    sys.stdout.buffer.write(control.get(f"{base}/journal/export").content)
"""
BUILT_IN = """
sys.stdout.buffer.write(b"END OF THE EXPORT")
with MockServer(reload=False) as mock, httpx.Client(base_url=f"{mock.base_url}/__mock__", timeout=600) as control:
    account = control.post("/accounts", json={"keySeed": "repeat", "start": "2026-01-31T09:30:00Z"}).json()
    base = f"/accounts/{account['id']}"
    for _ in range(3):
        for campaign in control.get(f"{base}/campaigns").json():
            ask(mock.stats_url(campaign["id"]), {"Authorization": f"Bearer {account['keys']['working']}"}, "GET")
        control.patch(f"{base}/clock", json={"advanceSeconds": 3600.5}).raise_for_status()
    sys.stdout.buffer.write(control.get(f"{base}/journal/export").content)
"""


@pytest.fixture(scope="module")
def exports(stats, tmp_path_factory):
    """Runs the calls in a process, and returns the exports of both journals; equal runs are made only once."""
    tmp_path = tmp_path_factory.mktemp("calls")

    @cache
    def run(client, hash_seed, calls=CALLS):
        script = tmp_path / "calls.py"
        script.write_text(calls + BUILT_IN)
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "TZ": f"UTC-{hash_seed}"}
        command = [sys.executable, "-W", "error", str(script), client, json.dumps(stats)]
        ended = subprocess.run(command, cwd=tmp_path, env=environment, check=True, stdout=subprocess.PIPE)
        return ended.stdout.split(b"END OF THE EXPORT")

    return run


def test_the_export_is_the_same_in_another_process(exports):
    one, _ = exports("httpx", 1)
    assert exports("standard", 2)[0] == one
    assert one.count(b"\n") == 12 * 6 + 6
    for part in (
        b'"status": 200',
        b'"status": 503',
        b'"status": 429',
        b'"status": 401',
        b'"status": 403',
        b"generated 0",
    ):
        assert part in one
    for part in (
        b"fault reset, ",
        b"fault delay, ",
        b"fault retype-field, ",
        b"fault unknown-field, ",
        b"fault status, ",
    ):
        assert part in one


def test_growing_built_in_campaigns_give_the_same_export_if_the_account_has_a_start(exports):
    _, one = exports("httpx", 1)
    assert exports("standard", 2)[1] == one
    assert b'\\"lastUpdated\\":\\"2026-01-31T11:30:00Z\\"' in one


def test_a_different_call_gives_a_different_export(exports):
    assert exports("httpx", 1, CALLS.replace("seed=5", "seed=6"))[0] != exports("httpx", 1)[0]
