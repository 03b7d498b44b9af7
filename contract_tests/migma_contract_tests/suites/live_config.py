"""The configuration of the live suite, from environment variables. Imports nothing heavy."""

from dataclasses import dataclass
from pathlib import Path

from migma_contract.openapi import Contract
from migma_contract.option_values import parse_choice, parse_whole_number
from migma_contract_tests.cli.check_options import Flags, check_options
from migma_contract_tests.probes import options as limits
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import Probe, in_sending_order, plan
from migma_contract_tests.probes.variables import API_KEY, BASE_URL, CAMPAIGN_IDS, from_environment

MAX_REQUESTS, RATE, BASELINE, ALLOW_HTTP = "MIGMA_MAX_REQUESTS", "MIGMA_RATE", "MIGMA_BASELINE", "MIGMA_ALLOW_HTTP"
"""Environment variables of the live suite alone; they mean the same as the options of ``check``."""


def missing_variables() -> str:
    """Return one line with the variables that the live suite still needs; "" if none."""
    missing = [name for name in (BASE_URL, API_KEY, CAMPAIGN_IDS) if not from_environment(name)]
    return f"set {', '.join(missing)} (ids separated by commas) to run it on a live server" if missing else ""


@dataclass(frozen=True)
class LivePlan:
    """The requests of the live suite: the same as those of a check.

    Attributes:
        options: The same as those of a check.
        probes: In sending order.
        skipped: Probes of the lowest priority, beyond the cap.
    """

    options: CheckOptions
    probes: tuple[Probe, ...]
    skipped: tuple[Probe, ...]

    @classmethod
    def from_environment(cls, contract: Contract) -> "LivePlan":
        """Return the plan for the current environment variables.

        Raises:
            SettingsError: The value of a variable cannot be used.
        """
        baseline = from_environment(BASELINE)
        flags = Flags(
            max_requests=_max_requests(),
            rate=from_environment(RATE) or None,
            baseline=Path(baseline) if baseline else None,
            allow_http=_allow_http(),
            are_variables=True,
        )
        options = check_options(flags, contract)
        ranked = plan(options, contract)
        probes = in_sending_order(ranked[: options.max_requests])
        return cls(options, tuple(probes), tuple(ranked[options.max_requests :]))


def _max_requests() -> int:
    text = from_environment(MAX_REQUESTS) or str(CheckOptions.max_requests)
    return parse_whole_number(MAX_REQUESTS, text, minimum=1, maximum=limits.MAX_REQUESTS)


def _allow_http() -> bool:
    text = from_environment(ALLOW_HTTP) or "0"
    return parse_choice(ALLOW_HTTP, text.lower(), ("1", "true", "yes", "0", "false", "no")) in {"1", "true", "yes"}
