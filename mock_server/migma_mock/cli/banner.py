"""What ``migma-mock serve`` says at its start: where it is, a key, the campaigns, a line to paste."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from migma_contract.loopback import is_loopback

if TYPE_CHECKING:
    from migma_mock.server import MockServer

_CAMPAIGNS_SHOWN = 40


def print_banner(mock: "MockServer", warnings: list[str]) -> None:
    """Print it to standard error, since standard output carries the ready line only."""
    typer.echo("\n".join(_lines(mock, warnings)), err=True)


def campaign_line(id_: str, answers: str, title: str) -> str:
    """One campaign in a list: id, how it answers, title; errors in another colour."""
    colour = typer.colors.YELLOW if answers[0] in "45" else typer.colors.GREEN
    return f"{id_:<24}  {typer.style(f'{answers:<5}', fg=colour)}  {title}"


def _lines(mock: "MockServer", warnings: list[str]) -> Iterator[str]:
    contract = mock.app.contract
    yield typer.style(f"{contract.title}, contract {contract.version}, on this machine", bold=True)
    yield ""
    yield f"  Base URL      {mock.base_url}"
    yield f"  for the SDK   {mock.sdk_base_url}"
    yield f"  API key       {mock.app.shown_key}"
    yield f"  Read more     {mock.base_url}/docs"
    access = mock.app.control_access
    if access.token_is_made_up and access.is_on:
        yield f"  Control API   header 'X-Mock-Token: {access.token}' (new at each start; --control-token sets one)"
    yield ""
    campaigns = list(mock.app.accounts.built_in.state.campaigns.values())
    for campaign in campaigns[:_CAMPAIGNS_SHOWN]:
        yield f"  {campaign_line(campaign.id, campaign.answers, campaign.title)}"
    if len(campaigns) > _CAMPAIGNS_SHOWN:
        yield f"  … and {len(campaigns) - _CAMPAIGNS_SHOWN} more: `migma-mock fixtures` lists all"
    if mock.settings.unknown_id == "generate":
        kind = f"generated: {mock.settings.profile}, seed {mock.settings.seed}"
        yield f"  {campaign_line('any other id', '200', kind)}"
    yield ""
    path = contract.operation.path.replace(f"{{{contract.operation.parameter}}}", mock.example_id)
    name = contract.operation.key_header
    header = f"{name}: {contract.operation.key_header_value(mock.app.shown_key)}"
    yield f"  curl -H {shlex.quote(header)} {mock.base_url}{path}"
    yield ""
    notes = [*contract.notices, *warnings]
    if not is_loopback(mock.settings.host):
        notes.append(f"Listening on {mock.settings.host}: others on the network can reach this mock.")
    yield from (f"  {typer.style('note', fg=typer.colors.YELLOW)}  {text}" for text in notes)
