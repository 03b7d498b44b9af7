"""Generator: returns a campaign for any id, always the same one; and ids in the vendor's form, from a seed."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from migma_contract.errors import ContractError, Problem
from migma_contract.extras import MissingExtraError
from migma_contract.fork_lock import ForkLock
from migma_contract.openapi import Contract, SchemaViolation
from migma_mock.generation.profile import Profile, require_profile
from migma_mock.messages.body_forms import forms_of

if TYPE_CHECKING:
    from migma_mock.generation.pool import CoherentPool, SchemaPool

_TRIES = 200
"""Combinations of parts that are tried for an id, if a contract does not allow all of them."""


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
        self._pool_lock = ForkLock()

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
        pool, picks = self._prepared_pool(), self._picks(campaign_id)
        violations: list[SchemaViolation] = []
        for attempt in range(_TRIES):
            body = pool.envelope(picks)
            if self._profile != "schema":
                body = self._fit(body["data"], f"{campaign_id}:{attempt}")
            violations = self._contract.operation.success.violations(body)
            if not violations:
                return body
        expected = f"a schema that allows the campaigns of the profile {self._profile}"
        source = self._contract.source
        raise ContractError(
            Problem(source, v.schema_pointer, f"{expected} at {v.pointer}", v.expected) for v in violations
        )

    def _fit(self, stats: dict[str, Any], seed: str) -> dict[str, Any]:
        """Return the envelope of the contract with stats, whose new fields depend on the seed."""
        forms = forms_of(self._contract)
        is_edge = self._profile == "edge"
        return forms.success(forms.stats.fit(stats, f"{self._seed}:{self._profile}:{seed}", edge=is_edge, sparse=True))

    def _prepared_pool(self) -> "CoherentPool | SchemaPool":
        with self._pool_lock.held():
            if self._pool is None:
                require_profile(self._profile)
                from migma_mock.generation.pool import SchemaPool, coherent_pool  # loads Hypothesis

                text = f"{self._seed}:{self._profile}".encode()
                number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
                is_coherent = self._profile != "schema"
                if is_coherent:
                    self._pool = coherent_pool(self._profile, self._contract.rates, number)
                else:
                    self._pool = SchemaPool(self._contract, number)
            return self._pool

    def _picks(self, campaign_id: str) -> Iterator[int]:
        for block in count():
            text = f"{self._seed}:{self._profile}:{block}:{campaign_id}"
            yield from hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()


def campaign_ids(seed: int, count: int, contract: Contract | None = None) -> list[str]:
    """Return the first ``count`` campaign ids of a seed: 24 hexadecimal digits, distinct, never all zeros.

    A larger count adds ids to the end of the list. With a contract that allows other ids only, they are made from its
    schema, and there may be fewer of them.
    """
    ids: dict[str, None] = {}
    index = 0
    while len(ids) < count and index < 2 * count + 100:
        digest = hashlib.blake2b(f"{seed}:{index}".encode(), digest_size=12).hexdigest()
        if digest.strip("0"):  # The vendor uses the all-zero id for a campaign that does not exist.
            ids[contract.allowed_id(digest) if contract else digest] = None
        index += 1
    return list(ids)
