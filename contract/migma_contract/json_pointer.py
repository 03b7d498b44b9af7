"""JSON pointers (RFC 6901): build, split and look up."""

from typing import Any


def escape(token: str) -> str:
    """Return one reference token of a JSON pointer, escaped (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer(*tokens: str | int) -> str:
    """Return the JSON pointer of a path of keys and indices; without any it is ``""``, the whole document."""
    return "".join([f"/{escape(str(token))}" for token in tokens])


def tokens(where: str) -> list[str]:
    """Return the reference tokens of a JSON pointer, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in where.split("/")[1:]]


def lookup(root: Any, where: str) -> Any:
    """Return the value at a JSON pointer.

    Raises:
        LookupError, TypeError, ValueError: There is none.
    """
    node = root
    for token in tokens(where):
        node = node[int(token)] if isinstance(node, list) else node[token]
    return node
