"""The keys of an account, in each form in which a request may carry them."""

from collections.abc import Iterable, Sequence

from migma_contract.openapi import KeyPlace
from migma_contract.redaction import Secret


def own_credentials(keys: Iterable[Secret], key_places: Sequence[KeyPlace]) -> frozenset[str]:
    """Return the keys of an account, in each form that a header or parameter may have.

    Args:
        keys: The keys; an empty one stands for none.
        key_places: The forms in which requests carry a key.
    """
    texts = [key.reveal() for key in keys if key.reveal()]
    return frozenset(
        form for text in texts for form in (text, f"Bearer {text}", *(place.value(text) for place in key_places))
    )
