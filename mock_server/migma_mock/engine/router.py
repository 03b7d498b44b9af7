"""The one path of the contract: which campaign a target means, and what to say of any other."""

import re
from urllib.parse import unquote_to_bytes

from migma_contract.openapi import Operation


class Router:
    """Finds the campaign id in a request target, on raw bytes, without a router."""

    def __init__(self, operation: Operation) -> None:
        self._prefix, self._suffix = operation.prefix.encode(), operation.suffix.encode()
        self._shortest = len(self._prefix) + len(self._suffix) + 1
        self._start, self._end = len(self._prefix), -len(self._suffix) or None
        self._template = operation.path
        self._method = operation.method

    def match(self, raw_path: bytes) -> bytes | None:
        """The path's id, percent-decoded (any bytes at all); None if it is not the contract's path."""
        if len(raw_path) < self._shortest or not (
            raw_path.startswith(self._prefix) and raw_path.endswith(self._suffix)
        ):
            return None
        segment = raw_path[self._start : self._end]
        if b"/" in segment:
            return None
        return unquote_to_bytes(segment) if b"%" in segment else segment

    def explain_mismatch(self, raw_path: bytes) -> str:
        """What to say of a target that the contract does not have, with the way out for near misses."""
        version = f"/{self._template.split('/')[1]}"
        shown = raw_path[:200].decode("ascii", "replace")
        message = f"No such path: {shown}. The contract has {self._method} {self._template}."
        if self.match(version.encode() + raw_path) is not None:
            return f"{message} The version is missing: use the base URL that ends in {version}."
        if self.match(raw_path.removeprefix(version.encode())) is not None:
            return f"{message} {version} came twice: use the base URL without {version}."
        if self.match(re.sub(rb"//+", b"/", raw_path)) is not None:
            return f"{message} A slash came twice: the base URL has none at its end."
        trimmed = raw_path.rstrip(b"/")
        if self.match(trimmed) is not None:
            return f"{message} There is no slash at the end."
        if not trimmed.endswith(self._suffix) and self.match(trimmed + self._suffix) is not None:
            return f"{message} The path ends in {self._suffix.decode()}."
        return message
