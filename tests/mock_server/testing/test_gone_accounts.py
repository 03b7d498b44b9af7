"""A handle whose account is gone raises at once, whatever is used: no test can use the account of another."""

import asyncio
import inspect
from datetime import UTC, datetime

import pytest

from migma_mock.accounts.registry import UnknownAccountError

pytest_plugins = ["pytester"]

REQUIRED = {
    "at": datetime(2026, 3, 1, tzinfo=UTC),
    "campaign_id": "a",
    "document": {"id": "a", "title": "a", "description": "a", "growth": {"recipients": 1, "sentAt": "-1d"}},
    "kind": "reset",
    "name": "outage-503",
    "plan": "free",
    "recipients": 1,
    "requests": [{"campaign_id": "a"}],
    "sent_at": "-1d",
    "status": 503,
}
"""A value for each parameter that some method requires."""

FURTHER = {"advance": {"hours": 1}, "pause_refresh": {"hours": 1}}

OF_NO_ACCOUNT = {"account_id", "clock", "connect", "delete_account"}
"""Members that need no account that exists: deleting is done already."""

OF_THE_MOCK = {"ca_file", "httpx2_transport", "requests_adapter", "ssl_context"}
"""Members that are the same for all accounts of a mock."""


def use(owner, name, values):
    """Read a property, or call a method with what it requires."""
    member = getattr(owner, name)
    if callable(member):
        parameters = inspect.signature(member).parameters.values()
        needed = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        places = [values[p.name] for p in needed if p.kind is not p.KEYWORD_ONLY]
        names = {p.name: values[p.name] for p in needed if p.kind is p.KEYWORD_ONLY}
        result = member(*places, **names, **FURTHER.get(name, {}))
        if inspect.iscoroutine(result):
            asyncio.run(result)


@pytest.mark.parametrize("home", ["here", "elsewhere"], indirect=True)
def test_everything_raises_with_the_reason_when_the_account_is_gone(root):
    """Properties, verification and the clock answered from what was left of it."""
    with root.new_account("test_earlier") as handle:
        values = {**REQUIRED, "fault": handle.fault("reset")}
    said = {}
    for owner in (handle, handle.clock):
        members = {name for name in dir(type(owner)) if not name.startswith("_")}
        for name in members - OF_NO_ACCOUNT - OF_THE_MOCK:
            said[name] = "nothing"
            try:
                use(owner, name, values)
            except UnknownAccountError as error:
                said[name] = str(error)
    reason = "The account 'test_earlier' is gone: its test or its with block is over"
    assert {name: text for name, text in said.items() if not text.startswith(reason)} == {}


KEPT = """
kept = []

def test_earlier(migma_mock): kept.append(migma_mock)

def test_later(): kept[0].assert_requested(times=0)
"""


def test_pytest_shows_the_line_of_the_test_that_uses_the_account_of_another(run):
    result = run(KEPT)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*UnknownAccountError: The account 'test_client.py::test_earlier' is gone: *"])
    result.stdout.no_fnmatch_line("*migma_mock/testing*")
    result.stdout.no_fnmatch_line("*mock_server*")
