"""The page of scenarios, from their catalogue."""

from migma_mock.scenarios import Scenario, load_scenarios
from tools.reference.markdown import code, page, plain, table

_INTRODUCTION = """\
A scenario is a set of [faults](faults.md) with a name. It plays what clients meet in production: an outage, a stale
cache, an exhausted quota, an API that changed. Arm one by its name:

| where | how to arm a scenario |
| --- | --- |
| in pytest | `migma_mock.scenario("outage-503")` |
| over HTTP | `POST /__mock__/accounts/{account_id}/scenarios` with `{"name": "outage-503"}` |
| from the start | `migma-mock serve --scenario outage-503`, also several times |
| in the browser | the view Faults of the dashboard |

With a campaign (`campaign_id` in Python, `campaign` in JSON) it changes only replies for this campaign. Its faults are
armed together and disarmed together; armed again, it begins again. The journal names it: `fault status of scenario
outage-503`. `migma-mock scenarios` prints this table:"""

_EXAMPLES = """\
## In a test

```python
import httpx


def newest(known, response):
    \"\"\"The client: stats that are older than the known ones are not used.\"\"\"
    stats = response.json()["data"]
    return known if known and known["lastUpdated"] > stats["lastUpdated"] else stats


def test_old_stats_from_a_cache_do_not_replace_newer_ones(migma_mock):
    known, url = None, migma_mock.stats_url(migma_mock.example_id)
    with migma_mock.scenario("stale-cache"):
        for _ in range(10):
            known = newest(known, httpx.get(url, headers=migma_mock.auth_headers))
    assert known["uniqueOpens"] == 4704
```

## What the check says

The contract check names the rule of each scenario that is drift:

```console
$ export API=http://127.0.0.1:4010/__mock__/accounts/built-in
$ export MIGMA_API_KEY=mgma_sk_test_local_development_0001 MIGMA_CAMPAIGN_IDS=66b2f0a1c4e5d60012a40101
$ curl -s -o armed.json --json '{"name": "renamed-field"}' $API/scenarios
$ migma-contract check --base-url http://127.0.0.1:4010
…
  ✗ openRate is missing, and there is a new field open_rate.
…
    rule      field-renamed, documented at openapi.json:222
…
✗ DRIFT  1 breaking
  8 of at most 10 requests in 0.02 s
$ curl -s -X DELETE $API/scenarios/renamed-field
```

## A scenario of your own

`migma-mock scenarios --format json` prints the faults of each scenario. Copy those that are nearest into a file, change
them, and start the mock with [`--fault FILE`](faults.md#from-the-start)."""


def scenarios_page() -> str:
    """Return the page: each scenario with its effect, what a client should do, and the verdict of a check."""
    head = ["scenario", "what a client gets", "what it should do", "verdict of the check"]
    rows = (_row(name, scenario) for name, scenario in load_scenarios().items())
    return page("Scenarios", _INTRODUCTION, table(head, rows), _EXAMPLES)


def _row(name: str, scenario: Scenario) -> list[str]:
    rules = ", ".join(f"[`{rule}`](reference/rules.md#{rule})" for rule in scenario.rules)
    verdict = f"{scenario.verdict}: {rules}" if rules else scenario.verdict
    return [code(name), plain(scenario.happens), plain(scenario.clientShould), verdict]
