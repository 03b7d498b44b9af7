"""Match request targets against the contract's path, and explain near misses."""

import re
from urllib.parse import unquote_to_bytes

from migma_contract.openapi import Operation


class Router:
    """Finds the campaign id in the raw bytes of a request target."""

    def __init__(self, operation: Operation) -> None:
        prefix, self._suffix = operation.prefix.encode(), operation.suffix.encode()
        self._pattern = re.compile(re.escape(prefix) + rb"([^/]+)" + re.escape(self._suffix))
        # An id whose slashes are not encoded.
        self._slashed = re.compile(re.escape(prefix) + rb"([^/]+(?:/[^/]+)+)" + re.escape(self._suffix))
        self._template = operation.path
        self._version = operation.version_path
        self._method = operation.method
        self._server, self._repeated = operation.base_path, operation.repeated_path

    def match(self, raw_path: bytes) -> bytes | None:
        """Return the id of a path, percent-decoded (it may be any bytes); None if it is not the contract's path."""
        found = self._pattern.fullmatch(raw_path)
        return found and unquote_to_bytes(found[1])

    def explain_mismatch(self, raw_path: bytes) -> str:
        """Return a message about a target that the contract does not have; a near miss gets a remedy."""
        shown = raw_path[:200].decode("ascii", "replace")
        message = f"No such path: {shown}. The contract has {self._method} {self._template}."
        about_version = self._explain_version(raw_path)
        if about_version:
            return f"{message} {about_version}"
        extra = re.match(rb"/[^/]+", raw_path)
        if extra and self.match(raw_path.removeprefix(extra[0])) is not None:
            begin = extra[0][:64].decode("ascii", "replace")
            return f"{message} Its path has no {begin}: use the base URL without it."
        if self.match(re.sub(rb"//+", b"/", raw_path)) is not None:
            return f"{message} There are two slashes in a row: use a base URL without a slash at its end."
        trimmed = raw_path.rstrip(b"/")
        if self.match(trimmed) is not None:
            return f"{message} Remove the slash at the end."
        slashed = self._slashed.fullmatch(raw_path)
        if slashed:
            begin = slashed[1][:64].decode("ascii", "replace")
            return f"{message} If {begin} is one id, write its slashes as %2F."
        if not trimmed.endswith(self._suffix) and self.match(trimmed + self._suffix) is not None:
            return f"{message} The path has to end in {self._suffix.decode()}."
        return message

    def _explain_version(self, raw_path: bytes) -> str:
        """Return what is wrong with the version in a path, or with the server's part of it; "" for nothing."""
        version, server, repeated = self._version, self._server, self._repeated
        rest = raw_path.removeprefix(server.encode())
        if repeated and rest != raw_path and self.match(f"{server}{repeated}".encode() + rest) is not None:
            return (
                f"The contract has {repeated} in its server URL and in its path too, "
                f"so that paths begin with {server}{repeated}."
            )
        if version and self.match(version.encode() + raw_path) is not None:
            return f"The version is missing: use the base URL that ends in {version}."
        if version and self.match(raw_path.removeprefix(version.encode())) is not None:
            return f"{version} occurs twice: use the base URL without {version}."
        return ""
