"""Strategies of what happens to accounts: changes through the control API, and requests."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from model_store import CONTRACT, FIXTURES

from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.faults import parse_fault
from migma_mock.messages.request import Request
from migma_mock.plans import parse_plan
from migma_mock.scenarios import parse_scenario

START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
FIXED, GROWING, SCRIPT = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40504"
UNKNOWN_KEY = b"mgma_sk_test_of_nobody_0000"
IDS = st.sampled_from(["ünï", "ünï", "ünï", SCRIPT, GROWING, FIXED])
PLANS = st.sampled_from(["unlimited", "2/min", "3/min,5/day", "300/min"])
SECONDS = st.sampled_from([0.0, 0.75, 3.0, 59.5, 61.0, 3600.0, 90_000.0])

_STATS = FIXTURES.campaigns[FIXED].document["stats"]
_ERROR = {"success": False, "error": "Down.", "code": "SERVICE_UNAVAILABLE"}
_503 = {"status": 503, "headers": {"Retry-After": "3"}, "body": _ERROR}


def _script(times, then):
    steps = [
        {"reply": _503, "times": times},
        {"stats": _STATS},
        {"fault": {"kind": "set-field", "field": "totalSent", "value": 7}},
    ]
    return {"script": {"replies": steps, "then": then}, "undocumented": True}


def _growth(sent_at, refresh):
    return {"growth": {"recipients": 5000, "sentAt": sent_at, "refreshSeconds": refresh}}


_GROWTHS = st.builds(_growth, st.sampled_from(["-2h", "+1m", "-1s", "2026-01-31T08:00:00Z"]), st.sampled_from([1, 60]))
_SCRIPTS = st.builds(_script, st.integers(1, 3), st.sampled_from(["last", "loop"]))
_FIXED = st.sampled_from(
    [
        {"stats": {**_STATS, "surplus": 1}},
        {"reply": _503, "undocumented": True},
        {"reply": {"success": True, "data": {**_STATS, "extra": 1}}},
    ]
)
_KINDS = st.sampled_from(
    [
        {"kind": "status", "status": 503},
        {"kind": "delay", "seconds": 0.5},
        {"kind": "set-field", "field": "totalSent", "value": {"a": [1.5, None]}},
        {"kind": "truncate"},
        {"kind": "timeout"},
        {"kind": "percent-rates"},
    ]
)
_LIMITS_OF_FAULTS = st.sampled_from([{}, {"times": 1}, {"times": 2, "skip": 1}, {"skip": 2}, {"probability": 0.5}, {}])


def _put(campaign_id, document, source):
    campaign = build_campaign({"id": campaign_id, **document}, source, CONTRACT)
    assert not isinstance(campaign, list)
    return lambda account: account.state.put(campaign)


def _arm(kind, limits, campaign):
    document = {**kind, **limits, **({"campaign": campaign} if campaign else {})}
    spec = parse_fault(document, "fault", CONTRACT)
    return lambda account: account.state.faults.arm(spec)


def _arm_scenario(name, campaign):
    scenario = parse_scenario({"name": name, "campaign": campaign}, "body", CONTRACT)
    return lambda account: account.state.faults.arm_scenario(name, scenario.faults)


def _moment(seconds):
    return START + timedelta(seconds=seconds)


_SCENARIOS = st.sampled_from(["outage-503", "empty-stats"])
_OPTIONAL_IDS = st.none() | IDS

CAMPAIGN_CHANGES = st.one_of(
    st.builds(_put, IDS, _GROWTHS, st.just("request")),
    st.builds(_put, IDS, _SCRIPTS, st.just("request")),
    st.builds(_put, IDS, _FIXED, st.sampled_from(["request", "test"])),
    st.builds(lambda id_: lambda account: account.state.delete(id_), IDS),
)
"""Functions that change the campaigns of an account."""

FAULT_CHANGES = st.one_of(
    st.builds(_arm, _KINDS, _LIMITS_OF_FAULTS, _OPTIONAL_IDS),
    st.builds(_arm_scenario, _SCENARIOS, _OPTIONAL_IDS),
    st.builds(
        lambda name, id_: lambda account: account.state.faults.disarm_scenario(name, id_), _SCENARIOS, _OPTIONAL_IDS
    ),
    st.builds(lambda number: lambda account: account.state.faults.disarm(f"fault-{number}"), st.integers(1, 5)),
    st.just(lambda account: account.state.faults.clear()),
)
"""Functions that arm or disarm faults."""

OTHER_CHANGES = st.one_of(
    st.builds(lambda seconds: lambda account: account.state.clock.freeze(_moment(seconds)), SECONDS),
    st.builds(lambda seconds: lambda account: account.state.clock.set(_moment(seconds)), SECONDS),
    st.builds(lambda seconds: lambda account: account.state.clock.advance(timedelta(seconds=seconds)), SECONDS),
    st.just(lambda account: account.state.clock.freeze()),
    st.just(lambda account: account.state.clock.resume()),
    st.builds(lambda seconds: lambda account: account.state.pause_refresh(timedelta(seconds=seconds)), SECONDS),
    st.builds(lambda plan: lambda account: account.state.set_rate_limit(parse_plan(plan)), PLANS),
)
"""Functions that change the clock, the refreshes or the rate limit of an account."""

CLEARINGS = st.sampled_from([lambda account: account.reset(), lambda account: account.state.clear_journal()])
"""Functions that reset an account, or clear its journal."""

_HEADERS = st.sampled_from(
    [
        [],
        [],
        [(b"prefer", b"code=404")],
        [(b"prefer", b"example=" + SCRIPT.encode())],
        [(b"prefer", b"wait=0.25")],
        [(b"user-agent", b"a"), (b"cookie", b"session=1"), (b"origin", b"http://localhost:3000")],
    ]
)


@st.composite
def requests(draw, keys):
    """Requests with one of these keys, most of them with a working one; with an unknown one, or without a key."""
    kind = draw(st.sampled_from([*["working"] * 6, "revoked", "withoutPermission", "unknown"]))
    key = UNKNOWN_KEY if kind == "unknown" else getattr(draw(keys), kind).reveal().encode()
    places = {"bearer": [(b"authorization", b"Bearer " + key)], "x-api-key": [(b"x-api-key", key)], "none": []}
    place = draw(st.sampled_from([*["bearer"] * 6, "x-api-key", "none"]))
    campaign_id = "".join(f"%{byte:02x}" for byte in draw(IDS).encode())
    return Request(
        draw(st.sampled_from([*["GET"] * 6, "HEAD", "POST", "OPTIONS"])),
        CONTRACT.operation.request_path(campaign_id, "").encode(),
        [(b"host", b"localhost"), *places[place], *draw(_HEADERS)],
        draw(st.sampled_from([b"", b"", b"", b"api_key=" + key, b"a=b&token=x"])),
    )
