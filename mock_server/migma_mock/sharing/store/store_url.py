"""StoreUrl: where the store is, as the URL of the setting ``state`` has it."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from migma_contract.redaction import Secret
from migma_mock.state_problems import problem_of_state
from migma_mock.state_url import EMBEDDED, MEMORY, STORE_EXPECTED

DEFAULT_PREFIX = "migma-mock"
"""Keys in the store begin with it if the URL has no other prefix."""

_DEFAULT_PORT = 6379


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """The place of a store, and the user who may use it.

    Attributes:
        host: Its host; "" for a Unix socket.
        port: Its port.
        path: The path of its Unix socket; "" for a port.
        is_tls: True for TLS.
        user: The user; "" for the default one.
        password: The password, if it needs one.
        database: The number of the database.
        prefix: What the keys begin with, so that several teams may share a store.
    """

    host: str = ""
    port: int = _DEFAULT_PORT
    path: str = ""
    is_tls: bool = False
    user: str = ""
    password: Secret | None = None
    database: int = 0
    prefix: str = DEFAULT_PREFIX

    @property
    def place(self) -> str:
        """The place of the store in messages: without user, password, database and prefix."""
        if self.path:
            return f"unix://{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'valkeys' if self.is_tls else 'valkey'}://{host}:{self.port}"


def parse_store_url(text: str) -> StoreUrl:
    """Return the parts of a URL.

    Args:
        text: ``valkey://[[user]:password@]host[:port][/database][?prefix=NAME]``. ``redis://`` means the same,
            ``valkeys://`` and ``rediss://`` mean TLS. ``unix:///path[?prefix=NAME]`` is a Unix socket.

    Raises:
        ValueError: It is none; the message says which part is wrong, and never has the password.
    """
    problem = problem_of_state(text)
    if problem or text in (MEMORY, EMBEDDED):
        raise ValueError(problem or f"expected {STORE_EXPECTED}")
    parts = urlsplit(text)
    prefix = parse_qs(parts.query).get("prefix", [DEFAULT_PREFIX])[0]
    if parts.scheme == "unix":
        return StoreUrl(path=unquote(parts.path), prefix=prefix)
    return StoreUrl(
        host=parts.hostname or "",
        port=parts.port or _DEFAULT_PORT,
        is_tls=parts.scheme in ("valkeys", "rediss"),
        user=unquote(parts.username or ""),
        password=Secret(unquote(parts.password)) if parts.password else None,
        database=int(parts.path.strip("/") or "0"),
        prefix=prefix,
    )
