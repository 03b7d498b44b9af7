"""The mock tells what it found in responses of the live API, and makes fixture files of them."""

import io
import json

import httpx
import pytest
from upstream_api import KEY, OTHER_KEY, STATS, get, http_response, recorded, success, watching

from migma_contract.errors import FixtureError
from migma_mock import MockServer
from migma_mock.http.access_log import AccessLog
from migma_mock.upstream.upstream import Upstream

BREAKING = success(totalDelivered=2000)
ERROR = b'{"success":false,"error":"No.","code":"NO"}'


@pytest.fixture
def log(proxy):
    """The access log of the mock in front of the live API."""
    stream = io.StringIO()
    proxy.mock.log = AccessLog(stream)
    return stream


def test_findings_are_in_a_header_the_journal_and_the_log(live, proxy, log):
    """Their number and the rule of the first, the most serious one."""
    live.response = success(openRate=0.5, clickRate="0.1", totalSent=10.5)
    answer = get(proxy)
    number, _, first = answer.headers["x-mock-findings"].partition("; first=")
    assert (int(number) > 1, first) == (True, "open-rate-inconsistent")
    journal = f"{proxy.base_url}/__mock__/accounts/{proxy.mock.accounts.built_in.id}/journal"
    control = httpx.get(journal).json()["entries"][0]
    assert control["matchedBy"] == f"upstream, {answer.headers['x-mock-findings']}"
    assert ["x-mock-findings", answer.headers["x-mock-findings"]] in control["responseHeaders"]
    live.response = success()
    assert get(proxy).headers["x-mock-findings"] == "0"
    assert [entry.matched_by for entry in recorded(proxy)] == [control["matchedBy"], "upstream"]
    proxy.mock.log.flush()
    assert f" 200 {control['matchedBy']} " in log.getvalue()


UNAUTHORIZED = http_response(ERROR, "401 Unauthorized", ["WWW-Authenticate: Bearer"])

JUDGED = {
    "an unknown id": (http_response(ERROR, "404 Not Found"), KEY, ""),
    "an unknown id, in another form": (http_response(b"{}", "404 Not Found"), KEY, "envelope-error-missing"),
    "an invalid key": (UNAUTHORIZED, KEY, ""),
    "no key": (UNAUTHORIZED, "", ""),
    "no key, and stats all the same": (success(), "", "missing-key-accepted"),
    "too many requests": (http_response(ERROR, "429 Too Many Requests", ["Retry-After: 5"]), KEY, ""),
    "an outage": (http_response(b"", "503 Service Unavailable"), KEY, ""),
    "a redirect": (http_response(b"", "302 Found", ["Location: /login"]), KEY, "redirect"),
    "no gzip": (http_response(b"garbage", headers=["Content-Encoding: gzip"]), KEY, "response-encoding-broken"),
    "the key": (success(note=KEY), KEY, "key-echoed"),
}


def test_a_response_is_judged_as_the_check_does(live, proxy):
    """An id may be unknown and a key invalid, so that 404 and 401 are no findings by themselves."""
    first = {}
    for name, (response, key, _) in JUDGED.items():
        live.response = response
        headers = {"authorization": f"Bearer {key}"} if key else {}
        with httpx.stream("GET", proxy.stats_url("live-one"), headers=headers) as answer:
            first[name] = answer.headers["x-mock-findings"].partition("; first=")[2]
    assert first == {name: expected for name, (_, _, expected) in JUDGED.items()}


def test_recordings_are_fixtures_that_a_mock_serves_with_equal_data(live, tmp_path):
    """One file for each campaign; an error, a violation and a HEAD make none, and a file that exists stays."""
    folder = tmp_path / "new" / "recordings"
    ids = ["live-one", "../a b", "ключ"]
    with watching(live.url, record=folder) as mock:
        stream = io.StringIO()
        mock.mock.log = AccessLog(stream, redact=mock.mock.accounts.redactor.text)
        get(mock, "head-only", "HEAD")
        live.response = http_response(ERROR, "404 Not Found")
        get(mock, "unknown")
        live.response = BREAKING
        assert get(mock, "drifted").status_code == 200
        for number, campaign_id in enumerate(ids):
            live.response = success(totalSent=1000 + number)
            get(mock, campaign_id, authorization=f"Bearer {OTHER_KEY}")
        live.response = success(totalSent=5000)
        assert get(mock).json()["data"]["totalSent"] == 5000
        mock.mock.log.flush()
    files = list(folder.iterdir())
    assert len(files) == len(ids)
    assert [path.name for path in tmp_path.rglob("*.json") if path.parent != folder] == []
    assert "campaign live-one recorded: " in stream.getvalue()
    assert "campaign drifted not recorded: " in stream.getvalue()
    assert not any(key in path.read_text() for path in files for key in (KEY, OTHER_KEY))
    assert {json.loads(path.read_text())["recorded"]["origin"] for path in files} == {live.url}
    with MockServer(reload=False, fixtures=folder) as mock:
        for number, campaign_id in enumerate(ids):
            stats = httpx.get(mock.stats_url(campaign_id), headers=mock.auth_headers).json()["data"]
            assert stats == {**STATS, "totalSent": 1000 + number}


@pytest.mark.attack("secrets-in-records")
def test_a_recording_has_no_key_that_the_response_repeats(live, tmp_path):
    """Not even one of an unknown form, in a field that the contract does not forbid."""
    live.response = success(lastUpdated="2026-01-31T09:30:00Z", owner=OTHER_KEY, session="c00kie-Value-92817")
    live.response = live.response.replace(b"\r\n\r\n", b"\r\nSet-Cookie: s=c00kie-Value-92817\r\n\r\n", 1)
    with watching(live.url, record=tmp_path) as mock:
        get(mock, authorization=f"Bearer {OTHER_KEY}")
    (path,) = tmp_path.iterdir()
    assert '"owner": "[redacted]"' in path.read_text()
    assert '"session": "[redacted]"' in path.read_text()


@pytest.mark.attack("secrets-in-records")
def test_a_campaign_whose_id_is_the_key_is_not_recorded(live, tmp_path):
    """Neither a file nor its name has a key that was pasted in the wrong place."""
    notes = []
    with watching(live.url, record=tmp_path) as mock:
        mock.mock.upstream = Upstream(live.url, mock.settings, "x", lambda text, **_: notes.append(text))
        assert get(mock, OTHER_KEY, authorization=f"Bearer {OTHER_KEY}").status_code == 200
    assert list(tmp_path.iterdir()) == []
    assert notes == ["campaign [redacted] not recorded: the API key, a cookie or a part of one is in the campaign id"]


@pytest.mark.attack("secrets-in-records")
def test_every_key_of_a_request_is_removed(live, tmp_path):
    """A server may read the first of two headers and repeat it, the mock the last; so many cannot be looked for."""
    keys = [OTHER_KEY, "0ne-m0re-Kq83Zt5vWp", *(f"another-key-{number}" for number in range(8))]
    live.response = success(first=keys[0], last=keys[1])
    live.response = live.response.replace(b"\r\n\r\n", b"\r\nSet-Cookie: s=c00kie-Value-92817\r\n\r\n", 1)
    with watching(live.url, record=tmp_path) as mock:
        url = mock.stats_url("live-one")
        assert httpx.get(url, headers=[("authorization", f"Bearer {key}") for key in keys[:2]]).status_code == 200
        assert '"first": "[redacted]", "last": "[redacted]"' in recorded(mock)[-1].response_body
        assert ("set-cookie", "s=[redacted]") in recorded(mock)[-1].response_headers
        assert httpx.get(url, headers=[("authorization", f"Bearer {key}") for key in keys]).status_code == 400
    (path,) = tmp_path.iterdir()
    assert not any(key in path.read_text() for key in keys)
    assert len(live.requests) == 1


def test_a_folder_that_cannot_be_written_ends_the_start(tmp_path):
    """It is said now, and not at the first response."""
    (tmp_path / "file").touch()
    with pytest.raises(FixtureError, match="file"):
        MockServer(upstream="https://api.migma.invalid", record=tmp_path / "file")


def test_recordings_in_a_folder_of_fixtures_are_served_from_then_on(live, tmp_path):
    """The live API is asked once for each campaign."""
    with MockServer(upstream=live.url, record=tmp_path, fixtures=tmp_path, reload=False) as mock:
        assert get(mock).headers["x-mock-findings"] == "0"
        assert mock.mock.reload() == []
        assert (get(mock).json()["data"], len(live.requests)) == (STATS, 1)
        assert recorded(mock)[-1].matched_by == "campaign live-one"
