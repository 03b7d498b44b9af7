"""The rules for plain ``schemathesis run``: loaded by ``schemathesis.toml``, configured by environment variables.

MIGMA_API_KEY is the key, MIGMA_CAMPAIGN_IDS the campaigns to read in turn (separated by commas), MIGMA_BASELINE a
file of accepted findings, MIGMA_RATES the unit of the rates (fraction or percent).
"""

import os
import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

import schemathesis

from migma_contract.exchange import Exchange
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import RULES, judge
from migma_contract.safe_output import SafeStream
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.probes.api_key import check_key
from migma_contract_tests.probes.campaign_ids import check_campaign_ids
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.rates import rate_unit
from migma_contract_tests.probes.request_budget import SAFE_METHODS, RequestRefusedError
from migma_contract_tests.probes.variables import API_KEY, CAMPAIGN_IDS, from_environment
from migma_contract_tests.results.baseline_file import load_baseline
from migma_contract_tests.suites.live_config import BASELINE
from migma_contract_tests.suites.rule_checks import Observer, RuleChecks, describe

# Schemathesis prints responses, also in the jobs of CI systems. On a terminal, it moves the cursor for its progress.
if not sys.stdout.isatty():
    sys.stdout = SafeStream(sys.stdout)
if not sys.stderr.isatty():
    sys.stderr = SafeStream(sys.stderr)

_CONTRACT = load_contract(openapi_path(), rates=rate_unit())
_KEY = check_key(os.environ.get(API_KEY, ""), API_KEY)
if _KEY.reveal() != os.environ[API_KEY]:
    raise option_error(API_KEY, "the key alone, since schemathesis.toml sends it as it is", "more than the key")
_IDS = check_campaign_ids([from_environment(CAMPAIGN_IDS)], CAMPAIGN_IDS, _KEY, _CONTRACT.operation)
if not _IDS:
    raise option_error(CAMPAIGN_IDS, "ids of sent campaigns, separated by commas", "none")
_REDACTOR = KeyRedactor(_KEY, _CONTRACT)
_OBSERVER = Observer(_CONTRACT, _KEY, _IDS.__contains__)
_EXCHANGES: WeakKeyDictionary[object, Exchange | None] = WeakKeyDictionary()
_FILE = from_environment(BASELINE)


def _observe(response: schemathesis.Response) -> Exchange | None:
    """Return the exchange of a response as received; :func:`after_call` keeps it before it removes the key."""
    if response.request not in _EXCHANGES:
        _EXCHANGES[response.request] = _OBSERVER(response)
    return _EXCHANGES[response.request]


_CHECKS = RuleChecks(_CONTRACT, _observe, _KEY, baseline=load_baseline(Path(_FILE)) if _FILE else None)
_NEXT_ID = cycle(_IDS)

for _check in _CHECKS.checks:
    schemathesis.check(_check)


@schemathesis.check
class ResponsesAgree:
    """The rules that compare responses, applied to all of them when the run ends."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []

    def after_response(
        self, _ctx: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case[Any]
    ) -> None:
        """Keep a response."""
        exchange = _observe(response)
        if exchange is not None and exchange.purpose == "campaign":
            self._exchanges.append(replace(exchange, sample=len(self._exchanges) + 1))

    def after_run(self, _ctx: schemathesis.CheckContext) -> None:
        """Judge all responses.

        Raises:
            AssertionError: They contradict each other.
        """
        comparing = {rule.id for rule in RULES if rule.check is None}
        failing = _CHECKS.failing(judge(self._exchanges, _CONTRACT))
        failing = [finding for finding in failing if finding.rule in comparing]
        if failing:
            raise AssertionError(describe(failing))


@schemathesis.hook
def filter_failure(
    _context: schemathesis.HookContext,
    failure: AssertionError,
    _case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Ignore a failure of Schemathesis if the baseline accepts a finding at its place."""
    return _CHECKS.keep_failure(failure, response)


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Read the campaigns in turn, and send only GET and HEAD, whatever options were given.

    Raises:
        RequestRefusedError: Another method; nothing is sent.
    """
    if case.method.upper() not in SAFE_METHODS:
        raise RequestRefusedError(f"{case.method} is not sent: only GET and HEAD are allowed here")
    has_key = _CONTRACT.operation.key_header in case.headers
    campaign_id = next(_NEXT_ID) if has_key else _IDS[0]
    case.path_parameters[_CONTRACT.operation.parameter] = quote(campaign_id, safe="")


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext, _case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Keep the exchange for the rules, and remove the key from the response; Schemathesis redacts only by name."""
    _observe(response)
    response.content, response.message = _REDACTOR.body(response.content), _REDACTOR.text(response.message)
    response.headers = {name: [_REDACTOR.text(value) for value in values] for name, values in response.headers.items()}
