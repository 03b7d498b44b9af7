"""A recording of a mock with odd data is served by another mock as it was."""

import httpx
import pytest
from sample_campaign import STATS

from migma_mock import MockServer

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"


def instead_of_stats(**response):
    """A campaign that answers with any response, by a fault."""
    return {"script": {"replies": [{"stats": STATS, "fault": {"kind": "body", **response}}]}}


ODD = {
    "plain": {"stats": STATS},
    "with a blank": {"stats": STATS | {"lastUpdated": "2026-01-31T09:30:00.123+14:00", "openRate": 0.33}},
    "../../etc/passwd": {"stats": STATS | {"notes": {"ümlaut 🎉": [None, True, 1.5e300, "\u202e", {}]}}},
    "nothing-sent": {"stats": dict.fromkeys(STATS, 0) | {"lastUpdated": "2026-01-31T09:30:00Z"}},
    "largest": {"stats": STATS | {"totalSent": 2**53 - 1}},
    "decimals": {"stats": {k: float(v) if isinstance(v, int) else v for k, v in STATS.items()}},
    "contradicts-itself": {"stats": STATS | {"uniqueOpens": 900}, "incoherent": True},
    "no-object": instead_of_stats(body=[1, 2]),
    "no-json": instead_of_stats(text="<p>Sorry</p>", contentType="text/html"),
    "teapot": instead_of_stats(status=418, body={"success": False, "error": "No coffee."}),
    "forbidden": {"reply": {"status": 403, "body": {"success": False, "error": "No.", "data": {"a": "b"}}}},
}


def get(mock, id_):
    return httpx.get(mock.stats_url(id_), headers={"Authorization": f"Bearer {KEY}"})


@pytest.mark.attack("hostile-input")
def test_odd_data_is_served_as_it_was_recorded(run, tmp_path):
    folder = tmp_path / "recorded"
    with MockServer(builtin=False, api_key=[KEY]) as source:
        for id_, content in ODD.items():
            source.add_campaign({"id": id_, "undocumented": True, **content})
        paths = [f"campaigns/{httpx.URL(source.stats_url(id_)).raw_path.decode().split('/')[3]}" for id_ in ODD]
        ids = [part for path in paths for part in ("--campaign-id", path)]
        options = ("--base-url", source.base_url, "--max-requests", "60", "--allow-violations", "--quiet")
        done = run("record", folder, *ids, *options, MIGMA_API_KEY=KEY)
        before = {id_: get(source, id_) for id_ in ODD}
    assert done.returncode == 0, done.stderr.decode()
    assert not [path for path in tmp_path.rglob("*") if folder not in (path.parent, path)]
    assert KEY not in "".join(path.read_text("utf-8") for path in folder.iterdir())
    with MockServer(builtin=False, api_key=[KEY], fixtures=[folder]) as mock:
        after = {id_: get(mock, id_) for id_ in ODD}
        assert mock.mock.fixtures.notices == ()
    for id_ in ODD:
        assert after[id_].status_code == before[id_].status_code, id_
        assert after[id_].content == before[id_].content, id_
        assert after[id_].headers["content-type"] == before[id_].headers["content-type"], id_
