"""What ``migma-mock doctor`` looks at: everything of a set-up that keeps a mock from starting, or a client from it."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from typing import Literal, NamedTuple
from urllib.request import proxy_bypass

import httpx
from packaging.requirements import Requirement

from migma_contract.errors import ContractError, FixtureError, MigmaError, PortInUseError, ServerError, SettingsError
from migma_contract.resources import openapi_path
from migma_contract.version import __version__
from migma_mock.control_access import HEALTH
from migma_mock.http.uvicorn_server import base_url, listen
from migma_mock.mock import Mock, load_contract_for
from migma_mock.settings import Settings, unknown_variables

Level = Literal["ok", "warning", "problem"]

_LOCAL = ("localhost", "127.0.0.1")
_PATIENCE_SECONDS = 2.0


class Finding(NamedTuple):
    """One line of the diagnosis.

    Attributes:
        level: ``problem`` keeps the mock from starting, ``warning`` may surprise.
        subject: What was looked at, one word.
        text: How it is.
        remedy: What to do; "" where all is well.
    """

    level: Level
    subject: str
    text: str
    remedy: str = ""


def diagnose(options: Mapping[str, object]) -> Iterator[Finding]:
    """Look at everything, each on its own as far as it can be.

    Args:
        options: Settings as ``migma-mock serve`` would get them; the environment gives the others.
    """
    yield from library_findings(_requirements())
    yield from _variable_findings()
    yield from proxy_findings()
    try:
        settings = Settings.read(**options)
    except SettingsError as error:
        for problem in error.problems:
            yield Finding("problem", "settings", str(problem), "Mend it; contract, fixtures and port wait for that.")
        return
    yield from _content_findings(settings)
    yield from port_findings(settings.host, settings.port)


def library_findings(
    requirements: Iterable[Requirement] | None, version: Callable[[str], str] = metadata.version
) -> Iterator[Finding]:
    """Whether the libraries are there in versions that fit.

    Args:
        requirements: Of this project; None where it is not installed, and nobody knows.
        version: The version of an installed distribution; raises PackageNotFoundError.
    """
    own = f"migma-mock {__version__} on Python {platform.python_version()}"
    if requirements is None:
        remedy = "Run `pip install .` where pyproject.toml is, if a library is missing or behaves oddly."
        yield Finding("warning", "versions", f"{own} runs from a folder, not installed: no version is checked", remedy)
        return
    needed = list(requirements)
    contract_mismatches = list(_misfits(needed, version))
    yield from contract_mismatches
    if not contract_mismatches:
        yield Finding("ok", "versions", f"{own}; {len(needed)} libraries fit")


def _misfits(requirements: Iterable[Requirement], version: Callable[[str], str]) -> Iterator[Finding]:
    for requirement in requirements:
        try:
            found = version(requirement.name)
        except metadata.PackageNotFoundError:
            text = f"{requirement.name} is not installed"
        else:
            if requirement.specifier.contains(found, prereleases=True):
                continue
            text = f"{requirement.name} {found} is installed, and {requirement.specifier} is needed"
        wanted = f"{requirement.name}{requirement.specifier}"
        yield Finding("problem", "versions", text, f"pip install '{wanted}'")


def _requirements() -> list[Requirement] | None:
    try:
        lines = metadata.requires("migma-mock") or []
    except metadata.PackageNotFoundError:
        return None
    every = map(Requirement, lines)
    return [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]


def _variable_findings() -> Iterator[Finding]:
    unknown = unknown_variables()
    for sentence in unknown:
        yield Finding("warning", "variables", sentence, "Unset or rename it: `migma-mock serve --help` has every name.")
    if not unknown:
        yield Finding("ok", "variables", "every MIGMA_MOCK_ variable that is set is a setting")


def proxy_findings() -> Iterator[Finding]:
    """Whether clients that obey the proxy variables (curl, requests, httpx) would miss a mock on this machine.

    What a variable holds is never shown: a proxy's URL may carry a password.
    """
    caught = [host for host in _LOCAL if not proxy_bypass(host)]
    names = sorted(name for name in os.environ if name.lower() in ("http_proxy", "all_proxy") and os.environ[name])
    if not names or not caught:
        text = "no proxy variable for http is set" if not names else "NO_PROXY keeps this machine out of the proxy"
        yield Finding("ok", "proxy", text)
        return
    text = f"{' and '.join(names)} would catch requests to {' and '.join(caught)}"
    yield Finding("warning", "proxy", text, f"Add to NO_PROXY: {','.join(caught)} (and to no_proxy, if that is set)")


def _content_findings(settings: Settings) -> Iterator[Finding]:
    try:
        contract = load_contract_for(settings)
    except ContractError as error:
        for problem in error.problems:
            yield Finding("problem", "contract", str(problem), error.hint or "Mend the document, or name another.")
        yield Finding("warning", "fixtures", "not checked, since there is no contract to hold them to", "See above.")
        return
    source = settings.contract or openapi_path()
    yield Finding("ok", "contract", f"{contract.title} {contract.version}, from {source}")
    try:
        app = Mock(settings)
    except FixtureError as error:
        for problem in error.problems:
            yield Finding("problem", "fixtures", str(problem), error.hint or "Mend the file; a broken one stops all.")
        return
    except MigmaError as error:
        yield Finding("problem", "contract", str(error), "The mock has no answer that fits: name another document.")
        return
    count = len(app.accounts.built_in.state.campaigns)
    if app.example_key:
        yield Finding("ok", "fixtures", f"{count} campaigns, and a key that opens them")
    else:
        text = f"{count} campaigns, and no key that works: every request gets 401 or 403"
        yield Finding("warning", "fixtures", text, "Add a key to keys.json, or --api-key KEY.")


def port_findings(host: str, port: int) -> Iterator[Finding]:
    """Whether the port is free, and if not, who is there."""
    try:
        listener = listen(host, port)
    except PortInUseError:
        yield _who_answers(base_url(host, port))
    except ServerError as error:
        yield Finding("problem", "port", str(error), "Choose another address: --host, --port.")
    else:
        listener.close()
        yield Finding("ok", "port", f"{port} on {host} is free" if port else f"there are free ports on {host}")


def _who_answers(url: str) -> Finding:
    other = "Stop it, or choose another port: --port N, or --port 0 for a free one."
    try:
        with httpx.Client(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
            response = client.get(f"{url}{HEALTH}")
        health = response.json() if response.is_success else None
    except httpx.TransportError as error:
        return Finding("problem", "port", f"{url} is taken by what does not speak HTTP ({type(error).__name__})", other)
    except ValueError:
        health = None
    if not isinstance(health, dict) or "contract" not in health:
        server = response.headers.get("server", "a server without a name")
        text = f"{url} is taken: {server} answers {response.status_code} there"
        return Finding("problem", "port", text, other)
    text = f"{url} is a migma-mock {health.get('version')} already, {health.get('status')}"
    if health.get("status") == "ok":
        return Finding("warning", "port", text, f"Use it, or {other[0].lower()}{other[1:]}")
    return Finding("warning", "port", text, f"Its edited fixtures are broken and not served: see {url}{HEALTH}")
