"""Our rules for plain ``schemathesis run``: loaded by ``schemathesis.toml``, set by the variables of ``check``.

MIGMA_API_KEY is the key, MIGMA_CAMPAIGN_IDS the campaigns to read in turn (separated by commas), MIGMA_BASELINE a file
of accepted findings.
"""

import os
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
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.probes.options import API_KEY, CAMPAIGN_IDS, check_campaign_ids, check_key
from migma_contract_tests.probes.request_budget import SAFE_METHODS, RequestRefusedError
from migma_contract_tests.results.baseline import load_baseline
from migma_contract_tests.suites.live_config import BASELINE
from migma_contract_tests.suites.rule_checks import Observer, RuleChecks, describe

_CONTRACT = load_contract(openapi_path())
_KEY = check_key(os.environ.get(API_KEY, ""), API_KEY)
_NAMED = [name for part in os.environ.get(CAMPAIGN_IDS, "").split(",") if (name := part.strip())]
_IDS = check_campaign_ids(_NAMED or [""], CAMPAIGN_IDS, _KEY)
_RECORDER = KeyRedactor(_KEY, _CONTRACT)
_OBSERVER = Observer(_CONTRACT, _KEY, _IDS.__contains__)
_SEEN: WeakKeyDictionary[object, Exchange | None] = WeakKeyDictionary()
_FILE = os.environ.get(BASELINE)


def _observe(response: schemathesis.Response) -> Exchange | None:
    """The exchange of a response as it came; :func:`after_call` asks first, before it takes the key out."""
    if response.request not in _SEEN:
        _SEEN[response.request] = _OBSERVER(response)
    return _SEEN[response.request]


_CHECKS = RuleChecks(_CONTRACT, _observe, _KEY, baseline=load_baseline(Path(_FILE)) if _FILE else None)
_NEXT_ID = cycle(_IDS)

for _check in _CHECKS.checks:
    schemathesis.check(_check)


@schemathesis.check
class AnswersAgree:
    """The rules that compare answers, over all that were seen when the run ends."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []

    def after_response(
        self, _ctx: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case[Any]
    ) -> None:
        """Keep an answer."""
        exchange = _observe(response)
        if exchange is not None and exchange.purpose == "campaign":
            self._exchanges.append(replace(exchange, sample=len(self._exchanges) + 1))

    def after_run(self, _ctx: schemathesis.CheckContext) -> None:
        """Judge all of them.

        Raises:
            AssertionError: They disagree.
        """
        comparing = {rule.id for rule in RULES if rule.series is not None}
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
    """Leave out what Schemathesis finds where the baseline accepts our finding."""
    return _CHECKS.keep_failure(failure, response)


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Read the campaigns in turn, and let nothing but GET and HEAD out, whatever flags were given.

    Raises:
        RequestRefusedError: The method is another; nothing is sent.
    """
    if case.method.upper() not in SAFE_METHODS:
        raise RequestRefusedError(f"{case.method} is not sent: only GET and HEAD are")
    has_key = _CONTRACT.operation.key_header in case.headers
    campaign_id = next(_NEXT_ID) if has_key else _IDS[0]
    case.path_parameters[_CONTRACT.operation.parameter] = quote(campaign_id, safe="")


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext, _case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Keep what came for the rules, and take a key out of what is shown; Schemathesis looks at names alone."""
    _observe(response)
    response.content = _RECORDER.body(response.content)
    response.headers = {name: [_RECORDER.text(value) for value in values] for name, values in response.headers.items()}
