"""The rules as checks of Schemathesis, and exchanges from its requests and responses."""

import pytest
import requests
import schemathesis

from migma_contract.redaction import Secret
from migma_contract.rules import RULES
from migma_contract_tests.suites.rule_checks import Observer, RuleChecks, purpose_of


def test_each_rule_about_one_response_is_a_check_with_its_name(contract):
    checks = RuleChecks(contract, lambda _: None, Secret("k")).checks
    assert [check.__name__ for check in checks] == [
        rule.id.replace("-", "_") for rule in RULES if rule.check is not None
    ]
    assert all(check.__doc__ for check in checks)


@pytest.mark.parametrize(
    ("method", "key", "known", "id_", "purpose"),
    [
        ("GET", "valid", True, "a", "campaign"),
        ("GET", "missing", True, "a", "missing-key"),
        ("GET", "invalid", True, "a", "invalid-key"),
        ("GET", "invalid", False, "a", "invalid-key"),
        ("GET", "valid", False, "0" * 24, "unknown-id"),
        ("GET", "missing", False, "0" * 24, "unknown-id-missing-key"),
        ("GET", "valid", False, "a b", "unusual-id"),
        ("HEAD", "valid", True, "a", "head"),
        ("OPTIONS", "missing", False, "a", "method"),
    ],
)
def test_purpose_follows_from_what_was_sent(contract, method, key, *, known, id_, purpose):
    assert purpose_of(method, key, contract, known=known, id_=id_) == purpose


@pytest.mark.parametrize(
    ("url", "campaign_id"),
    [
        ("https://host/v1/campaigns/a/stats", "a"),
        ("https://host/base/v1/campaigns/a%2Fb/stats?x=1", "a/b"),
        ("https://host/v1/campaigns//stats", None),
        ("https://host/v1/campaigns/a/b/stats", None),
        ("https://host/v1/campaigns/a", None),
        ("https://host/openapi.json", None),
    ],
)
def test_only_requests_for_the_contracts_path_become_exchanges(contract, url, campaign_id):
    request = requests.Request("GET", url, {"Authorization": "Bearer my-secret-key-1"}).prepare()
    response = schemathesis.Response(
        status_code=200, headers={"x": ["my-secret-key-1"]}, content=b"", request=request, elapsed=0.1, verify=True
    )
    exchange = Observer(contract, Secret("my-secret-key-1"), "a".__eq__)(response)
    assert (exchange and exchange.campaign_id) == campaign_id
    assert "my-secret-key-1" not in repr(exchange)
