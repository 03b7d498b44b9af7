"""Print the start banner of ``migma-mock serve``: URLs, a key, the campaigns, a command to paste."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from migma_contract.colors import wants_color
from migma_contract.resources import fixtures_path
from migma_contract.safe_text import one_line
from migma_mock.campaigns.campaign import Campaign
from migma_mock.control_access import ControlAccess
from migma_mock.settings import Settings
from migma_mock.state_url import is_shared

if TYPE_CHECKING:
    from migma_mock.http.log_writer import LogWriter
    from migma_mock.server import MockServer

_CAMPAIGNS_SHOWN = 40
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def print_banner(server: "MockServer", warnings: list[str], stream: "LogWriter") -> None:
    """Print the banner, with colors where they are wanted; standard output is for the ready line only."""
    text = "".join(f"{line}\n" for line in _lines(server, warnings))
    stream.write(text if wants_color(stream) else _STYLE.sub("", text))


def all_notes(server: "MockServer", warnings: list[str]) -> list[str]:
    """Return the sentences that people should read at the start, with further ones."""
    notes = [*server.mock.notices, *warnings]
    if server.is_reachable_by_others:
        notes.append(f"The mock listens on {server.settings.host}: other machines on the network can reach it.")
    return notes


def campaign_line(id_: str, answers: str, title: str) -> str:
    """Return one line of a list of campaigns: id, status or kind of answer, title; errors in another color."""
    color = typer.colors.YELLOW if answers[0] in "45" else typer.colors.GREEN
    return f"{one_line(id_):<24}  {typer.style(f'{answers:<5}', fg=color)}  {one_line(title)}"


def token_lines(access: ControlAccess) -> Iterator[str]:
    """Yield the line that shows a generated token, which nobody knows otherwise; nothing if the user gave one."""
    if access.token_is_generated:
        token = (
            f"Control API   header 'X-Mock-Token: {access.token}'" if access.is_on else f"Token         {access.token}"
        )
        yield f"  {token} (new at each start; set one with --control-token)"


def ca_lines(ca_file: str | None) -> Iterator[str]:
    """Yield the line that shows where the certificate is that clients have to trust; nothing if there is none."""
    if ca_file:
        yield f"  CA file       {ca_file} (clients have to trust it)"


def _team_lines(settings: Settings) -> Iterator[str]:
    """Yield lines about what the state is shared with; nothing for one process that keeps it in memory."""
    if settings.workers > 1:
        yield f"  Workers       {settings.workers}"
    if settings.state and is_shared(settings.state):
        from migma_mock.sharing.store.store_url import parse_store_url

        yield f"  State         {one_line(parse_store_url(settings.state.reveal()).place)}"


def _is_built_in(campaign: Campaign) -> bool:
    return Path(campaign.source).is_relative_to(fixtures_path())


def _lines(server: "MockServer", warnings: list[str]) -> Iterator[str]:
    contract = server.mock.contract
    access = server.mock.control_access
    title = f"Mock server for {contract.title}, contract version {contract.version}"
    yield typer.style(one_line(title), bold=True)
    yield ""
    if access.is_on:
        yield f"  Dashboard     {server.base_url}/"
    yield f"  Base URL      {server.base_url}"
    yield f"  SDK base URL  {server.sdk_base_url}"
    yield f"  API key       {server.mock.shown_key}"
    yield f"  API docs      {server.base_url}/docs"
    yield from _team_lines(server.settings)
    yield from ca_lines(server.mock.ca_file)
    yield from token_lines(access)
    if access.token:
        yield "                The token is also the password of the API docs, with any user name."
    yield ""
    campaigns = sorted(server.mock.accounts.built_in.state.campaigns.values(), key=_is_built_in)
    for campaign in campaigns[:_CAMPAIGNS_SHOWN]:
        yield f"  {campaign_line(campaign.id, campaign.status_label, campaign.title)}"
    if len(campaigns) > _CAMPAIGNS_SHOWN:
        yield f"  … and {len(campaigns) - _CAMPAIGNS_SHOWN} more; `migma-mock fixtures` lists them all"
    if server.settings.unknown_id == "generate":
        kind = f"generated: {server.settings.profile}, seed {server.settings.seed}"
        yield f"  {campaign_line('any other id', '200', kind)}"
    yield ""
    yield f"  {server.mock.example_command(server.base_url)}"
    yield ""
    notes = all_notes(server, warnings)
    yield from (f"  {typer.style('note', fg=typer.colors.YELLOW)}  {one_line(text)}" for text in notes)
