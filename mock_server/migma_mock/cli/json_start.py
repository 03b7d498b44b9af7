"""Log the start of ``migma-mock serve`` as events, for ``--log-format json``: what the banner tells people."""

from typing import TYPE_CHECKING

from migma_contract.version import __version__
from migma_mock.cli.banner import all_notes
from migma_mock.settings import unknown_variables

if TYPE_CHECKING:
    from migma_mock.http.json_log import JsonLog
    from migma_mock.server import MockServer


def log_start(server: "MockServer", warnings: list[str], log: "JsonLog") -> None:
    """Log what the mock serves and where, and each note; with ``--quiet`` what nobody knows otherwise.

    That is a generated token, the file of a generated certificate, and variables of no setting.
    """
    mock = server.mock
    access = mock.control_access
    # A token that the user gave is known, and stays secret.
    needed = {"control_token": access.token if access.token_is_generated else None, "ca_file": mock.ca_file}
    is_quiet = server.settings.quiet
    if not is_quiet or any(needed.values()):
        log.event(
            "info",
            "start",
            url=server.base_url,
            version=__version__,
            instance=mock.instance,
            contract=mock.contract.title,
            contract_version=mock.contract.version,
            campaigns=len(mock.accounts.built_in.state.campaigns),
            **needed,
        )
    unknown = unknown_variables()
    for text in unknown if is_quiet else all_notes(server, warnings):
        log.event("warning" if text in unknown else "info", "note", message=text)
