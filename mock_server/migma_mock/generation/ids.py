"""Campaign ids in the vendor's form, from a seed."""

import hashlib


def campaign_ids(seed: int, count: int) -> list[str]:
    """Return the first ``count`` campaign ids of a seed: 24 hexadecimal digits, distinct, never all zeros.

    A larger count adds ids to the end of the list.
    """
    ids: dict[str, None] = {}
    index = 0
    while len(ids) < count:
        digest = hashlib.blake2b(f"{seed}:{index}".encode(), digest_size=12).hexdigest()
        if digest.strip("0"):  # The vendor uses the all-zero id for a campaign that does not exist.
            ids[digest] = None
        index += 1
    return list(ids)
