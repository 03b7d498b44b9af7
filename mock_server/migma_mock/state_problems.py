"""Problems of the text of the setting ``state``, in words that never have its password."""

import re
from urllib.parse import parse_qsl, urlsplit

from migma_contract.suggestions import did_you_mean
from migma_mock.state_url import EMBEDDED, MEMORY, STATE_EXPECTED, STATE_FORM

_SCHEMES = ("valkey", "redis", "valkeys", "rediss", "unix")

_ENCODED = (
    "a user and a password in which these characters are percent-encoded: / as %2F, ? as %3F, # as %23, @ as %40, "
    "a space as %20"
)
_SOCKET = "three slashes and the path of a Unix socket: unix:///run/valkey.sock"
_HOST = "a host that is a name, an IPv4 address, or an IPv6 address in brackets"
_PORT = "a port from 1 to 65535"
_DATABASE = "a path that is the number of a database, of at most four digits, such as /0"
_FRAGMENT = "no part after #"
_QUERY = "no query but ?prefix=NAME"
_PREFIX = "a prefix of 1 to 64 letters, digits, dots, underscores and hyphens: ?prefix=team-1"


def problem_of_state(text: str) -> str:
    """Return what is wrong with the text of the setting, and what is expected; "" if it can be used."""
    if re.fullmatch(STATE_FORM, text) and _can_be_split(text):
        return ""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return f"expected {STATE_EXPECTED}{did_you_mean(text, (MEMORY, EMBEDDED))}"
    if scheme not in _SCHEMES:
        schemes = f"{', '.join(f'{each}://' for each in _SCHEMES[:-1])} or {_SCHEMES[-1]}://"
        return f"expected the URL of the store to begin with {schemes}{did_you_mean(scheme, _SCHEMES)}"
    return f"in the URL of the store, expected {_wrong_part(scheme, rest)}"


def _can_be_split(text: str) -> bool:
    """True unless a host in brackets is no address, which the form does not tell."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _wrong_part(scheme: str, rest: str) -> str:
    """Return what is expected of the first part of a URL that is wrong."""
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    login, _, place = authority.rpartition("@")
    # An @ behind the authority: what looks like the end of the host is in the password.
    if "@" in rest[len(authority) :] or re.search(r"[@\s]|[^ -~]", login):
        return _ENCODED
    if scheme == "unix" and (authority or not re.match(r"/[^\s?#]", rest)):
        return _SOCKET
    if scheme != "unix":
        host, port = re.fullmatch(r"(\[[^\]]*\]?|[^:]*)(.*)", place, re.DOTALL).groups()  # type: ignore[union-attr]
        if not (re.fullmatch(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", host) and _can_be_split(f"//{host}")):
            return _HOST
        if port and not (re.fullmatch(r":[1-9][0-9]{0,4}", port) and int(port[1:]) <= 65535):
            return _PORT
    return _wrong_rest(scheme, rest[len(authority) :])


def _wrong_rest(scheme: str, rest: str) -> str:
    """Return what is expected of the first part behind the host that is wrong."""
    parts = urlsplit(rest)
    if scheme != "unix" and not re.fullmatch(r"(/[0-9]{0,4})?", parts.path):
        return _DATABASE
    if parts.fragment:
        return _FRAGMENT
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if names != ["prefix"]:
        return f"{_QUERY}{did_you_mean(names[0], ['prefix']) if names else ''}"
    return _PREFIX
