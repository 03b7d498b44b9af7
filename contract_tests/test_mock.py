"""The mock by its contract: every path a reply can take, judged by Schemathesis and by the rules."""

import json
import socket
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest
import schemathesis

from contract_tests.exchange import Purpose
from contract_tests.mock_suite import MockSuite, ask, received
from contract_tests.probe import run_check
from contract_tests.redaction import Secret
from contract_tests.settings import CheckOptions
from mock_server import MockApp, MockServer, create_app
from mock_server.data import fixtures_path

PLAIN: dict[str, Any] = {  # whatever MIGMA_MOCK_… variables say
    "builtin": True,
    "metadata": False,
    "reload": False,
    "seed": 0,
    "strict_nullable": False,
    "unknown_id": "not-found",
}
APP = create_app(**PLAIN)
KEY, CAMPAIGN = APP.example_key, APP.example_id
BEARER = f"Bearer {KEY}"
FIXTURES = [json.loads(path.read_bytes()) for path in sorted((fixtures_path() / "campaigns").glob("*.json"))]
STATIC = [file for file in FIXTURES if {"stats", "reply"} & set(file)]
SERVED = {file["id"] for file in STATIC if "stats" in file}
KEYS = json.loads((fixtures_path() / "keys.json").read_bytes())["keys"]
REVOKED = next(f"Bearer {key['key']}" for key in KEYS if key.get("revoked"))
POWERLESS = next(f"Bearer {key['key']}" for key in KEYS if "email:read" not in key["permissions"])
NOBODY = "0" * 24


def path(campaign_id: str) -> str:
    """The contract's path for an id that needs no encoding."""
    return f"{APP.contract.operation.prefix}{campaign_id}{APP.contract.operation.suffix}"


def is_drawn(campaign_id: str) -> bool:
    """Whether a mock that generates has a campaign for an id: for all that people could mean by one."""
    return (
        campaign_id != NOBODY and campaign_id.isprintable() and not set(campaign_id) & set("/\N{REPLACEMENT CHARACTER}")
    )


def generating(profile: str) -> MockApp:
    """A mock that has a campaign for any id."""
    return create_app(**{**PLAIN, "unknown_id": "generate", "profile": profile})


def suite_of(app: MockApp) -> MockSuite:
    """The suite on a mock that generates."""
    return MockSuite(app, KEY, is_known=lambda one: one in SERVED or is_drawn(one))


KNOWN = MockSuite(APP, KEY, is_known=SERVED.__contains__, campaign_id=CAMPAIGN)
ANY = MockSuite(APP, KEY, is_known=SERVED.__contains__)
DRAWN = suite_of(generating("realistic"))


@KNOWN.schema.parametrize()
def test_a_known_campaign_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    KNOWN.call(case)


@ANY.schema.parametrize()
def test_any_id_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    ANY.call(case)


@DRAWN.schema.parametrize()
def test_generated_campaigns_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    DRAWN.call(case)


def hold_to_file(suite: MockSuite, file: dict[str, Any], response: schemathesis.Response) -> None:
    """An answer is what a file, or a step of one, says: a reply, or stats in the envelope of success."""
    reply = file.get("reply") or {"status": 200, "body": {"success": True, "data": file["stats"]}}
    assert response.status_code == reply["status"]
    assert suite.hold_form(response) == reply["body"]
    for name, value in reply.get("headers", {}).items():
        assert response.headers[name.lower()] == [value]
    shows: dict[int, Purpose] = {401: "wrong-key", 404: "unknown-id"}
    suite.hold(response, shows.get(reply["status"], "campaign"))


@pytest.mark.parametrize("file", STATIC, ids=lambda file: file["title"])
def test_fixture_is_served_as_its_file_says(file: dict[str, Any]) -> None:
    hold_to_file(KNOWN, file, ask(APP, path(file["id"]), Authorization=BEARER))


@pytest.mark.parametrize("file", [file for file in FIXTURES if "script" in file], ids=lambda file: file["title"])
def test_script_is_played_step_by_step(file: dict[str, Any]) -> None:
    """The last step lasts."""
    app = create_app(**PLAIN)
    steps = [step for step in file["script"]["replies"] for _ in range(step.get("times", 1))]
    for step in [*steps, steps[-1]]:
        hold_to_file(KNOWN, step, ask(app, path(file["id"]), Authorization=BEARER))


@pytest.mark.parametrize("file", [file for file in FIXTURES if "growth" in file], ids=lambda file: file["title"])
def test_growing_campaign_is_coherent_once_it_was_sent(file: dict[str, Any]) -> None:
    response = ask(create_app(**PLAIN), path(file["id"]), Authorization=BEARER)
    if "before" in file and file["growth"]["sentAt"].startswith("+"):
        hold_to_file(KNOWN, {"reply": file["before"]}, response)
        return
    assert response.status_code == 200
    assert 0 < KNOWN.hold_form(response)["data"]["totalDelivered"] <= file["growth"]["recipients"]
    KNOWN.hold(response, "campaign")


def test_every_fixture_is_of_a_kind_that_is_judged_here() -> None:
    assert all({"stats", "reply", "script", "growth"} & set(file) for file in FIXTURES)


@pytest.mark.parametrize("profile", ["realistic", "edge"])
def test_generated_campaign_is_coherent_and_its_own(profile: str) -> None:
    """Every id gets what its generator draws for it, sent as it is, and each rule holds of it."""
    app = generating(profile)
    suite = suite_of(app)
    for number in range(40):
        campaign_id = f"{number * 7919:024x}" if number else "an-id-of-any-kind"
        response = ask(app, path(campaign_id), Authorization=BEARER)
        assert response.status_code == 200
        assert suite.hold_form(response) == app.generator.envelope(campaign_id)
        suite.hold(response, "campaign")


def test_generated_campaign_of_the_profile_schema_holds_to_the_schema_alone() -> None:
    """Its numbers contradict each other on purpose, so no rule about meaning is asked."""
    app = generating("schema")
    suite = suite_of(app)
    for number in range(1, 31):
        response = ask(app, path(f"{number:024x}"), Authorization=BEARER)
        assert response.status_code == 200
        suite.hold_form(response)
        suite.hold_schema(response)


REFUSED: dict[str, tuple[str, dict[str, str], Purpose, int, str, str | None]] = {
    "no key": (CAMPAIGN, {}, "no-key", 401, "UNAUTHORIZED", "Bearer"),
    "no key, unknown id": (NOBODY, {}, "unknown-id-no-key", 401, "UNAUTHORIZED", "Bearer"),
    "unknown key": (CAMPAIGN, {"Authorization": f"{BEARER}x"}, "wrong-key", 401, "UNAUTHORIZED", "invalid_token"),
    "unknown key, unknown id": (NOBODY, {"Authorization": "Bearer 0"}, "wrong-key", 401, "UNAUTHORIZED", "Bearer"),
    "unknown X-API-Key": (CAMPAIGN, {"X_API_Key": "0"}, "wrong-key", 401, "UNAUTHORIZED", "invalid_token"),
    "a scheme that is none": (CAMPAIGN, {"Authorization": f"Basic {KEY}"}, "wrong-key", 401, "UNAUTHORIZED", "Bearer"),
    "the key without a scheme": (CAMPAIGN, {"Authorization": KEY}, "wrong-key", 401, "UNAUTHORIZED", "Bearer"),
    "revoked key": (CAMPAIGN, {"Authorization": REVOKED}, "wrong-key", 401, "UNAUTHORIZED", "invalid_token"),
    "key without the permission": (CAMPAIGN, {"Authorization": POWERLESS}, "campaign", 403, "FORBIDDEN", None),
    "unknown id": (NOBODY, {"Authorization": BEARER}, "unknown-id", 404, "NOT_FOUND", None),
    "odd id": ("odd%20%F0%9F%93%88%2F", {"Authorization": BEARER}, "odd-id", 404, "NOT_FOUND", None),
    "id that is no text": ("%FF%00", {"Authorization": BEARER}, "odd-id", 404, "NOT_FOUND", None),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("suite", [KNOWN, DRAWN], ids=["fixtures", "generating"])
def test_refusal_is_as_documented(suite: MockSuite, case: str) -> None:
    campaign_id, headers, purpose, status, code, challenge = REFUSED[case]
    response = ask(suite.app, path(campaign_id), **headers)
    assert response.status_code == status
    assert suite.hold_form(response)["code"] == code
    assert (challenge or "") in response.headers.get("www-authenticate", [""])[0]
    assert ("www-authenticate" in response.headers) == (status == 401)
    suite.hold(response, purpose)


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"ApiKey {KEY}"}, {"X_API_Key": KEY}, {"Authorization": f"bearer {KEY}"}]
)
def test_key_in_another_form_of_the_vendors_gets_the_same_answer(headers: dict[str, str]) -> None:
    documented, other = ask(APP, path(CAMPAIGN), Authorization=BEARER), ask(APP, path(CAMPAIGN), **headers)
    assert (other.status_code, other.headers, other.content) == (200, documented.headers, documented.content)


NEAR_MISSES = {
    f"/campaigns/{CAMPAIGN}/stats": "ends in /v1",
    f"/v1/v1/campaigns/{CAMPAIGN}/stats": "without /v1",
    f"//v1/campaigns/{CAMPAIGN}/stats": "A slash came twice",
    f"{path(CAMPAIGN)}/": "no slash at the end",
    f"/v1/campaigns/{CAMPAIGN}": "ends in /stats",
    f"/v1/campaigns/{CAMPAIGN}/x/stats": APP.contract.operation.path,
    "/v1/campaigns//stats": APP.contract.operation.path,
    "/v1/contacts": APP.contract.operation.path,
}


@pytest.mark.parametrize(("target", "way_out"), NEAR_MISSES.items())
def test_path_that_the_contract_does_not_have_is_404_and_says_what_is_meant(target: str, way_out: str) -> None:
    response = ask(APP, target, Authorization=BEARER)
    body = KNOWN.hold_form(response)
    assert (response.status_code, body["code"]) == (404, "NOT_FOUND")
    assert way_out in body["error"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND"])
@pytest.mark.parametrize("headers", [{"Authorization": BEARER}, {}], ids=["key", "no key"])
def test_method_that_the_contract_does_not_have_is_405_with_allow(method: str, headers: dict[str, str]) -> None:
    response = ask(APP, path(CAMPAIGN), method=method, **headers)
    assert response.status_code == 405
    assert response.headers["allow"] == ["GET, HEAD, OPTIONS"]
    assert KNOWN.hold_form(response)["code"] == "METHOD_NOT_ALLOWED"


def test_options_is_204_with_allow_and_without_a_body() -> None:
    response = ask(APP, path(CAMPAIGN), method="OPTIONS")
    assert (response.status_code, response.headers, response.content) == (204, {"allow": ["GET, HEAD, OPTIONS"]}, b"")


def test_preflight_of_a_page_on_this_machine_lets_the_key_through() -> None:
    asked = {"Origin": "http://localhost:3000", "Access_Control_Request_Method": "GET"}
    response = ask(APP, path(CAMPAIGN), method="OPTIONS", **asked)
    assert response.headers["access-control-allow-origin"] == ["http://localhost:3000"]
    assert "GET" in response.headers["access-control-allow-methods"][0]
    assert "Authorization" in response.headers["access-control-allow-headers"][0]


@pytest.mark.parametrize(("origin", "allowed"), [("http://localhost:3000", True), ("https://example.com", False)])
def test_answer_to_a_page_differs_by_its_cors_headers_alone(origin: str, allowed: bool) -> None:
    plain, response = (
        ask(APP, path(CAMPAIGN), Authorization=BEARER),
        ask(APP, path(CAMPAIGN), Authorization=BEARER, Origin=origin),
    )
    assert response.content == plain.content
    assert response.headers["vary"] == ["Origin"]
    assert (response.headers.get("access-control-allow-origin") == [origin]) is allowed
    KNOWN.hold(response, "campaign")


@pytest.mark.parametrize("campaign_id", [file["id"] for file in STATIC] + [NOBODY])
@pytest.mark.parametrize("headers", [{"Authorization": BEARER}, {}], ids=["key", "no key"])
def test_head_is_get_without_its_body(campaign_id: str, headers: dict[str, str]) -> None:
    get = ask(APP, path(campaign_id), **headers)
    head = ask(APP, path(campaign_id), method="HEAD", **headers)
    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


def test_preferred_code_gets_a_reply_with_that_status() -> None:
    statuses = {file["reply"]["status"] for file in STATIC if "reply" in file} | {403, 404, 405}
    for status in sorted(statuses):
        response = ask(APP, path(CAMPAIGN), Authorization=BEARER, Prefer=f"code={status}")
        assert (response.status_code, response.headers["preference-applied"]) == (status, [f"code={status}"])
        KNOWN.hold_form(response)


@pytest.mark.parametrize("prefer", [f"example={CAMPAIGN}", "dynamic=false", "dynamic=true", "wait=0.05", "unknown=1"])
def test_other_preference_gets_stats(prefer: str) -> None:
    target, started = path(NOBODY if prefer.startswith("example") else CAMPAIGN), perf_counter()
    response = ask(APP, target, Authorization=BEARER, Prefer=prefer)
    assert perf_counter() - started >= (0.05 if prefer.startswith("wait") else 0)
    assert response.headers.get("preference-applied") == (None if prefer.startswith("unknown") else [prefer])
    KNOWN.hold(response, "campaign")
    is_fixture = response.content == ask(APP, path(CAMPAIGN), Authorization=BEARER).content
    assert is_fixture is (prefer != "dynamic=true")


@pytest.mark.parametrize("prefer", ["code=299", "code=x", "example=nothing", "dynamic=maybe", "wait=-1", "wait=nan"])
def test_impossible_preference_is_400_and_says_what_is_possible(prefer: str) -> None:
    response = ask(APP, path(CAMPAIGN), Authorization=BEARER, Prefer=prefer)
    body = KNOWN.hold_form(response)
    assert (response.status_code, body["code"]) == (400, "INVALID_PREFERENCE")
    assert prefer.partition("=")[0] in body["error"]


def test_metadata_is_the_only_thing_that_the_setting_adds() -> None:
    """The vendor's introduction shows it, the contract does not declare it."""
    app = create_app(**{**PLAIN, "metadata": True})
    for campaign_id in (CAMPAIGN, NOBODY):
        plain, response = (
            ask(APP, path(campaign_id), Authorization=BEARER),
            ask(app, path(campaign_id), Authorization=BEARER),
        )
        body = KNOWN.hold_form(response)
        metadata = body.pop("metadata")
        assert (response.status_code, body) == (plain.status_code, json.loads(plain.content))
        assert metadata["requestId"].startswith("req_")
        assert metadata["timestamp"].endswith("Z")


def test_contract_is_served_as_published() -> None:
    """Byte by byte: what Schemathesis reads here is the vendor's document."""
    response = ask(APP, "/openapi.json")
    assert (response.status_code, response.headers["content-type"]) == (200, ["application/json"])
    assert response.content == APP.contract.raw


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The mock on a socket."""
    with MockServer(**PLAIN) as mock:
        yield mock


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /v1/campaigns/%b/stats HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 9000), 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: %b\r\n\r\n" % (b"a" * 70000), 431),
    ],
)
def test_broken_request_is_refused_with_an_error_of_the_contracts_form(
    server: MockServer, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): [value] for name, _, value in (line.partition(": ") for line in lines)}
    assert first.split(" ")[1] == str(status)
    assert headers["connection"] == ["close"]
    KNOWN.hold_form(received(status, headers, body))


def test_check_of_the_mock_conforms(server: MockServer) -> None:
    """By the probe, over a socket, as anyone would check a server."""
    options = CheckOptions(base_url=server.url, campaign_ids=(CAMPAIGN,), key=Secret(KEY), rate=None)
    report = run_check(options, APP.contract)
    assert (report.verdict, report.findings) == ("conforms", ())
