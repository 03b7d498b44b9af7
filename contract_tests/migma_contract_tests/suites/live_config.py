"""The configuration of the live suite, from environment variables. Imports nothing heavy."""

import os
from dataclasses import dataclass
from pathlib import Path

from migma_contract.openapi import Contract
from migma_contract_tests.cli.check_options import Flags, check_options
from migma_contract_tests.probes.options import API_KEY, BASE_URL, CAMPAIGN_IDS, CheckOptions, option_error
from migma_contract_tests.probes.plan import Probe, in_sending_order, plan

MAX_REQUESTS, RATE, BASELINE = "MIGMA_MAX_REQUESTS", "MIGMA_RATE", "MIGMA_BASELINE"
"""Environment variables of the live suite alone; they mean the same as the options of ``check``."""


def missing_variables() -> str:
    """Return one line with the variables that the live suite still needs; "" if none."""
    missing = [name for name in (BASE_URL, API_KEY, CAMPAIGN_IDS) if not os.environ.get(name)]
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
        baseline = os.environ.get(BASELINE)
        flags = Flags(
            max_requests=_max_requests(),
            rate=os.environ.get(RATE) or None,
            baseline=Path(baseline) if baseline else None,
        )
        options = check_options(flags, contract)
        ranked = plan(options, contract)
        probes = in_sending_order(ranked[: options.max_requests])
        return cls(options, tuple(probes), tuple(ranked[options.max_requests :]))


def _max_requests() -> int:
    text = os.environ.get(MAX_REQUESTS) or str(CheckOptions.max_requests)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000):
        raise option_error(MAX_REQUESTS, "a number of requests from 1 to 10000", repr(text))
    return int(text)
