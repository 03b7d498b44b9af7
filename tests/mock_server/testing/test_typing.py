"""Type checkers report misspelt arguments, since the keyword arguments of MigmaMock are typed as its models are."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_overloads, get_type_hints

import pytest

from migma_contract.stats import CampaignStats
from migma_mock import MigmaMock
from migma_mock.accounts.request_pattern import Pattern
from migma_mock.accounts.verification import RequestExpectation
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.delays import Distribution, Lognormal
from migma_mock.faults import FAULTS
from migma_mock.faults.base import FaultSpec
from migma_mock.setting_arguments import SettingArguments
from migma_mock.settings import Settings
from migma_mock.testing import keyword_arguments
from migma_mock.testing.arguments import to_argument

ROOT = Path(__file__).parents[3]

MISTAKES = """\
mock.campaign("a", uniqueOpen=3)
mock.campaign("a", open_rate=0.25)
mock.campaign("a", lastUpdated=1)
mock.add_growing_campaign("a", recipients=200, sent_at="-1h", openRate=0.3)
mock.add_growing_campaign("a", recipient=200, sent_at="-1h")
mock.add_generated_campaign(profile="edgy")
mock.fail(503, retryAfter=2)
mock.fault("tiemout")
mock.fault("truncate", time=1)
mock.fault("truncate", delta=3)
mock.fault("truncate", times="1")
mock.fault("set-field", field="/data")
mock.fail()
mock.fail(503).aplied
mock.scenario("outage")
mock.campaign("a", totalSent="200")
mock.fault("delay", distribution={"exponentiel": 0.2})
mock.new_account(keyseed="s")
mock.assert_requested("a", atLeast=1)
mock.assert_requested_in_order([{"staus": 200}])
mock.assert_not_requested("a", times=0)
mock.assert_requested("a", query={"page": 2})
mock.clock.advance(hour=3)
mock.pause_refresh(hour=3)
mock.rate_limits("free")
mock.requests[0].statuscode
MigmaMock.connect("http://127.0.0.1:4010", tokn="a")
mock.requests_adapter(max_retrys=2)
MockServer(fixture="mine")
Mock(unknown_id="generated")
"""

CORRECT = """\
with MockServer(fixtures="mine", delay={"uniform": [0.1, 0.2]}, tls=True, control_token=None) as server:
    server.campaign("a")
stats = mock.campaign("a", totalDelivered=200, openRate=0.25, botOpens=None)
with mock.new_account("b", plan="free", key_seed="s") as account:
    account.add_campaign({"id": "a", "title": "A", "description": "A.", "stats": stats})
    account.add_growing_campaign("g", recipients=200, sent_at="-1h", mpp_share=None)
    account.fault("delay", distribution={"lognormal": {"median": 0.2, "sigma": 0.8}}, times=1)
    account.fault("set-field", field="/data", value=None, skip=1, expect_used=True)
    broken: Literal["reset", "truncate"] = "reset" if stats else "truncate"
    with account.fault(broken, times=1), account.scenario("outage-503", campaign_id="a"):
        account.fail(429, retry_after=2, campaign_id="a")
    account.clock.advance(hours=3)
    account.assert_requested("a", headers=account.auth_headers, query={"page": "2"}, timeout=2)
    account.assert_requested_in_order([{"status": 200, "matched_by": "campaign"}, "a"], timeout=0.5)
    account.assert_not_requested("b", method="POST")
    assert account.requests[0].headers["user-agent"].startswith("client")
"""


def test_mypy_reports_every_mistake_and_nothing_else(tmp_path):
    """The mistakes are the first lines of a module, one on each, and the correct calls follow."""
    module = tmp_path / "module.py"
    preamble = "from typing import Literal\nfrom migma_mock import MigmaMock, Mock, MockServer\nmock: MigmaMock\n"
    module.write_text(preamble + MISTAKES + CORRECT, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", module]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout
    found = {int(line) - preamble.count("\n") for line in re.findall(r"module\.py:(\d+): error", output)}
    assert found == set(range(1, MISTAKES.count("\n") + 1)), output


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        ("StatsArguments", CampaignStats.model_fields),
        ("GrowthArguments", map(to_argument, GrowthFile.model_fields.keys() - {"recipients", "sentAt"})),
        ("RequestPattern", map(to_argument, Pattern.model_fields)),
        ("PatternArguments", map(to_argument, Pattern.model_fields.keys() - {"campaign"})),
        ("ExpectationArguments", map(to_argument, RequestExpectation.model_fields.keys() - {"campaign", "order"})),
        ("Distribution", Distribution.model_fields),
        ("Lognormal", Lognormal.model_fields),
        ("FaultArguments", [*map(to_argument, FaultSpec.model_fields.keys() - {"kind"}), "expect_used"]),
        (
            "ErrorArguments",
            [*map(to_argument, FAULTS["status"].model_fields.keys() - {"kind", "status"}), "expect_used"],
        ),
    ],
)
def test_the_names_are_those_of_the_models(arguments, members):
    assert set(get_type_hints(getattr(keyword_arguments, arguments))) == set(members)


def test_settings_have_the_names_of_their_model():
    assert set(get_type_hints(SettingArguments)) == set(Settings.model_fields)


def type_names(annotation):
    """Return the names of the types of a union, without what pydantic adds to them."""
    parts = (
        get_args(annotation) if isinstance(annotation, UnionType) or get_origin(annotation) is Union else [annotation]
    )
    return {(get_args(part)[0] if get_origin(part) is Annotated else part).__name__ for part in parts}


@pytest.mark.parametrize("model", [CampaignStats, GrowthFile])
def test_the_types_are_those_of_the_models(model):
    is_stats = model is CampaignStats
    hints = get_type_hints(getattr(keyword_arguments, "StatsArguments" if is_stats else "GrowthArguments"))
    for name, field in model.model_fields.items():
        hint = hints.get(name if is_stats else to_argument(name), Any)
        if hint is not Any and name != "lastUpdated":
            assert type_names(field.annotation) <= type_names(hint), name


def test_each_kind_of_fault_has_its_parameters():
    """Their names, their types, and which of them are required."""
    described = {}
    for overload in get_overloads(MigmaMock.fault):
        hints = get_type_hints(overload)
        parameters = {each.name: each.default is each.empty for each in inspect.signature(overload).parameters.values()}
        shared = get_type_hints(*get_args(hints.pop("arguments")))
        del hints["return"], parameters["self"], parameters["arguments"]
        for kind in get_args(hints.pop("kind")):
            assert kind not in described
            described[kind] = parameters | dict.fromkeys(shared.keys() - {"expect_used"}, False)
            for name, field in FAULTS[kind].model_fields.items():
                hint = {**shared, **hints}.get(to_argument(name), Any)
                if hint is not Any:
                    assert type_names(field.annotation) <= type_names(hint), (kind, name)
    assert described == {
        kind: {to_argument(name): field.is_required() for name, field in entry.model_fields.items()}
        for kind, entry in FAULTS.items()
    }
