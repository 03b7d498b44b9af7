"""Types of the settings as keyword arguments, so that type checkers and editors know every name.

A test compares them with :class:`migma_mock.settings.Settings`, which reads and checks the values.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

from migma_contract.rate_unit import RateUnit
from migma_contract.redaction import Secret
from migma_mock.generation.profile import Profile


class ServerArguments(TypedDict, total=False):
    """All settings but the port; None for a default."""

    host: str | None
    tls: bool | None
    tls_cert: str | Path | None
    tls_key: str | Path | None
    tls_ca: str | Path | None
    fixtures: str | Path | Sequence[str | Path] | None
    builtin: bool | None
    contract: str | Path | None
    refresh: bool | None
    strict_nullable: bool | None
    rates: RateUnit | None
    seed: int | None
    unknown_id: Literal["not-found", "generate"] | None
    profile: Profile | None
    api_key: str | Secret | Sequence[str | Secret] | None
    cors_origin: str | Sequence[str] | None
    strict_auth: bool | None
    delay: str | float | Mapping[str, Any] | None
    fault: str | Path | None
    scenario: str | Sequence[str] | None
    plan: str | None
    upstream: str | None
    record: str | Path | None
    retry_after: Literal["seconds", "date"] | None
    gzip: bool | None
    metadata: bool | None
    reload: bool | None
    journal_size: int | None
    max_accounts: int | None
    max_memory: str | None
    control: bool | None
    control_token: str | Secret | None
    state: str | Secret | None
    workers: int | None
    drain: float | None
    instance: str | None
    fast_path: bool | None
    log_format: Literal["text", "json"] | None
    telemetry: bool | None
    quiet: bool | None


class SettingArguments(ServerArguments, total=False):
    """All settings."""

    port: int | None
