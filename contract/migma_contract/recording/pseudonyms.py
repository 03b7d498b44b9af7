"""Pseudonyms: other ids in place of campaign ids, the same for the same seed."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from migma_contract.openapi import Contract
from migma_contract.recording.seeded_number import digest
from migma_contract.redaction import Secret

_DIGITS = 24
"""Length of the vendor's ids, in hexadecimal digits."""


class Pseudonyms:
    """Replaces campaign ids by others that only the owner of the seed can connect with them.

    Args:
        seed: The same seed gives the same pseudonyms.
        ids: The ids to replace in texts.
        contract: Pseudonyms are ids that it allows.
    """

    def __init__(self, seed: Secret, ids: Iterable[str], contract: Contract) -> None:
        self._seed, self._contract = seed, contract
        ids = list(dict.fromkeys(ids))
        self._of = {form.lower(): self.of(one) for one in ids for form in (one, quote(one, safe=""))}
        forms = "|".join(re.escape(form) for form in sorted(self._of, key=len, reverse=True))
        self._known = re.compile(rf"(?<![A-Za-z0-9])(?:{forms})(?![A-Za-z0-9])", re.IGNORECASE)

    def of(self, campaign_id: str) -> str:
        """Return the pseudonym of an id."""
        return self._contract.allowed_id(digest(self._seed, campaign_id)[:_DIGITS])

    def occur_in(self, text: str) -> bool:
        """Return True if a text has a pseudonym."""
        return any(one in text for one in self._of.values())

    def text(self, text: str) -> str:
        """Return a text with the known ids replaced, in any case, where they are whole words."""
        return self._known.sub(lambda found: self._of.get(found[0].lower(), found[0]), text) if self._of else text
