"""Journal, export, event stream, access log, verification and reports of tests show no key that the mock knows."""

import io
import json
from urllib.parse import quote

import httpx
import pytest

from migma_mock import Mock, MockServer
from migma_mock.control.event_feed import EventFeed
from migma_mock.http.access_log import AccessLog

pytestmark = pytest.mark.attack("secrets-in-records")

# None has the vendor's form, which is found without knowing the key.
KEYS = {
    "of an option": "hunter2-of-an-option-hunter2",
    "of keys.json": "hunter2/of+keys.json=hunter2",
    "revoked": "hunter2~revoked~hunter2",
    "without permission": "hunter2.forbidden.hunter2",
}
TOKEN = "hunter2-control-token"
UNKNOWN = "swordfish-unknown-to-all"
HEADER = "X-Custom-Auth"

ENCODINGS = {
    "plain": lambda text: text,
    "percent-encoded": lambda text: quote(text, safe=""),
    "all percent-encoded": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "small letters": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "half": lambda text: text[:9] + "".join(f"%{byte:02x}" for byte in text[9:].encode()),
    "twice": lambda text: quote(quote(text, safe=""), safe=""),
    "three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "all, five times": lambda text: "".join(f"%25252525{byte:02X}" for byte in text.encode()),
    "all, twice": lambda text: "".join(f"%25{byte:02X}" for byte in text.encode()),
}

PLACES = {
    "path": lambda text: (f"/v1/{text}/stats", {}),
    "end of the path": lambda text: (f"/v1/campaigns/x/stats/{text}", {}),
    "campaign id": lambda text: (f"/v1/campaigns/{text}/stats", {}),
    "cut path": lambda text: (f"/v1/{'a' * 495}/{text}", {}),
    "path that the log cuts": lambda text: (f"/v1/{'a' * 170}/{text}", {}),
    "query": lambda text: (f"/v1/campaigns/x/stats?note={text}", {}),
    "name in a query": lambda text: (f"/v1/campaigns/x/stats?{text}=1", {}),
    "another header": lambda text: ("/v1/campaigns/x/stats", {"X-Trace": text}),
    "in a longer header": lambda text: ("/v1/campaigns/x/stats", {"Referer": f"https://example.com/{text}/page?a=1"}),
    "cut header": lambda text: ("/v1/campaigns/x/stats", {"X-Trace": "a" * 110 + text, "X-Long": "b" * 5000}),
    "origin, which the reply repeats": lambda text: ("/v1/campaigns/x/stats", {"Origin": f"https://{text}.example"}),
    "authorization": lambda text: ("/v1/campaigns/x/stats", {"Authorization": f"Bearer {text}"}),
    "cookie": lambda text: ("/v1/campaigns/x/stats", {"Cookie": f"session={text}"}),
}

OF_THE_CLIENT = {
    "the contract's header": ("/v1/campaigns/x/stats", {HEADER: UNKNOWN}),
    "a parameter": (f"/v1/campaigns/x/stats?a=1&api_key={UNKNOWN}&b=2", {}),
    "a parameter of the contract's name": (f"/v1/campaigns/x/stats?{HEADER}={UNKNOWN}", {}),
    "an encoded parameter": (f"/v1/campaigns/x/stats?api%5Fkey={quote(UNKNOWN)}", {}),
    "a token": (f"/v1/campaigns/x/stats?access_token={UNKNOWN};token={UNKNOWN}", {}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose contract has a key header of its own, and which has keys from all places."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "keys.json").write_text(
        json.dumps(
            {
                "keys": [
                    {"key": KEYS["of keys.json"]},
                    {"key": KEYS["revoked"], "revoked": True},
                    {"key": KEYS["without permission"], "permissions": []},
                ]
            }
        )
    )
    document = json.loads(Mock(reload=False).contract.raw)
    (scheme,) = document["components"]["securitySchemes"].values()
    scheme["name"] = HEADER
    contract = folder.parent / "contract-of-another-header.json"
    contract.write_text(json.dumps(document))
    options = {"fixtures": folder, "contract": contract, "api_key": [KEYS["of an option"]], "control_token": TOKEN}
    with MockServer(reload=False, **options) as server:
        yield server


def everything(server):
    """Return all that the mock shows of the requests since the last call, with the log of the last one."""
    base, token = f"{server.base_url}/__mock__", {"X-Mock-Token": TOKEN}
    paths = ("/accounts/built-in/journal", "/accounts/built-in/journal/export", "/unknown-key-requests")
    shown = [httpx.get(base + path, headers=token).text for path in paths]
    accounts = server.mock.accounts
    feed = EventFeed(lambda: accounts.all, lambda: accounts.unknown_key_requests, server.mock)
    shown += [json.dumps(event.data) for event in feed.past(1000)]
    expectation = {"method": "PUT", "path": "/", "campaign": "x", "headers": {"X-Trace": "x", "Origin": "x"}}
    shown.append(httpx.post(f"{base}/accounts/built-in/verify", headers=token, json=expectation).text)
    shown.append(server.journal_text())
    for journal in (accounts.built_in.state.journal, accounts.unknown_key_requests):
        shown += [repr(journal.entries), repr(list(journal.unexpected_requests))]
        shown += [str(entry.headers) for entry in journal.entries]
    return "\n".join(shown)


def sent(server, requests):
    """Send requests and return all that is shown of them, and their number."""
    stream = io.StringIO()
    accounts = server.mock.accounts
    server.mock.on_loop(accounts.built_in.state.clear_journal)
    server.mock.on_loop(accounts.clear_unknown_key_requests)
    log = server.mock.log = AccessLog(stream, accounts.redactor.text)
    with httpx.Client(base_url=server.base_url) as client:
        for path, headers in requests:
            client.get(path, headers=headers)
    server.mock.log = None
    server.mock.on_loop(log.flush)
    recorded = accounts.built_in.state.journal.recorded + accounts.unknown_key_requests.recorded
    return everything(server) + stream.getvalue(), recorded


@pytest.mark.parametrize("place", PLACES)
def test_no_record_shows_a_known_key_or_the_token_in_any_encoding(server, place):
    texts = [encode(text) for text in (*KEYS.values(), TOKEN) for encode in ENCODINGS.values()]
    requests = [PLACES[place](text) for text in texts]
    shown, recorded = sent(server, [(path, {HEADER: KEYS["of an option"], **each}) for path, each in requests[:20]])
    more, recorded_without_key = sent(server, requests[20:])
    assert (recorded, recorded_without_key) == (20, len(requests) - 20)
    # Fewer than eight characters of a key that was cut may be left.
    parts = {text[at : at + 8] for text in (*KEYS.values(), TOKEN) for at in (0, len(text) - 8)}
    encoded = {encode(part) for part in parts for encode in ENCODINGS.values()}
    assert not [part for part in encoded if part in shown + more]
    assert "[redacted]" in shown


@pytest.mark.parametrize("place", OF_THE_CLIENT)
def test_no_record_shows_an_unknown_key_where_keys_belong(server, place):
    shown, recorded = sent(server, [OF_THE_CLIENT[place]])
    assert recorded == 1
    assert "swordfish" not in shown
    assert "[redacted]" in shown
