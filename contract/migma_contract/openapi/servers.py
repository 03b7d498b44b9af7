"""The servers of an operation: their URLs with the variables filled in, and the path that they put before its own."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import Document
from migma_contract.strict_json import describe_json

_VARIABLE = re.compile(r"{([^{}]*)}")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*")


class Servers(NamedTuple):
    """The servers of an operation.

    Attributes:
        urls: With the defaults of variables; the first is the one that is used.
        pointer: JSON pointer to the array in the document.
        path: The path of the first URL, without a slash at its end; "" for none.
        notices: Sentences for the user about what is not honoured.
    """

    urls: tuple[str, ...]
    pointer: str
    path: str
    notices: tuple[str, ...]


def read_servers(document: Document, owners: list[tuple[Mapping[str, Any], str]]) -> Servers:
    """Return the servers of the innermost owner that names any: the operation, its path, or the document.

    Args:
        document: The document.
        owners: The operation, its path item and the document, each with its JSON pointer.

    Raises:
        ContractError: A URL cannot be used, or a variable has no default.
    """
    for owner, at in owners:
        where = f"{at}/servers"
        servers = document.expect(owner.get("servers", []), where, list, "an array of servers")
        if servers:
            urls = tuple(_urls(document, servers, where))
            path = _path(document, urls[0], f"{where}/0/url")
            return Servers(urls, where, path, tuple(_notices(urls, path)))
    return Servers((), "/servers", "", ())


def _urls(document: Document, servers: list[Any], where: str) -> Iterator[str]:
    for index, node in enumerate(servers):
        at = f"{where}/{index}"
        server = document.expect(node, at, dict, "an object")
        url = document.expect(server.get("url"), f"{at}/url", str, "a URL")
        variables = document.expect(server.get("variables", {}), f"{at}/variables", dict, "an object of variables")
        for name in _VARIABLE.findall(url):
            place = f"{at}/variables{pointer(name)}"
            variable = document.expect(variables.get(name), place, dict, f"the server variable {name!r} of {url}")
            default = document.expect(variable.get("default"), f"{place}/default", str, "a default (a string)")
            url = url.replace(f"{{{name}}}", default)
        yield url


def _path(document: Document, url: str, at: str) -> str:
    try:
        parts = urlsplit(url)
        path, extra = parts.path.rstrip("/"), parts.query or parts.fragment
    except ValueError:
        path, extra = "", url
    path = path if path.startswith("/") or not path else f"/{path.removeprefix('./').removeprefix('.')}".rstrip("/")
    if extra or not _PATH.fullmatch(path) or "/../" in f"{path}/":
        document.refuse(at, "a URL without query and fragment, such as https://api.example.com/v1", describe_json(url))
    return path


def _notices(urls: tuple[str, ...], path: str) -> Iterator[str]:
    others = [url for url in urls[1:] if urlsplit(url).path.rstrip("/") != urlsplit(urls[0]).path.rstrip("/")]
    if others:
        yield (
            f"The document names {len(urls)} servers with different paths. The mock serves that of the first, "
            f"{urls[0]}, and no other: {', '.join(others)}."
        )
    if urls[0].startswith(".") or (urls[0] and "//" not in urls[0] and not urls[0].startswith("/")):
        yield f"The server {urls[0]} is relative to the document; its path is read as {path or '/'}."
