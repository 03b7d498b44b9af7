"""Build the options of a check from flags, files and environment variables, and describe its plan."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract_tests.probes.options import (
    API_KEY,
    BASE_URL,
    CAMPAIGN_IDS,
    CheckOptions,
    campaign_url,
    check_campaign_ids,
    check_key,
    check_rate,
    check_url,
    option_error,
    proxy_address,
    read_key,
)
from migma_contract_tests.probes.plan import in_sending_order, plan, request_headers
from migma_contract_tests.probes.request_budget import SAFE_METHODS
from migma_contract_tests.results.baseline import Baseline
from migma_contract_tests.results.baseline_file import load_baseline

_NO_KEY = Secret("no-key-needed-for-a-plan")
_PLACEHOLDER_ID = "CAMPAIGN_ID"


@dataclass(frozen=True, kw_only=True)
class Flags:
    """The flags of ``migma-contract check``, as typed; None and () if not given."""

    base_url: str | None = None
    campaign_ids: Sequence[str] = ()
    api_key: str | None = None
    api_key_file: Path | None = None
    samples: int = CheckOptions.samples
    max_requests: int = CheckOptions.max_requests
    rate: str | None = None
    timeout: float = CheckOptions.timeout
    fuzz: int = CheckOptions.fuzz
    fail_on: Level = CheckOptions.fail_on
    baseline: Path | None = None
    update_baseline: bool = False
    methods: Sequence[str] = CheckOptions.methods
    insecure: bool = CheckOptions.insecure
    ca_bundle: Path | None = CheckOptions.ca_bundle
    proxy: str | None = CheckOptions.proxy
    plan: bool = False


def check_options(flags: Flags, contract: Contract) -> CheckOptions:
    """Return the options of a check.

    Raises:
        SettingsError: An option is missing or cannot be used.
        BaselineError: The baseline cannot be used.
    """
    if flags.insecure and flags.ca_bundle:
        raise option_error("--insecure", "one of --insecure and --ca-bundle", "both")
    if flags.proxy is not None:
        proxy_address(flags.proxy, "--proxy")
    base_url = _base_url(flags, contract)
    key = _key(flags)
    options = CheckOptions(
        base_url=base_url,
        campaign_ids=_campaign_ids(flags, key),
        key=key,
        samples=flags.samples,
        max_requests=flags.max_requests,
        rate=check_rate(flags.rate, base_url),
        timeout=flags.timeout,
        fuzz=flags.fuzz,
        fail_on=flags.fail_on,
        baseline=_baseline(flags),
        methods=tuple(dict.fromkeys(_method(name) for name in flags.methods)),
        insecure=flags.insecure,
        ca_bundle=flags.ca_bundle,
        proxy=flags.proxy,
    )
    if flags.insecure or flags.ca_bundle:
        _require_tls(options)
    return options


def _require_tls(options: CheckOptions) -> None:
    """Refuse options about certificates if no connection has one: they would have no effect."""
    from migma_contract_tests.client.proxy_and_tls import connection_settings

    if connection_settings(options).tls is None:
        option = "--insecure" if options.insecure else "--ca-bundle"
        hint = f"Without https there is no certificate. Remove {option}, or use https://."
        raise option_error(option, "an https base URL or proxy", options.base_url, hint)


def plan_text(options: CheckOptions, contract: Contract) -> str:
    """Return the exact requests that a check would send, in order, and its limits."""
    return "\n".join(_plan_lines(options, contract)) + "\n"


def _plan_lines(options: CheckOptions, contract: Contract) -> Iterator[str]:
    ranked = plan(options, contract)
    fitting, skipped = ranked[: options.max_requests], ranked[options.max_requests :]
    for number, probe in enumerate(in_sending_order(fitting), start=1):
        yield f"{number}. {probe.method} {campaign_url(options.base_url, contract.operation, probe.campaign_id)}"
        for name, value in request_headers(probe, contract.operation, valid_key="YOUR_API_KEY"):
            yield f"     {name}: {value}"
        yield f"     # {probe}"
    room = options.max_requests - len(fitting)
    yield f"{len(fitting)} requests, and at most {room} more for second attempts; {_limits(options)}."
    for probe in skipped:
        yield f"Skipped, since --max-requests is {options.max_requests}: {probe}."
    if _PLACEHOLDER_ID in options.campaign_ids:
        yield f"{_PLACEHOLDER_ID} is a placeholder for one of your campaigns: --campaign-id ID."
    yield "Nothing was sent."


def _limits(options: CheckOptions) -> str:
    rate = f"at most {options.rate}" if options.rate else "without a rate limit"
    return f"{rate}, and at most {options.timeout:g} s for each"


def _base_url(flags: Flags, contract: Contract) -> str:
    if flags.base_url is not None:
        return check_url(flags.base_url, "--base-url")
    from_environment = os.environ.get(BASE_URL)
    if from_environment:
        return check_url(from_environment, BASE_URL)
    if contract.servers:
        return check_url(contract.servers[0], f"{contract.source} at /servers/0/url")
    raise option_error("--base-url", "the URL of the server to check", "nothing", f"{contract.source} names no server.")


def _key(flags: Flags) -> Secret:
    if flags.api_key is not None and flags.api_key_file is not None:
        raise option_error("--api-key", "one of --api-key and --api-key-file", "both")
    if flags.api_key is not None:
        return check_key(flags.api_key, "--api-key")
    if flags.plan:
        return _NO_KEY
    if flags.api_key_file is not None:
        return read_key(flags.api_key_file)
    from_environment = os.environ.get(API_KEY)
    if from_environment:
        return check_key(from_environment, API_KEY)
    hint = f"Set {API_KEY}, or use --api-key-file FILE. --plan shows the requests without a key."
    raise option_error("API key", "a key with the permission email:read", "none", hint)


def _campaign_ids(flags: Flags, key: Secret) -> tuple[str, ...]:
    given = check_campaign_ids(flags.campaign_ids, "--campaign-id", key)
    if given:
        return given
    names = [name.strip() for name in os.environ.get(CAMPAIGN_IDS, "").split(",")]
    given = check_campaign_ids([name for name in names if name], CAMPAIGN_IDS, key)
    if given:
        return given
    if flags.plan:
        return (_PLACEHOLDER_ID,)
    hint = f"Use --campaign-id ID, or set {CAMPAIGN_IDS}=ID,ID. Any sent campaign works."
    raise option_error("campaign id", "at least one campaign to read", "none", hint)


def _baseline(flags: Flags) -> Baseline | None:
    if flags.baseline is None:
        if flags.update_baseline:
            raise option_error("--update-baseline", "--baseline FILE with it", "no file")
        return None
    if flags.update_baseline and not flags.baseline.exists():
        return Baseline(str(flags.baseline))
    return load_baseline(flags.baseline)


def _method(name: str) -> str:
    method = name.upper()
    if not re.fullmatch(r"[A-Z]{3,20}", method) or method == "CONNECT" or method in SAFE_METHODS:
        raise option_error("--allow-method", "a method besides GET and HEAD, such as POST", repr(name))
    return method
