"""Generator: returns a campaign for any id, always the same one; and ids in the vendor's form, from a seed."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from migma_contract.errors import ContractError, Problem
from migma_contract.extras import MissingExtraError
from migma_contract.openapi import Contract
from migma_mock.generation.profile import Profile, require_profile

if TYPE_CHECKING:
    from migma_mock.generation.pool import CoherentPool, SchemaPool


class Generator:
    """Generates success envelopes for campaign ids.

    An envelope depends only on the seed, the profile, the id and the contract, and on the release of Hypothesis (for
    the profile ``schema``, of Schemathesis too). Order of calls, process, machine and clock do not matter.

    Args:
        contract: The contract that every envelope satisfies.
        seed: Another seed gives every id another campaign.
        profile: The kind of campaign.
    """

    def __init__(self, contract: Contract, *, seed: int, profile: Profile) -> None:
        self._contract = contract
        self._seed = seed
        self._profile: Profile = profile
        self._pool: CoherentPool | SchemaPool | None = None
        self._pool_lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """True if :meth:`envelope` returns at once (in about 20 µs), without drawing anything."""
        return self._pool is not None

    def prepare(self) -> None:
        """Draw everything that :meth:`envelope` needs, in about 0.1 s, or 1 s for the profile ``schema``.

        Several threads may call it at once.
        """
        with suppress(MissingExtraError):  # envelope() raises it, for the request that needs the extra
            self._prepared_pool()

    def envelope(self, campaign_id: str) -> dict[str, Any]:
        """Return the success envelope of an id, a new object each time.

        Raises:
            ContractError: The contract requires something that the profile does not generate, or that is impossible.
            MissingExtraError: The library that draws the profile is not installed.
        """
        body = self._prepared_pool().envelope(self._picks(campaign_id))
        if violations := self._contract.operation.success.violations(body):
            expected = f"a schema that allows the campaigns of the profile {self._profile}"
            source = self._contract.source
            raise ContractError(
                Problem(source, v.schema_pointer, f"{expected} at {v.pointer}", v.expected) for v in violations
            )
        return body

    def _prepared_pool(self) -> "CoherentPool | SchemaPool":
        with self._pool_lock:
            if self._pool is None:
                require_profile(self._profile)
                from migma_mock.generation.pool import CoherentPool, SchemaPool  # loads Hypothesis

                text = f"{self._seed}:{self._profile}".encode()
                number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
                is_coherent = self._profile != "schema"
                if is_coherent:
                    self._pool = CoherentPool(self._profile, self._contract.rates, number)
                else:
                    self._pool = SchemaPool(self._contract, number)
            return self._pool

    def _picks(self, campaign_id: str) -> Iterator[int]:
        for block in count():
            text = f"{self._seed}:{self._profile}:{block}:{campaign_id}"
            yield from hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()


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
