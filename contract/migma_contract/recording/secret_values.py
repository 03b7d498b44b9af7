"""Remove keys and the values of cookies from what is recorded, wherever they are."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from migma_contract.redaction import Redactor, Secret

_MOST_COOKIES = 64
"""Values of cookies of one run; to search each takes time."""

_SHORTEST, _LONG = 8, 16
_ANY_LETTER = re.compile(r"[A-SU-Ya-su-y]")
"""A letter that dates do not have."""


def cookie_values(headers: Iterable[tuple[str, str]]) -> Iterator[Secret]:
    """Yield the values of the cookies that a response sets, if they are long enough to be no ordinary word or number.

    Args:
        headers: Names in lower case, and values, as received.
    """
    for name, header in headers:
        value = header.partition(";")[0].partition("=")[2].strip(' "')
        if name != "set-cookie" or len(value) < _SHORTEST or not _ANY_LETTER.search(value):
            continue
        if len(value) >= _LONG or re.search(r"\d", value):
            yield Secret(value)


class SecretRemover:
    """Replaces some secrets in texts.

    Args:
        key: The API key; None if there is none.
        cookies: Values of cookies; only the first 64 different ones count.
        public: Text that everyone may read: a part of the key that it contains stays.
    """

    def __init__(self, key: Secret | None, cookies: Iterable[Secret] = (), public: str = "") -> None:
        values = islice(dict.fromkeys(cookies), _MOST_COOKIES)
        self._redactors = [Redactor(key, public), *(Redactor(value, public) for value in values)]

    def text(self, text: str) -> str:
        """Return a text without the secrets."""
        for redactor in self._redactors:
            text = redactor.text(text)
        return text
