"""Read campaign ids, as people paste them."""

import re
from collections.abc import Collection
from urllib.parse import quote, unquote, urlsplit

from migma_contract.openapi import Operation
from migma_contract.redaction import Secret, mask
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.placeholders import is_placeholder
from migma_contract_tests.probes.variables import CAMPAIGN_IDS, strip_around, value_of

_NEVER_IN_AN_ID = re.compile(r"[\s\"'`“”<>(){}\[\]/\\?#%&=$*|]")


def check_campaign_ids(texts: Collection[str], place: str, key: Secret | None, operation: Operation) -> tuple[str, ...]:
    """Return the ids in some texts, without repetitions: separated by commas, spaces or lines, in quotes, or in URLs.

    An id with characters that separate ids, or that look like a mistake, is given as in a URL: ``campaigns/a%20b``.

    Raises:
        SettingsError: An id cannot be part of a path, contains the key, or may be a part of one with blanks.
    """
    parts = (part for text in texts for part in re.split(r"[\s,;|]+", _listed(text)))
    given = [one for part in parts if (one := strip_around(part))]
    of_urls = {one: _id_in_url(one, operation) for one in given}
    ids = [of_urls[one] or one for one in given]
    expected = "campaign ids such as 507f1f77bcf86cd799439011"
    for text, one in zip(given, ids, strict=True):
        if mask(one) != one or (key and key.reveal() in one):
            raise option_error(place, expected, "the API key", "Ids are part of URLs, and reports show URLs.")
        if is_placeholder(one):
            raise option_error(place, expected, f"the placeholder {one}", "Replace it by the id of a sent campaign.")
        is_doubtful = not one.isprintable() or _NEVER_IN_AN_ID.search(one)
        if one in (".", "..") or (is_doubtful and not of_urls[text]):
            path = f"{operation.prefix}{quote(one, safe='')}"
            hint = "" if one in (".", "..") else f" If this is one id, write it as in a URL: {path}."
            raise option_error(place, expected, repr(one), f"Separate several ids by commas.{hint}")
    for text in texts:
        _require_no_words(text, place, expected, operation)
    return tuple(dict.fromkeys(ids))


def _require_no_words(text: str, place: str, expected: str, operation: Operation) -> None:
    """Refuse words with blanks between them, which may be one id: those of a database have digits."""
    for chunk in map(strip_around, re.split(r"[\r\n\t,;|]", _listed(text))):
        parts = chunk.split()
        if len(parts) > 1 and any(not re.search(r"[\d/]", part) for part in parts):
            hint = f"Separate several ids by commas. If this is one id, write it as in a URL: {operation.prefix}"
            raise option_error(place, expected, repr(chunk), f"{hint}{quote(chunk, safe='')}.")


def _listed(text: str) -> str:
    """Return the ids in a text without the brackets of a list, as in JSON."""
    text = value_of(CAMPAIGN_IDS, text)
    return text[1:-1] if re.fullmatch(r"\[.*\]", text, re.DOTALL) else text


def _id_in_url(text: str, operation: Operation) -> str:
    """Return the id in the URL or the path of a campaign, or of something below it; "" for any other text."""
    if "/" not in text:
        return ""
    collection = operation.prefix.rstrip("/").rpartition("/")[2]
    try:
        segments = urlsplit(text).path.rstrip("/").removesuffix(operation.suffix).split("/")
        return unquote(segments[segments.index(collection) + 1], errors="strict") if collection in segments[:-1] else ""
    except ValueError:  # no URL, or no UTF-8
        return ""
