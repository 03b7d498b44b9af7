"""StoreUrl: where the store is, as the URL of the setting ``state`` has it."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from migma_contract.redaction import Secret
from migma_mock.state_url import STORE_EXPECTED

DEFAULT_PREFIX = "migma-mock"
"""Keys in the store begin with it if the URL has no other prefix."""

_DEFAULT_PORT = 6379


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """Where the store is, and who may use it.

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
        ValueError: It is none; the message says what one is, and does not repeat the text, which may have a password.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(STORE_EXPECTED) from None
    query = parse_qs(parts.query, keep_blank_values=True)
    prefix = query.pop("prefix", [DEFAULT_PREFIX])[-1]
    if query or parts.fragment or not prefix or set("{}") & set(prefix):
        raise ValueError(STORE_EXPECTED)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return StoreUrl(path=unquote(parts.path), prefix=prefix)
    database = parts.path.strip("/") or "0"
    is_known = parts.scheme in ("valkey", "redis", "valkeys", "rediss")
    if not (is_known and parts.hostname and database.isdecimal()):
        raise ValueError(STORE_EXPECTED)
    return StoreUrl(
        host=parts.hostname,
        port=port or _DEFAULT_PORT,
        is_tls=parts.scheme in ("valkeys", "rediss"),
        user=unquote(parts.username or ""),
        password=Secret(unquote(parts.password)) if parts.password else None,
        database=int(database),
        prefix=prefix,
    )
