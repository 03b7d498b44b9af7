"""Whatever Schemathesis sends, the answer holds: to a known campaign, to any id, and to one that is drawn."""

from typing import Any

import schemathesis

from migma_contract_tests.suites.mock_suite import MockSuite
from migma_contract_tests.suites.test_mock.mocks import APP, CONTRACT, DRAWN, KEY, KNOWN, SERVED

ANY = MockSuite(APP, CONTRACT, KEY, is_known=SERVED.__contains__)


@KNOWN.schema.parametrize()
def test_a_known_campaign_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    KNOWN.call(case)


@ANY.schema.parametrize()
def test_any_id_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    ANY.call(case)


@DRAWN.schema.parametrize()
def test_generated_campaigns_whatever_schemathesis_sends(case: schemathesis.Case[Any]) -> None:
    DRAWN.call(case)
