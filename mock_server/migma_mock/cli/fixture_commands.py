"""The commands that make fixtures: init, import, schema."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from migma_contract.option_values import parse_whole_number
from migma_contract.safe_text import one_line
from migma_mock.cli.settings_options import SourceArgument, settings_with_source, with_settings
from migma_mock.settings import Settings

_CONTRACT = ("contract", "refresh", "strict_nullable", "rates")
_OTHER_ID = "give another --id"


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
    """Make a folder of fixtures.

    It has a campaign to edit, keys.json with a new API key, and the JSON Schema for editors.
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
    campaign_id: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="ID",
            help="Id of the campaign. [default: the name of the file; imported for standard input]",
            show_default=False,
        ),
    ] = None,
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
    from migma_contract.errors import FixtureError
    from migma_mock.campaigns.file_names import file_name, id_of_file
    from migma_mock.campaigns.fixture_writer import write_new_file
    from migma_mock.campaigns.import_response import import_response
    from migma_mock.contract_parts import load_contract_for

    contract = load_contract_for(Settings.read(**options))
    number = None if status is None else parse_whole_number("--status", status, minimum=200, maximum=599)
    if campaign_id is None:
        campaign_id = "imported" if file == "-" else id_of_file(Path(file))
    try:
        data, source = _read_response(file)
        imported = import_response(data, source, campaign_id, contract, number)
        path = None if save is None else write_new_file(save / file_name(campaign_id), imported.text, _OTHER_ID)
    except FixtureError as error:
        error.headline = "the response cannot be imported"
        raise
    for remark in imported.remarks:
        typer.echo(f"note: {one_line(remark)}", err=True)
    typer.echo(imported.text if path is None else one_line(str(path)), nl=path is not None)


def _read_response(file: str) -> tuple[bytes, str]:
    """Return what a file or standard input has, and its name for messages."""
    from migma_contract.bounded_file import read_file
    from migma_contract.errors import FixtureError, Problem
    from migma_contract.file_errors import FILE_ERRORS, why_unusable
    from migma_contract.recording.campaign_files import MAX_FILE_BYTES

    if file == "-":
        if sys.stdin.isatty():
            typer.echo("Paste the body of the response, then press Ctrl-D on a line of its own.", err=True)
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input"
    try:
        return read_file(Path(file), MAX_FILE_BYTES), file
    except FILE_ERRORS as error:
        raise FixtureError([Problem(file, "", "a readable file", why_unusable(error))]) from error


def schema(source: SourceArgument = None, **options: Any) -> None:
    """Print the JSON Schema of campaign files. It has the stats of the contract."""
    from migma_mock.campaigns.campaign_schema import campaign_schema
    from migma_mock.contract_parts import load_contract_for

    typer.echo(campaign_schema(load_contract_for(settings_with_source(source, options))), nl=False)
