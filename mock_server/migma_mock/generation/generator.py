"""A campaign for any id, the same one whenever and wherever it is asked for."""

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
    from migma_mock.generation.pool import Pool


class Generator:
    """Draws success envelopes for campaign ids.

    An id's envelope is a function of seed, profile, id and contract, for one release of Hypothesis (and, for the
    profile ``schema``, of Schemathesis). Order of calls, process, machine and clock have no part in it.

    Args:
        contract: What every envelope holds to.
        seed: Another seed gives every id another campaign.
        profile: What kind of campaign.
    """

    def __init__(self, contract: Contract, *, seed: int, profile: Profile) -> None:
        self._contract = contract
        self._seed = seed
        self._profile: Profile = profile
        self._pool: Pool | None = None
        self._filling = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether :meth:`envelope` answers at once (about 20 µs), with nothing to draw first."""
        return self._pool is not None

    def prepare(self) -> None:
        """Draw what :meth:`envelope` needs for any id: a tenth of a second, about one for the profile ``schema``.

        Any thread may call it, also while another does.
        """
        with suppress(MissingExtraError):  # envelope() raises it, for the request that needs the extra
            self._filled_pool()

    def envelope(self, campaign_id: str) -> dict[str, Any]:
        """The success envelope for an id, a new object each time.

        Raises:
            ContractError: The contract asks for something that the profile does not make, or that nothing can be.
            MissingExtraError: The library that draws the profile is not installed.
        """
        body = self._filled_pool().envelope(self._picks(campaign_id))
        if violations := self._contract.operation.success.violations(body):
            made = f"a schema that admits what the profile {self._profile} makes"
            source = self._contract.source
            raise ContractError(
                Problem(source, v.schema_pointer, f"{made} at {v.pointer}", v.expected) for v in violations
            )
        return body

    def _filled_pool(self) -> "Pool":
        with self._filling:
            if self._pool is None:
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> "Pool":
        require_profile(self._profile)
        from migma_mock.generation.pool import CoherentPool, SchemaPool  # loads Hypothesis

        number = int.from_bytes(hashlib.blake2b(f"{self._seed}:{self._profile}".encode(), digest_size=8).digest())
        if self._profile == "schema":
            return SchemaPool(self._contract, number)
        return CoherentPool(self._profile, number)

    def _picks(self, campaign_id: str) -> Iterator[int]:
        for block in count():
            text = f"{self._seed}:{self._profile}:{block}:{campaign_id}"
            yield from hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()
