"""After a wrong call, pytest shows the line of the test last, and the place first in the summary."""

import re

pytest_plugins = ["pytester"]

CALLS = {
    'fail(503, retry_after="soon")': "migma_mock.ArgumentError: fail(retry_after): expected a whole number",
    "fail(503, retryAfter=1)": "migma_mock.ArgumentError: fail: unknown argument 'retryAfter'; did you mean",
    "fail()": "migma_mock.ArgumentError: fail: missing argument 'status'",
    "fail(503, 2)": "migma_mock.ArgumentError: fail: arguments by position: expected at most 1 (status), got 2.",
    'fault("tiemout")': "migma_mock.ArgumentError: fault(kind): expected one of ",
    'campaign("a", totalDelivered=3, openRate=0.5)': "migma_mock.ArgumentError: campaign(openRate): expected ",
    'add_campaign({"id": "..", "title": ""})': "migma_mock.ArgumentError: add_campaign(document) at /id: expected ",
    "assert_requested(order=[{}])": "migma_mock.ArgumentError: assert_requested: unknown argument 'order'",
    'assert_requested_in_order([{"staus": 3}])': "migma_mock.ArgumentError: assert_requested_in_order(requests): unkn",
    'assert_requested("a")': "AssertionError: campaign a: expected at least 1, got 0 of 0 requests",
    'assert_requested("a", times=1, at_least=1)': (
        "migma_mock.ArgumentError: assert_requested: expected either an exact number of times, or bounds, got times=1, "
        "at_least=1"
    ),
    'add_growing_campaign("x", recipients=3, sentAt="-1d")': (
        "migma_mock.ArgumentError: add_growing_campaign: missing argument 'sent_at'; got 'sentAt' in its place"
    ),
    'fault("drop-field", field="openrate")': "migma_mock.ArgumentError: fault(field): expected a field of data (",
    'requests_adapter(max_retries="3")': "migma_mock.ArgumentError: requests_adapter(max_retries): expected a whole",
    'assert_not_requested("a", status=2000)': "migma_mock.ArgumentError: assert_not_requested(status): expected at ",
    'assert_requested("b", timeout=0.01)': (
        "AssertionError: campaign b: expected at least 1, got 0 of 0 requests (waited up to 0.01 s)"
    ),
    'fault("set-field", field="totalSent", value=12480, campaign_id=migma_mock.example_id)': (
        "migma_mock.IneffectiveFaultWarning: Campaign '66b2f0a1c4e5d60012a40101' now answers with 200, and set-field "
        "applies only to a reply with a JSON body that has an object or array at /data in which the field does not "
        "have this value yet."
    ),
    "assert_faults_used(3)": "migma_mock.ArgumentError: assert_faults_used: arguments by position: expected none",
    "new_account(key_sed=1)": "migma_mock.ArgumentError: new_account: unknown argument 'key_sed'; did you mean",
    "clock.advance(hour=3)": "migma_mock.ArgumentError: clock.advance: expected a timedelta",
    'pause_refresh(hours="x")': "migma_mock.ArgumentError: pause_refresh: expected ",
    'fail(503, campaign_id="no-such")': "migma_mock.IneffectiveFaultWarning: The account has no campaign 'no-such'",
    "clear_faults()": "migma_mock.accounts.registry.UnknownAccountError: ",
}

TYPES = {
    'MigmaMock("x")': "migma_mock.ArgumentError: MigmaMock(mock): expected a Mock, got 'x'",
    'MockServer(mock="x")': "migma_mock.ArgumentError: MockServer(mock): expected a Mock, got 'x'",
    "create_app(3)": "migma_contract.errors.SettingsError: the settings cannot be used: settings: expected Settings",
    'create_app(plan="fre")': "migma_contract.errors.SettingsError: the settings cannot be used: plan: expected one of",
    'session_server("x")': "pytest.UsageError: session_server(config): expected the config that ",
}

MODULE = """
@pytest.mark.parametrize("call", {calls!r})
def test_it(migma_mock, call):
    if call == "clear_faults()":
        migma_mock.delete_account(migma_mock)
    # As one line of this file, which is the last that is shown.
    eval(compile("migma_mock." + call, __file__, "eval"))

@pytest.mark.parametrize("options", [{{"prot": 3}}, {{"contract": "no-such.json"}}, {{"fixtures": ["no-such"]}}])
def test_new_mock(options):
    from migma_mock import MockServer
    MockServer(**options)

@pytest.mark.parametrize("line", {lines!r})
def test_wrong_type(line):
    from migma_mock import MigmaMock, MockServer, create_app
    from migma_mock.pytest_plugin import session_server
    eval(compile(line, __file__, "eval"))

def test_server_block():
    from migma_mock import MockServer
    with MockServer() as mock: mock.fail(503, expect_used=True)

def test_block(migma_mock):
    with migma_mock.fail(503, expect_used=True):
        pass
"""


def test_the_line_of_the_test_is_the_last_that_is_shown_and_the_place_is_first_in_the_summary(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    result = run(MODULE.format(calls=list(CALLS), lines=list(TYPES)), "-rf")
    result.assert_outcomes(failed=len(CALLS) + len(TYPES) + 5)
    ends = {line for line in result.outlines if re.match(r"\S+\.py:\d+: ", line)}
    assert {end.partition(":")[0] for end in ends} == {"test_client.py"}
    summary = "\n".join(line.partition("] - ")[2] for line in result.outlines if line.startswith("FAILED "))
    for call, said in {**CALLS, **TYPES}.items():
        assert f"\n{said}" in f"\n{summary}", (call, summary)
    result.stdout.no_fnmatch_line("*The above exception was*")
    result.stdout.fnmatch_lines(
        ["E * the fault was not used up: fail(503) was applied 0 times, since no request came*"]
    )
