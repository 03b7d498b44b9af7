"""The commands that make fixtures: init, import, schema."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from migma_contract.option_values import parse_whole_number
from migma_contract.safe_text import one_line
from migma_mock.cli.settings_options import with_settings
from migma_mock.settings import Settings

_CONTRACT = ("contract", "refresh", "strict_nullable", "rates")


def add_fixture_commands(cli: typer.Typer) -> None:
    """Add the commands to ``migma-mock``."""
    cli.command(epilog="Example: migma-mock init my-fixtures")(with_settings(*_CONTRACT)(init))
    cli.command("import", epilog="Example: migma-mock import --id spring-sale --save my-fixtures < response.json")(
        with_settings(*_CONTRACT)(import_)
    )
    cli.command(epilog="Example: migma-mock schema > my-fixtures/fixture.schema.json")(
        with_settings(*_CONTRACT)(schema)
    )


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder.")] = Path("my-fixtures"),
    **options: Any,
) -> None:
    """Make a folder of fixtures: a campaign to edit, keys.json with a new API key, and the JSON Schema for editors.

    Files that exist stay as they are.
    """
    from migma_mock.campaigns.new_folder import make_folder
    from migma_mock.contract_parts import load_contract_for

    files = list(make_folder(folder, load_contract_for(Settings.read(**options))))
    width = max(len(str(file.path)) for file in files)
    for file in files:
        purpose = "exists already and stays as it is" if file.is_kept else file.purpose
        typer.echo(one_line(f"{file.path!s:<{width}}  {purpose}"))
    typer.echo(one_line(f"Now run: migma-mock --fixtures {shlex.quote(str(folder))}"))


def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file with the body of the response; - is standard input.")
    ] = "-",
    campaign_id: Annotated[str, typer.Option("--id", metavar="ID", help="Id of the campaign.")] = "imported",
    status: Annotated[
        str | None,
        typer.Option(metavar="N", help="Status of the response, if its content does not show it.", show_default=False),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write it as a file to this folder instead.", show_default=False),
    ] = None,
    **options: Any,
) -> None:
    """Make a campaign file of a response of the API, and print it."""
    from migma_contract.bounded_file import read_file
    from migma_contract.errors import FixtureError, Problem
    from migma_contract.file_errors import FILE_ERRORS, why_unusable
    from migma_mock.campaigns.campaign_builder import MAX_FILE_BYTES
    from migma_mock.campaigns.file_names import file_name
    from migma_mock.campaigns.fixture_writer import write_new_file
    from migma_mock.campaigns.import_response import import_response
    from migma_mock.contract_parts import load_contract_for

    contract = load_contract_for(Settings.read(**options))
    number = None if status is None else parse_whole_number("--status", status, minimum=200, maximum=599)
    if file == "-":
        source = "standard input"
        if sys.stdin.isatty():
            typer.echo("Paste the body of the response, then press Ctrl-D on a line of its own.", err=True)
        data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    else:
        source = file
        try:
            data = read_file(Path(file), MAX_FILE_BYTES)
        except FILE_ERRORS as error:
            raise FixtureError([Problem(file, "", "a readable file", why_unusable(error))]) from error
    imported = import_response(data, source, campaign_id, contract, number)
    for remark in imported.remarks:
        typer.echo(f"note: {one_line(remark)}", err=True)
    if save is None:
        typer.echo(imported.text, nl=False)
    else:
        typer.echo(one_line(str(write_new_file(save / file_name(campaign_id), imported.text))))


def schema(**options: Any) -> None:
    """Print the JSON Schema of campaign files, with the stats of the contract."""
    from migma_mock.campaigns.campaign_schema import campaign_schema
    from migma_mock.contract_parts import load_contract_for

    typer.echo(campaign_schema(load_contract_for(Settings.read(**options))), nl=False)
