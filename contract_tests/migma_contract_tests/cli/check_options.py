"""Build the options of a check from flags, files and environment variables, and describe its plan."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_contract_tests.cli.default_server import server_of_contract
from migma_contract_tests.probes.api_key import check_key, read_key
from migma_contract_tests.probes.campaign_ids import check_campaign_ids
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.options import CheckOptions, check_rate
from migma_contract_tests.probes.plan import in_sending_order, plan, request_headers, request_query
from migma_contract_tests.probes.request_budget import SAFE_METHODS
from migma_contract_tests.probes.urls import (
    campaign_of_url,
    campaign_url,
    check_base_url,
    proxy_address,
    require_encryption,
)
from migma_contract_tests.probes.variables import API_KEY, BASE_URL, CAMPAIGN_IDS, from_environment, strip_around
from migma_contract_tests.results.baseline import Baseline
from migma_contract_tests.results.baseline_file import load_baseline, require_writable_baseline

_NO_KEY = Secret("no-key-needed-for-a-plan")
_PLACEHOLDER_ID = "CAMPAIGN_ID"


@dataclass(frozen=True, kw_only=True)
class Flags:
    """The flags of ``migma-contract check``, as typed; None and () if not given.

    Attributes:
        contract: The file or the URL of ``--contract``; None for the built-in one.
        are_variables: True if they come from the variables of the live suite, so that messages name those.
    """

    base_url: str | None = None
    contract: str | None = None
    campaign_ids: Sequence[str] = ()
    api_key: Secret | None = None
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
    proxy: Secret | None = CheckOptions.proxy
    allow_http: bool = False
    plan: bool = False
    are_variables: bool = False

    def name(self, flag: str) -> str:
        """Return the flag as the user gave it: ``--max-requests`` or ``MIGMA_MAX_REQUESTS``."""
        return f"MIGMA_{flag[2:].replace('-', '_').upper()}" if self.are_variables else flag


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
    place, text = _given_base_url(flags, contract)
    base_url = _base_url(flags, contract, place, text)
    key = _key(flags, contract)
    options = CheckOptions(
        base_url=base_url,
        campaign_ids=_campaign_ids(flags, key, contract, place, campaign_of_url(text, contract.operation)),
        key=key,
        samples=flags.samples,
        max_requests=flags.max_requests,
        rate=check_rate(flags.rate, base_url, flags.name("--rate")),
        timeout=flags.timeout,
        fuzz=flags.fuzz,
        fail_on=flags.fail_on,
        baseline=read_baseline(flags.baseline, update=flags.update_baseline, option=flags.name("--baseline")),
        methods=tuple(dict.fromkeys(_method(name) for name in flags.methods)),
        insecure=flags.insecure,
        ca_bundle=flags.ca_bundle,
        proxy=flags.proxy,
    )
    if flags.insecure or flags.ca_bundle:
        _require_tls(options)
    _require_room(options, contract, flags.name("--max-requests"))
    return options


def _require_room(options: CheckOptions, contract: Contract, name: str) -> None:
    """Refuse a cap that leaves no room for what every verdict needs."""
    ranked = plan(replace(options, samples=1, fuzz=0), contract)
    needed = sum(probe.essential for probe in ranked)
    if options.max_requests < needed:
        count = len(options.campaign_ids)
        campaigns = "one campaign" if count == 1 else f"{count} campaigns"
        hint = f"Set {name} to {needed}{', or name fewer campaigns' if count > 1 else ''}. Nothing was sent."
        raise option_error(name, f"{needed} or more for a verdict on {campaigns}", str(options.max_requests), hint)


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
        url = campaign_url(options.base_url, contract.operation, probe.campaign_id)
        query = request_query(probe, contract.operation, valid_key="YOUR_API_KEY")
        yield f"{number}. {probe.method} {url}{query}"
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


def _given_base_url(flags: Flags, contract: Contract) -> tuple[str, str]:
    """Return the option, the variable or the place in the contract that names the server, and the text there."""
    place, text = "--base-url", flags.base_url
    if text is None:
        place, text = BASE_URL, from_environment(BASE_URL)
    if not text and place == BASE_URL:
        place, text = server_of_contract(flags.contract, contract)
    if not text:
        expected, hint = "the URL of the server to check", f"{contract.source} names no server."
        raise option_error("--base-url", expected, "nothing", "" if place == "--base-url" else hint)
    return place, text


def _base_url(flags: Flags, contract: Contract, place: str, text: str) -> str:
    base_url = check_base_url(text, place, contract.operation)
    if not flags.allow_http:
        allow_http = f"{flags.name('--allow-http')}{'=1' if flags.are_variables else ''}"
        require_encryption(base_url, place, allow_http, flags.proxy)
    return base_url


def _key(flags: Flags, contract: Contract) -> Secret:
    if flags.api_key is not None and flags.api_key_file is not None:
        raise option_error("--api-key", "one of --api-key and --api-key-file", "both")
    if flags.api_key is not None:
        return check_key(flags.api_key.reveal(), "--api-key")
    if flags.plan:
        return _NO_KEY
    if flags.api_key_file is not None:
        return read_key(flags.api_key_file)
    text = os.environ.get(API_KEY, "")
    if strip_around(text):
        return check_key(text, API_KEY)
    if not contract.operation.needs_key:
        return Secret("")
    hint = f"Set {API_KEY}, or use --api-key-file FILE. --plan shows the requests without a key."
    raise option_error("API key", "a key with the permission email:read", "none", hint)


def _campaign_ids(flags: Flags, key: Secret, contract: Contract, place_of_url: str, id_in_url: str) -> tuple[str, ...]:
    """Return the campaigns to read; the one in the URL of ``--base-url`` if no other is given."""
    in_url = check_campaign_ids([id_in_url], place_of_url, key, contract.operation)
    given = _given_ids(flags, key, contract)
    if in_url and given and in_url[0].lower() not in {one.lower() for one in given}:
        expected = f"the base URL of the API, or the URL of campaign {given[0]}"
        hint = f"To read that one, use --campaign-id {in_url[0]}."
        raise option_error(place_of_url, expected, f"the URL of campaign {in_url[0]}", hint)
    if given or in_url:
        return given or in_url
    if flags.plan:
        return (_PLACEHOLDER_ID,)
    hint = f"Use --campaign-id ID, or set {CAMPAIGN_IDS}=ID,ID. Any sent campaign works."
    raise option_error("campaign id", "at least one campaign to read", "none", hint)


def _given_ids(flags: Flags, key: Secret, contract: Contract) -> tuple[str, ...]:
    given = check_campaign_ids(flags.campaign_ids, "--campaign-id", key, contract.operation)
    if flags.campaign_ids and not given:
        raise option_error("--campaign-id", "the id of a campaign", "nothing")
    return given or check_campaign_ids([from_environment(CAMPAIGN_IDS)], CAMPAIGN_IDS, key, contract.operation)


def read_baseline(file: Path | None, *, update: bool, option: str = "--baseline") -> Baseline | None:
    """Return the baseline in a file, an empty one if it is to be written, or None without a file.

    Raises:
        SettingsError: A baseline is to be updated, but no file is named.
        BaselineError: It cannot be used.
    """
    if file is None:
        if update:
            raise option_error("--update-baseline", "--baseline FILE with it", "no file")
        return None
    if update:
        require_writable_baseline(file)
        if not file.exists():
            return Baseline(str(file))
    return load_baseline(file, option)


def _method(name: str) -> str:
    method = name.strip().upper()
    if not re.fullmatch(r"[A-Z]{3,20}", method) or method == "CONNECT" or method in SAFE_METHODS:
        raise option_error("--allow-method", "a method besides GET and HEAD, such as POST", repr(name))
    return method
