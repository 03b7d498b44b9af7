"""Each fault, as httpx and Node's fetch report it."""

import json
import subprocess
from pathlib import Path

import pytest

from migma_mock.faults import FAULTS

FETCH = Path(__file__).with_name("faults_seen_by_fetch.mjs")
PATIENCE = 0.4

NAMES = [*FAULTS, "wrong-content-length, too large"]
BODY_STAYS = ["delay", "drip", "wrong-content-type"]
DRIFT = list(FAULTS)[list(FAULTS).index("drop-field") :]

# By httpx.

ERRORS = {
    "timeout": "ReadTimeout",
    "reset": "ReadError",
    "reset-mid-body": "ReadError",
    "truncate": "RemoteProtocolError",
    "wrong-content-length, too large": "RemoteProtocolError",
}
STATUSES = {"status": 503, "html": 502, "body": 429, "undocumented-status": 202}
NOT_JSON = ["html", "empty-body", "invalid-json", "wrong-content-length"]


@pytest.mark.parametrize("name", NAMES)
def test_httpx_sees_what_the_catalogue_says(armed, outcome, plain, name):
    got = outcome(armed(name), patience=PATIENCE if name == "timeout" else 60)
    says = FAULTS[name.partition(",")[0]].client_sees
    assert got.error == ERRORS.get(name)
    if got.error:
        assert got.error in says
        return
    assert got.not_json == ("JSONDecodeError" if name in NOT_JSON else None)
    assert (got.not_json or "") in says or "incomplete JSON" in says
    assert got.status == STATUSES.get(name, 200)
    if name in BODY_STAYS:
        assert got.body == plain.body


# By Node's fetch.


@pytest.fixture(scope="module")
def fetched(migma_mock_server, kind_and_members, tool):
    """Let one process of Node request every fault."""
    node = tool("node")
    asked = []
    for name in NAMES:
        kind, members = kind_and_members(name)
        handle = migma_mock_server.new_account()
        handle.fault(kind, **members)
        patience = PATIENCE if kind == "timeout" else 60
        url = handle.stats_url(handle.example_id)
        asked.append({"name": name, "url": url, "key": handle.api_key, "method": "GET", "patience": patience * 1000})
    ended = subprocess.run(
        [node, str(FETCH)], input=json.dumps(asked), capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


FETCH_ERRORS = {
    "timeout": ("TimeoutError",),
    "reset": ("TypeError", "ECONNRESET"),
    "reset-mid-body": ("TypeError", "ECONNRESET", "UND_ERR_SOCKET"),
    "truncate": ("TypeError", "UND_ERR_SOCKET"),
    "wrong-content-length, too large": ("TypeError", "UND_ERR_SOCKET"),
}


@pytest.mark.parametrize("name", NAMES)
def test_fetch_sees_what_the_catalogue_says(fetched, plain, drifted, name):
    got, says = fetched[name], FAULTS[name.partition(",")[0]].client_sees
    if name in FETCH_ERRORS:
        error, *causes = FETCH_ERRORS[name]
        assert got["error"] == error
        assert not causes or got["cause"] in causes
        assert error in says
        assert got["status"] == (None if name in ("timeout", "reset") else 200)
        assert error == "TimeoutError" or got["message"] in says
        return
    assert "error" not in got
    assert got.get("notJson") == ("SyntaxError" if name in NOT_JSON else None)
    assert got["status"] == STATUSES.get(name, 200)
    assert got["ok"] is (got["status"] < 300)
    if name in BODY_STAYS:
        assert got["text"].encode() == plain.body
    if name in DRIFT:
        assert got["json"]["data"] == drifted(json.loads(plain.body)["data"])[name]
