"""The options of a check, with their defaults and the checks of single values."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from migma_contract.errors import Problem, SettingsError
from migma_contract.finding import Level
from migma_contract.loopback import is_loopback
from migma_contract.openapi import Operation
from migma_contract.redaction import Secret
from migma_contract_tests.probes.request_budget import Rate
from migma_contract_tests.results.baseline import Baseline

BASE_URL, API_KEY, CAMPAIGN_IDS = "MIGMA_BASE_URL", "MIGMA_API_KEY", "MIGMA_CAMPAIGN_IDS"
"""Environment variables for what no flag gives; an empty one counts as not set."""

DEFAULT_RATE = Rate(10, 60.0)
"""The rate of the vendor's free plan (docs introduction: "Free 10/min")."""

_MAX_KEY_FILE = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The options of one check.

    Attributes:
        base_url: URL of the server, with or without the contract's leading path (``/v1``).
        campaign_ids: Campaigns that exist and were sent by email; at least one.
        key: An API key that may read them.
        samples: Number of reads of each campaign.
        max_requests: Hard cap on requests, retries included.
        rate: None for no limit.
        timeout: Seconds that one request may take in total.
        fuzz: Number of generated ids to request too, within the cap.
        fail_on: The lowest level of a finding that is drift.
        baseline: Accepted findings; None for none.
        methods: Methods besides GET and HEAD, each tried once; in upper case.
        insecure: Do not verify the server's certificate.
        ca_bundle: PEM file of the only certificate authorities to trust; None for the system's and Mozilla's.
        proxy: URL of a proxy; None for the one in the environment, which is never used for loopback.
    """

    base_url: str
    campaign_ids: tuple[str, ...]
    key: Secret
    samples: int = 2
    max_requests: int = 10
    rate: Rate | None = DEFAULT_RATE
    timeout: float = 10.0
    fuzz: int = 0
    fail_on: Level = Level.WARNING
    baseline: Baseline | None = None
    methods: tuple[str, ...] = ()
    insecure: bool = False
    ca_bundle: Path | None = None
    proxy: str | None = None


def option_error(place: str, expected: str, got: str, hint: str = "") -> SettingsError:
    """Return the error for an option that cannot have this value."""
    return SettingsError([Problem(place, "", expected, got)], hint)


def check_url(url: str, place: str) -> str:
    """Return the URL of a server or a proxy with its scheme in lower case and without a slash at the end.

    Raises:
        SettingsError: It is not http or https, or has a user, a query or a fragment.
    """
    expected, shown = "an http or https URL such as https://api.migma.ai", re.sub("//[^/]*@", "//…@", url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise option_error(place, expected, str(error)) from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise option_error(place, expected, repr(shown), "Start it with http:// or https://.")
    if not re.fullmatch(r"[!-~]+", url) or not re.fullmatch(r"[A-Za-z0-9._:%-]+", host):
        raise option_error(
            place, f"{expected}, in ASCII", repr(shown), "Write an international host name in its xn-- form."
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise option_error(
            place,
            "a URL without user, query and fragment",
            "one with them",
            "Remove them; keys have their own options.",
        )
    return f"{parts.scheme}{url[len(parts.scheme) :]}".rstrip("/")


def proxy_address(url: str, place: str) -> tuple[str, tuple[str, str] | None]:
    """Split the URL of a proxy into the URL without credentials and the user and password, if any.

    Raises:
        SettingsError: It is not http or https. The message does not show the password.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError as error:
        raise option_error(place, "an http or https URL of a proxy", str(error)) from error
    user, _, host = parts.netloc.rpartition("@")
    address = check_url(f"{parts.scheme}://{host}{parts.path}", place)
    name, _, password = user.partition(":")
    return address, (unquote(name), unquote(password)) if user else None


def is_loopback_url(url: str) -> bool:
    """True if the host of a URL is this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def campaign_url(base_url: str, operation: Operation, campaign_id: str) -> str:
    """Return the URL of a campaign's stats.

    A base URL may end with the start of the contract's path (``/v1``); it is not repeated then.
    """
    base, have = base_url.rstrip("/"), urlsplit(base_url).path.strip("/").split("/")
    path = operation.prefix.strip("/").split("/")
    for length in range(min(len(have), len(path)), 0, -1):
        if have[-length:] == path[:length]:
            base = base.removesuffix("/" + "/".join(path[:length]))
            break
    return f"{base}{operation.prefix}{quote(campaign_id, safe='')}{operation.suffix}"


def check_rate(text: str | None, base_url: str) -> Rate | None:
    """Return the rate limit; the default is the free plan's, and none for this machine.

    Raises:
        SettingsError: It cannot be read, or is ``off`` for another machine.
    """
    if text is None:
        return None if is_loopback_url(base_url) else DEFAULT_RATE
    rate = Rate.parse(text)
    if rate is None and not is_loopback_url(base_url):
        raise option_error(
            "--rate", "a rate such as 10/m", "off", f"off is for servers on this machine only, not for {base_url}."
        )
    return rate


def check_campaign_ids(ids: Sequence[str], place: str, key: Secret | None) -> tuple[str, ...]:
    """Return the ids without repetitions.

    Raises:
        SettingsError: An id cannot be part of a path, or contains the key.
    """
    for one in ids:
        if one in ("", ".", "..") or not one.isprintable():
            raise option_error(place, "campaign ids such as 507f1f77bcf86cd799439011", repr(one))
        if key is not None and key.reveal() in one:
            raise option_error(place, "campaign ids", "the API key", "Ids are part of URLs, and reports show URLs.")
    return tuple(dict.fromkeys(ids))


def check_key(text: str, place: str) -> Secret:
    """Return an API key without white space around it.

    Raises:
        SettingsError: It is empty or cannot be sent in a header. The message does not show it.
    """
    text = text.strip()
    if not text:
        raise option_error(place, "an API key", "nothing")
    bad = next((index for index, character in enumerate(text) if not "!" <= character <= "~"), None)
    if bad is not None:
        got = f"the character U+{ord(text[bad]):04X} at position {bad + 1} of {len(text)}"
        raise option_error(place, "an API key of visible ASCII characters", got, "The key itself is not shown.")
    return Secret(text)


def read_key(file: Path) -> Secret:
    """Read the API key from a file, or from standard input for ``-``.

    Raises:
        SettingsError: The file cannot be read, or has no valid key.
    """
    try:
        raw = sys.stdin.buffer.read(_MAX_KEY_FILE) if str(file) == "-" else _head(file)
    except OSError as error:
        got = error.strerror or type(error).__name__
        raise option_error(f"--api-key-file {file}", "a readable file with the key", got) from error
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return check_key(text, f"--api-key-file {file}")


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_MAX_KEY_FILE)
