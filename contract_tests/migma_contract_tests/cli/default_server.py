"""The server that is checked if the user names none: only one that the built-in contract names gets the key."""

import shlex

from migma_contract.openapi import Contract, load_contract
from migma_contract.redaction import mask_url
from migma_contract.resources import openapi_path
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.urls import origin


def server_of_contract(source: str | None, contract: Contract) -> tuple[str, str]:
    """Return the place in a contract that names the server, and the URL there; "" if none does.

    The key goes where the user said. A document from elsewhere can name any server, so its server counts only if it has
    the origin of the built-in contract's.

    Args:
        source: The file or the URL of ``--contract``; None for the built-in contract.
        contract: The contract.

    Raises:
        SettingsError: The given contract names a server of another origin.
    """
    own = contract if source is None else load_contract(openapi_path())
    default = own.servers[0] if own.servers else ""
    if source is None or not contract.servers:
        return f"{own.source} at {own.servers_pointer}/0/url", default
    place, server = f"--contract {contract.source} at {contract.servers_pointer}/0/url", contract.servers[0]
    given, known = origin(server), origin(default)
    if given and given == known:
        # Without the path of the server, which is the beginning of the contract's path.
        return place, server.rstrip("/").removesuffix(contract.operation.base_path)
    command = f"migma-contract check --contract {shlex.quote(contract.source)} --base-url"
    got = given or f"a URL that is not complete: {mask_url(server)}"
    expected = f"a server of {known}, the one of the built-in contract" if known else "--base-url with it"
    hint = f"The API key is sent only where you say. To send it there, type: {command} {given or 'URL'}"
    raise option_error(place, expected, got, hint)
