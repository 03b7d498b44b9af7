"""Find what keeps a mock from starting, or a client from reaching it, for ``migma-mock doctor``."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from typing import Literal, get_args
from urllib.request import proxy_bypass

from packaging.requirements import Requirement

from migma_contract.errors import FixtureError, InputError, MigmaError, PortInUseError, ServerError, SettingsError
from migma_contract.extras import Extra, MissingExtraError
from migma_contract.version import __version__
from migma_mock.cli.finding import Finding
from migma_mock.cli.port_owner import find_port_owner
from migma_mock.cli.state_findings import state_findings
from migma_mock.contract_parts import load_contract_for
from migma_mock.http.certificate import certificate_of
from migma_mock.http.listening import base_url, bind
from migma_mock.mock import Mock
from migma_mock.own_pages import HEALTH
from migma_mock.settings import Settings, unknown_variables

_LOCAL = ("localhost", "127.0.0.1")


def diagnose(options: Mapping[str, object]) -> Iterator[Finding]:
    """Check every part of the setup, each independently if possible.

    Args:
        options: Settings as ``migma-mock serve`` would get them; the others come from the environment.
    """
    yield from library_findings(_requirements())
    yield from _variable_findings()
    try:
        settings = Settings.read(**options)
    except InputError as error:
        yield from proxy_findings("http")
        remedy = "Fix it first; contract, fixtures and port are checked after that."
        yield from _problem_findings("settings", error, remedy)
        return
    yield from proxy_findings("https" if settings.uses_tls else "http")
    yield from _content_findings(settings)
    yield from _tls_findings(settings)
    yield from state_findings(settings)
    yield from port_findings(settings.host, settings.port)


def _problem_findings(subject: str, error: InputError, remedy: str) -> Iterator[Finding]:
    return (Finding("problem", subject, str(problem), error.hint or remedy) for problem in error.problems)


def library_findings(
    requirements: Iterable[Requirement] | None, version: Callable[[str], str] = metadata.version
) -> Iterator[Finding]:
    """Yield findings about missing libraries and unsupported versions.

    Args:
        requirements: The requirements of this project; None if it is not installed, and they are unknown.
        version: Returns the version of an installed distribution or raises PackageNotFoundError.
    """
    own = f"migma-mock {__version__} on Python {platform.python_version()}"
    if requirements is None:
        remedy = "If a library is missing or behaves oddly, run `pip install .` in the folder of pyproject.toml."
        yield Finding("warning", "versions", f"{own} is not installed, so no version is checked", remedy)
        return
    needed = list(requirements)
    unsupported = list(_unsupported(needed, version))
    yield from unsupported
    if not unsupported:
        yield Finding("ok", "versions", f"{own}; all libraries have supported versions")


def _unsupported(requirements: Iterable[Requirement], version: Callable[[str], str]) -> Iterator[Finding]:
    for requirement in requirements:
        is_optional = "extra" in str(requirement.marker)
        try:
            found = version(requirement.name)
        except metadata.PackageNotFoundError:
            if is_optional:
                continue
            text = f"{requirement.name} is not installed"
        else:
            if requirement.specifier.contains(found, prereleases=True):
                continue
            text = f"{requirement.name} {found} is installed, but {requirement.specifier} is required"
        wanted = f"{requirement.name}{requirement.specifier}"
        yield Finding("warning" if is_optional else "problem", "versions", text, f"pip install '{wanted}'")


def _requirements() -> list[Requirement] | None:
    try:
        lines = metadata.requires("migma-mock") or []
    except metadata.PackageNotFoundError:
        return None
    every = map(Requirement, lines)
    extras = ("", *get_args(Extra))
    return [one for one in every if one.marker is None or any(one.marker.evaluate({"extra": each}) for each in extras)]


def _variable_findings() -> Iterator[Finding]:
    unknown, remedy = unknown_variables(), "Unset or rename it; `migma-mock serve --help` lists every name."
    yield from (Finding("warning", "variables", sentence, remedy) for sentence in unknown)
    if not unknown:
        yield Finding("ok", "variables", "all MIGMA_MOCK_ variables belong to settings")


def proxy_findings(scheme: Literal["http", "https"]) -> Iterator[Finding]:
    """Yield a finding if clients that obey the proxy variables (curl, requests, httpx) cannot reach a local mock.

    The value of a variable is never shown, since the URL of a proxy may contain a password.
    """
    caught = [host for host in _LOCAL if not proxy_bypass(host)]
    obeyed = (f"{scheme}_proxy", "all_proxy")
    names = sorted(name for name in os.environ if name.lower() in obeyed and os.environ[name])
    if not names or not caught:
        text = f"no proxy variable for {scheme} is set" if not names else "NO_PROXY excludes this machine"
        yield Finding("ok", "proxy", text)
        return
    text = f"{' and '.join(names)} would send requests for {' and '.join(caught)} to a proxy"
    yield Finding("warning", "proxy", text, f"Add {','.join(caught)} to NO_PROXY (and to no_proxy, if that is set).")


def _content_findings(settings: Settings) -> Iterator[Finding]:
    try:
        contract = load_contract_for(settings)
    except InputError as error:
        yield from _problem_findings("contract", error, "Fix the document, or name another.")
        yield Finding("warning", "fixtures", "not checked, since the contract is invalid", "See above.")
        return
    yield Finding("ok", "contract", f"{contract.title} {contract.version}, from {contract.source}")
    try:
        mock = Mock(settings)
    except SettingsError as error:  # a file that a setting names
        yield from _problem_findings("settings", error, "Fix the file, or leave the setting out.")
        return
    except FixtureError as error:
        yield from _problem_findings("fixtures", error, "Fix this file; the mock does not start with an invalid one.")
        return
    except MissingExtraError as error:
        yield Finding("problem", "versions", error.reason, error.remedy)
        return
    except MigmaError as error:
        yield Finding("problem", "contract", str(error), "The mock cannot serve this document. Name another.")
        return
    remedy = "The mock starts all the same. `migma-mock schema` prints the form of campaign files."
    yield from (Finding("warning", "fixtures", notice, remedy) for notice in mock.fixtures.notices)
    count = len(mock.accounts.built_in.state.campaigns)
    if mock.example_key:
        yield Finding("ok", "fixtures", f"{count} campaigns, and an API key that works")
    else:
        text = f"{count} campaigns, but no API key that works: every request gets 401 or 403"
        yield Finding("warning", "fixtures", text, "Add a key to keys.json, or use --api-key KEY.")


def _tls_findings(settings: Settings) -> Iterator[Finding]:
    """Yield whether there is a certificate, if the mock is to speak HTTPS."""
    try:
        certificate = certificate_of(settings, settings.host)
    except SettingsError as error:
        yield from _problem_findings("tls", error, "Fix the file, or let the mock create a certificate: --tls.")
    except MissingExtraError as error:
        yield Finding("problem", "versions", error.reason, error.remedy)
    else:
        if certificate:
            own = "created at start" if certificate.authority else f"from {settings.tls_cert}"
            yield Finding("ok", "tls", f"the certificate is {own}")


def port_findings(host: str, port: int) -> Iterator[Finding]:
    """Yield whether the port is free, and what listens there if not."""
    try:
        bound = bind(host, port)
    except PortInUseError:
        yield _identify(base_url(host, port))
    except ServerError as error:
        yield Finding("problem", "port", str(error), "Choose another address with --host and --port.")
    else:
        bound.close()
        yield Finding("ok", "port", f"port {port} on {host} is free" if port else f"{host} has free ports")


def _identify(url: str) -> Finding:
    other = "Stop it, or choose another port: --port N, or --port 0 for a free one."
    owner = find_port_owner(url)
    url = owner.url or url
    text = f"{url} is in use by {owner.text}"
    if owner.health is None:
        return Finding("problem", "port", text, other)
    if owner.health.get("status") == "ok":
        return Finding("warning", "port", text, f"Use it, or {other[0].lower()}{other[1:]}")
    why = (
        "It cannot use its store"
        if owner.health.get("storeError")
        else "Its edited fixtures are invalid and not served"
    )
    return Finding("warning", "port", text, f"{why}: see {url}{HEALTH}")
