"""Numbers and digests that depend on a seed and a text, and that nobody can compute without the seed."""

import hashlib
import hmac

from migma_contract.redaction import Secret


def digest(seed: Secret, text: str) -> str:
    """Return 64 hexadecimal digits."""
    return hmac.new(seed.reveal().encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def number_between(seed: Secret, text: str, low: float, high: float) -> float:
    """Return a number from ``low`` to ``high``, evenly distributed over the texts."""
    return low + (high - low) * int(digest(seed, text)[:13], 16) / (16**13 - 1)
