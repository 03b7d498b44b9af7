"""Compares the servers of operations."""

from migma_contract.openapi.diff.change_rule import info, warning
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import server_url

REMOVED = warning(
    "server-removed",
    "The URL of a server is not in the document any more.",
    "A client that uses it may find nobody there.",
    "before: https://api.example.com/v1\nafter:  https://api.example.com/v2",
)
ADDED = info(
    "server-added",
    "The document has the URL of a new server.",
    "Clients may use it.",
    "before: https://api.example.com\nafter:  https://api.example.com, https://eu.api.example.com",
)

RULES = (REMOVED, ADDED)


def compare_servers(here: Here) -> None:
    """Compare the URLs at which an operation is; a part that moved between the server and the path is no change."""
    old, new = here.old.servers, here.new.servers
    if here.is_reversed or here.same(old, new):
        return
    was = {url: node for url, node in _urls(old, here.old.path).items() if url}
    now = {url: node for url, node in _urls(new, here.new.path).items() if url}
    for url, node in was.items():
        if url not in now and now:
            name = server_url(node)
            text = f"the server {name} is not documented any more"
            here.note(REMOVED, Spot("", f"server {name}"), (node, new), text, name, _names(new))
    for url, node in now.items():
        if url not in was and was:
            name = server_url(node)
            here.note(ADDED, Spot("", f"server {name}"), (old, node), f"the server {name} is new", _names(old), name)


def _urls(servers: Node, path: str) -> dict[str, Node]:
    """Return the whole URL of a path at each server, with its parameters by place."""
    shape = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
    return {f"{server_url(server)}{shape}": server for server in servers.items()}


def _names(servers: Node) -> str:
    return ", ".join(map(server_url, servers.items())) or "none"
