"""The place where the state of the accounts is kept, as the setting ``state`` has it."""

from urllib.parse import unquote, urlsplit

from migma_contract.redaction import Secret

_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_HOST = r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
_PREFIX = r"(\?prefix=[A-Za-z0-9._-]{1,64})?"
"""Names the keys in the store; braces in it would part them among the nodes of a cluster."""

_SERVER = rf"(valkeys?|rediss?)://([^\s/?#@]*@)?{_HOST}(:{_PORT})?(/[0-9]{{0,4}})?{_PREFIX}"
_SOCKET = rf"unix:///[^\s?#]+{_PREFIX}"

MEMORY, EMBEDDED = "memory", "embedded"

STATE_FORM = f"{MEMORY}|{EMBEDDED}|{_SERVER}|{_SOCKET}"
"""A word, or the URL of a store, which may have a password."""

STORE_EXPECTED = (
    "the URL of a store, such as valkey://127.0.0.1:6379, valkeys://store.example:6380/0?prefix=team or "
    "unix:///run/valkey.sock; a user, a colon, a password and an @ may precede the host"
)
"""In words, since messages hide what looks like the password of a URL, also in an example."""

STATE_EXPECTED = f"memory, embedded, or {STORE_EXPECTED}"


def is_shared(state: Secret | None) -> bool:
    """True if workers share the state: in a store that the user names, or in the embedded one."""
    return state is not None and state.reveal() != MEMORY


def is_embedded(state: Secret | None) -> bool:
    """True if the command starts the store itself."""
    return state is not None and state.reveal() == EMBEDDED


def passwords_in(state: Secret | None) -> list[Secret]:
    """Return the password of a store's URL, as it is written and decoded; an empty list without one."""
    password = urlsplit(state.reveal()).password if state else None
    return [Secret(text) for text in {password, unquote(password)}] if password else []
