"""Settings: the only list of options. Flags, environment variables and keyword arguments derive from it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from migma_contract.errors import Problem, SettingsError
from migma_contract.rate_unit import RateUnit
from migma_contract.redaction import Secret, mask_message
from migma_contract.suggestions import did_you_mean
from migma_mock.api_keys import ApiKey
from migma_mock.cors_origins import parse_cors_origin
from migma_mock.delays import DelayTime, parse_delay
from migma_mock.generation.profile import Profile
from migma_mock.input_models import SecretForm, expected_value, secret_fields, unknown_name
from migma_mock.memory import parse_size
from migma_mock.plans import PLANS, UNLIMITED, parse_plan
from migma_mock.state_problems import problem_of_state
from migma_mock.state_url import EMBEDDED, STATE_EXPECTED, STATE_FORM, is_embedded, passwords_in
from migma_mock.upstream_url import parse_upstream

PREFIX = "MIGMA_MOCK_"
LOOPBACK = "127.0.0.1"

_LONG_FORM = r"^[A-Za-z0-9_.~+/=-]{16,200}$"
"""Longer than what can be guessed: an attacker may send thousands of tokens a second."""


def _source(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _checked_plan(text: str) -> str:
    try:
        parse_plan(text)
    except ValueError as error:
        # Not a ValueError, whose message pydantic would begin with its own words.
        raise PydanticCustomError("plan", "{choices}", {"choices": str(error)}) from None
    return text


class Settings(BaseSettings):
    """The settings of one mock.

    Every field is a flag of ``migma-mock serve`` and an environment variable: ``MIGMA_MOCK_`` and its name in capitals.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    host: str = Field(
        default=LOOPBACK, description="Address to listen on. Any other than loopback opens the mock to the network."
    )
    port: int = Field(default=4010, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls: bool = Field(
        default=False,
        description="Speak HTTPS, with a certificate for this machine that is created at start; needs the extra [tls].",
    )
    tls_cert: Path | None = Field(
        default=None, description="Speak HTTPS with your own certificate: a PEM file, with the chain if there is one."
    )
    tls_key: Path | None = Field(
        default=None, description="PEM file with the private key of --tls-cert, if that file does not have it."
    )
    tls_ca: Path | None = Field(
        default=None,
        description="Speak HTTPS, and write the certificate that clients have to trust to this file instead of a "
        "temporary one.",
    )
    fixtures: Annotated[list[Path], NoDecode] = Field(
        default=[],
        description="Folder of fixtures (*.json, campaigns/*.json, keys.json), in addition to the built-in ones "
        "(repeatable, later ones over earlier; separated as in PATH in the variable).",
    )
    builtin: bool = Field(default=True, description="Serve the built-in fixtures too, their API keys included.")
    contract: Annotated[str | None, BeforeValidator(_source)] = Field(
        default=None,
        description="OpenAPI document to use instead of the built-in one: JSON, YAML or a page in Markdown, a file "
        "or a URL.",
    )
    refresh: bool = Field(default=False, description="Fetch the document of a --contract URL again.")
    strict_nullable: bool = Field(
        default=False, description="Ignore 'nullable' in an OpenAPI 3.1 document, as plain JSON Schema validators do."
    )
    rates: RateUnit = Field(
        default="fraction",
        description="Unit of openRate and clickRate: the API page says 'divided by delivered', the vendor's SDK 0-100.",
    )
    seed: int = Field(default=0, description="Seed for random data; the same seed gives the same data.")
    unknown_id: Literal["not-found", "generate"] = Field(
        default="not-found", description="The answer for an id without a campaign: a 404, or generated stats."
    )
    profile: Profile = Field(default="realistic", description="Kind of generated campaigns.")
    api_key: Annotated[list[ApiKey], NoDecode] = Field(
        default=[], description="Another API key that works (repeatable; separated by commas in the variable)."
    )
    cors_origin: Annotated[list[Annotated[str, AfterValidator(parse_cors_origin)]], NoDecode] = Field(
        default=[],
        description="Origin whose pages may read responses in a browser, such as https://app.example.com, beside those "
        "of this machine (repeatable; separated by commas in the variable); '*' for all, on loopback only.",
    )
    strict_auth: bool = Field(
        default=False,
        description="Accept an API key only in the contract's form, and not as 'X-API-Key' or 'Authorization: ApiKey'.",
    )
    delay: Annotated[DelayTime | None, NoDecode, PlainValidator(parse_delay)] = Field(
        default=None,
        description="Delay every response: 200ms, 1.5s, or a distribution as of the fault delay, "
        'such as {"lognormal": {"median": 0.2, "sigma": 0.8}}.',
    )
    fault: Path | None = Field(
        default=None,
        description="File with faults that are armed at start for the keys of the fixtures: JSON as the control API "
        'takes it, such as {"kind": "status", "status": 503, "times": 2}, or an array of them.',
    )
    scenario: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Scenario that is armed at start for the keys of the fixtures, such as outage-503 (repeatable; "
        "separated by commas in the variable); `migma-mock scenarios` lists them.",
    )
    plan: Annotated[str, AfterValidator(_checked_plan)] = Field(
        default=UNLIMITED,
        description=f"Rate limit of each key of the fixtures: {UNLIMITED}, {', '.join(PLANS)}, or rates such as 25/min "
        "or 100/min,1000/day.",
    )
    upstream: Annotated[str, AfterValidator(parse_upstream)] | None = Field(
        default=None,
        description="Base URL of the live API, such as https://api.migma.ai: it gets every GET and HEAD for a campaign "
        "that the mock does not have, and its responses are checked against the contract. The mock sends as many "
        "requests as --plan allows, or else 10 a minute.",
    )
    record: Path | None = Field(
        default=None,
        description="Folder for fixture files of the stats that the API of --upstream sends; files that exist stay.",
    )
    retry_after: Literal["seconds", "date"] = Field(
        default="seconds", description="Form of the header Retry-After: seconds, or a date by the account's clock."
    )
    gzip: bool = Field(default=False, description="Compress responses for clients that accept gzip.")
    metadata: bool = Field(
        default=False,
        description="Add 'metadata' (timestamp, requestId) to envelopes, as the vendor's introduction shows it.",
    )
    reload: bool = Field(default=True, description="Reload fixture files and the contract's file when they change.")
    journal_size: int = Field(
        default=1000, ge=0, le=1_000_000, description="Number of requests that each journal keeps."
    )
    max_accounts: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="Number of accounts; the least recently used one is deleted for another.",
    )
    max_memory: str = Field(
        default="256MB",
        description="Memory for what all accounts keep, such as 64MB or 2GB; the longest journals are cut first.",
    )
    control: bool = Field(
        default=True, description="Serve the control API below /__mock__; its health route is always there."
    )
    control_token: Annotated[Secret, SecretForm(_LONG_FORM)] | None = Field(
        default=None,
        description="Token for the control API and /docs, of at least 16 characters; off loopback a random one is "
        "required if none is given.",
    )
    state: Annotated[Secret, SecretForm(STATE_FORM, problem_of_state)] | None = Field(
        default=None,
        description="Where accounts, faults, clocks and journals are kept: memory, which is the default; a store that "
        "several workers and machines share, such as valkey://127.0.0.1:6379 (redis:// too; valkeys:// with TLS); or "
        "embedded, a private one of this command. The last two need the extra [team] or [embedded].",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Number of processes that answer; more than one need a shared --state."
    )
    drain: float = Field(
        default=0,
        allow_inf_nan=False,
        ge=0,
        le=600,
        description="Seconds to go on answering after SIGTERM while /__mock__/ready tells balancers to send no more.",
    )
    instance: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | None = Field(
        default=None,
        description="Id of this mock, which its health shows and `migma-mock wait --instance` expects; a random one if "
        "none is given.",
    )
    fast_path: bool = Field(default=True, description="Answer plain requests without ASGI, which is faster.")
    log_format: Literal["text", "json"] = Field(
        default="text", description="Form of the lines on standard error: for people, or one JSON object each."
    )
    telemetry: bool = Field(
        default=False,
        description="Send a span of each request, as the variables OTEL_* say; needs the extra [telemetry].",
    )
    quiet: bool = Field(default=False, description="Print only the ready line, warnings and errors.")

    @field_validator("fixtures", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if isinstance(value, Path):
            return [value]
        return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value or []

    @field_validator("api_key", "cors_origin", "scenario", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        text = value.reveal() if isinstance(value, Secret) else value
        return [each for each in map(str.strip, text.split(",")) if each] if isinstance(text, str) else value

    @field_validator("max_memory")
    @classmethod
    def _is_size(cls, value: str) -> str:
        parse_size(value)
        return value

    def __init__(self, **options: object) -> None:
        """Read settings from keyword arguments, then the environment, then the defaults.

        Raises:
            SettingsError: An option or a variable has an invalid value.
        """
        options, problems = hide_secrets(options), []
        try:
            super().__init__(**options)  # type: ignore[arg-type]  # pydantic checks the values
        except ValidationError as error:
            problems = [_problem(item, options) for item in error.errors(include_url=False)]
        # Not raised above: this error must not lead to pydantic's, which has all that was given.
        if problems:
            raise SettingsError(problems)

    @property
    def uses_tls(self) -> bool:
        """True for HTTPS: each of its options turns it on, unless it is turned off by name (``--no-tls``)."""
        return self.tls if "tls" in self.model_fields_set else any((self.tls_cert, self.tls_key, self.tls_ca))

    @property
    def secrets(self) -> list[Secret]:
        """The keys, tokens and passwords in all settings."""
        return [*self.api_key, *([self.control_token] if self.control_token else []), *passwords_in(self.state)]

    @classmethod
    def of(cls, settings: Self | None, options: Mapping[str, object]) -> Self:
        """Return the settings, or read them from options; both together are refused.

        Raises:
            SettingsError: Both are given, or an option has an invalid value.
        """
        if settings is None:
            return cls.read_in_process(**options)
        if not isinstance(settings, Settings):
            raise SettingsError([Problem("settings", "", "Settings", repr(settings))])
        if options:
            raise SettingsError(
                [Problem("settings", "", "either settings or options", f"both, with {', '.join(options)}")]
            )
        return settings

    @classmethod
    def read(cls, **options: object) -> Self:
        """Read settings from keyword arguments, then the environment, then the defaults.

        Raises:
            SettingsError: An option or a variable has an invalid value.
        """
        options = hide_secrets({name: value for name, value in options.items() if value is not None})
        return cls(**options)

    @classmethod
    def read_in_process(cls, **options: object) -> Self:
        """Read settings as :meth:`read` does, but those of a server that others use from keyword arguments only.

        A variable of the surrounding shell must not let a test run send requests to the live API, or change a team's
        accounts.

        Raises:
            SettingsError: An option or a variable has an invalid value.
        """
        options = hide_secrets({name: value for name, value in options.items() if value is not None})
        settings = cls(**{name: cls.model_fields[name].default for name in OF_THE_COMMAND} | options)
        if settings.workers > 1:
            expected = "1, since only `migma-mock serve` starts workers"
            raise SettingsError([Problem("--workers", "", expected, str(settings.workers))])
        if is_embedded(settings.state):
            expected = "memory or the URL of a store, since only `migma-mock serve` starts the embedded one"
            raise SettingsError([Problem("--state", "", expected, EMBEDDED)])
        return settings


SECRET_SETTINGS = secret_fields(Settings)
"""The names of the settings that hold secrets."""

OF_THE_COMMAND = ("upstream", "record", "state", "workers", "drain", "telemetry")
"""The settings that only the command reads from the environment."""


def hide_secrets(options: Mapping[str, object]) -> dict[str, object]:
    """Return options with :class:`Secret` in place of secrets, and of the values of unknown options.

    Each function that takes options uses the result in place of them at once: pytest shows the arguments and local
    variables of all functions on the way to an error.
    """
    known = Settings.model_fields.keys() - SECRET_SETTINGS
    return {name: value if name in known else _hidden(value) for name, value in options.items()}


def _hidden(value: object) -> object:
    if value is None or isinstance(value, Secret | SecretStr):
        return value
    if isinstance(value, str):
        return Secret(value)
    return [_hidden(each) for each in value] if isinstance(value, list | tuple | set | frozenset) else Secret("?")


def flag(name: str) -> str:
    """Return the flag of a setting: ``unknown_id`` is ``--unknown-id``."""
    return f"--{name.replace('_', '-')}"


def variable(name: str) -> str:
    """Return the environment variable of a setting: ``unknown_id`` is ``MIGMA_MOCK_UNKNOWN_ID``."""
    return f"{PREFIX}{name.upper()}"


def _problem(item: ErrorDetails, given: Mapping[str, object]) -> Problem:
    name = str(item["loc"][0])
    source = flag(name) if name in given else variable(name)
    if name not in Settings.model_fields:
        return unknown_name("settings", "setting", name, Settings.model_fields)
    if name in SECRET_SETTINGS:
        if name == "state":
            return Problem(source, "", STATE_EXPECTED, "something else", expected_value(item))
        form = expected_value(item).removeprefix("a string ")
        form = f"of at least 16 characters, {form}" if name == "control_token" else form
        return Problem(source, "", f"{name.replace('_', ' ')} {form}", "something else")
    return Problem(source, "", expected_value(item), mask_message(repr(item["input"])))


def unknown_variables() -> list[str]:
    """Return a sentence for each ``MIGMA_MOCK_`` variable that belongs to no setting, probably a typing mistake."""
    known = [name.upper() for name in Settings.model_fields]
    given = [name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX)]
    unknown = [name for name in given if name.upper() not in known]
    return [
        f"{PREFIX}{name} is set, but there is no setting {name}{did_you_mean(name, known) or '.'}" for name in unknown
    ]
