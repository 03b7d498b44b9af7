"""The operations of a document, and which of them are the same in another one."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.side import Side

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STABILITY_LEVELS = ("none", "draft", "alpha", "beta", "stable")
"""The values of ``x-stability-level``, an extension, and "none" for an operation without it."""

_PARAMETER = re.compile(r"{([^{}]*)}")


class Operation(NamedTuple):
    """An operation of one document.

    Attributes:
        method: In upper case.
        path: Its path, or the name of its webhook or callback.
        node: The operation.
        item: Its path item, with references followed.
        servers: The innermost list of servers that it has.
    """

    method: str
    path: str
    node: Node
    item: Node
    servers: Node

    @property
    def label(self) -> str:
        """The operation as people name it: ``GET /pets/{id}``."""
        return f"{self.method} {self.path}"

    @property
    def shape(self) -> tuple[str, str]:
        """The method and the path without the names of parameters, which nobody sends."""
        return self.method, _PARAMETER.sub("{}", self.path)

    @property
    def full_shape(self) -> tuple[str, str]:
        """As ``shape``, with the path of the first server before it."""
        return self.method, f"{server_path(self.server_urls[0]) if self.server_urls else ''}{self.shape[1]}"

    @property
    def server_urls(self) -> list[str]:
        """The URLs of its servers, with the defaults of variables, without a slash at their end."""
        return [server_url(server) for server in self.servers.items()]

    def is_at(self, path: str) -> bool:
        """True if this is the path of the operation, with or without that of the server, whatever its parameters."""
        shape = _PARAMETER.sub("{}", path)
        return shape in {self.shape[1], self.full_shape[1]}

    @property
    def parameter_names(self) -> list[str]:
        """The names of the parameters in its path, in order."""
        return _PARAMETER.findall(self.path)

    @property
    def is_unstable(self) -> bool:
        """True if the document says that clients must not rely on it yet."""
        return self.node.get("x-stability-level") in ("draft", "alpha")


class Pair(NamedTuple):
    """The same operation in both documents; None in one that does not have it."""

    old: Operation | None
    new: Operation | None


def server_url(server: Node) -> str:
    """Return the URL of a server, with the defaults of variables."""
    url = server.get("url", str) or ""
    variables = server.child("variables")
    return _PARAMETER.sub(lambda match: variables.child(match[1]).get("default", str) or match[0], url).rstrip("/")


def server_path(url: str) -> str:
    """Return the path of the URL of a server, without a slash at its end."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def operations(side: Side, items: Node, servers: Node | None = None) -> Iterator[Operation]:
    """Yield the operations of an object of path items: ``paths``, ``webhooks``, or a callback."""
    for path, reference in items.members():
        item = side.follow(reference)
        of_item = item.child("servers") if item.get("servers", list) else servers
        for method in METHODS:
            node = item.child(method)
            if isinstance(node.value, dict):
                own = node.child("servers") if node.get("servers", list) else of_item
                yield Operation(method.upper(), path, node, item, own or Node(None, ""))


def pairs(old: list[Operation], new: list[Operation]) -> Iterator[Pair]:
    """Yield the operations of two documents in pairs, those of the old one first.

    The same path is the same operation, also if its parameters have other names, or if a part of it moved into the URL
    of the servers.
    """
    matched: dict[int, Operation] = {}
    free = dict(enumerate(new))
    for same in (lambda each: (each.method, each.path), lambda each: each.shape, lambda each: each.full_shape):
        places = {same(operation): place for place, operation in reversed(free.items())}
        for index, operation in enumerate(old):
            place = places.get(same(operation))
            if index not in matched and place in free:
                matched[index] = free.pop(place)
    for index, operation in enumerate(old):
        yield Pair(operation, matched.get(index))
    for operation in free.values():
        yield Pair(None, operation)
