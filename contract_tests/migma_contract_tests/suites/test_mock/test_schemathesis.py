"""Whatever Schemathesis sends, the response conforms: for a known campaign, any id, and generated campaigns."""

from typing import Any

import schemathesis

from migma_contract_tests.suites.mock_suite import MockSuite
from migma_contract_tests.suites.test_mock.mocks import APP, CONTRACT, GENERATED, KEY, KNOWN, SERVED

ANY = MockSuite(APP, CONTRACT, KEY, is_known=SERVED.__contains__)


@KNOWN.schema.parametrize()
def test_a_known_campaign_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    KNOWN.call(case)


@ANY.schema.parametrize()
def test_any_id_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    ANY.call(case)


@GENERATED.schema.parametrize()
def test_generated_campaigns_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    GENERATED.call(case)
