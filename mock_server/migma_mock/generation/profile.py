"""What kind of campaign is drawn."""

from typing import Literal, get_args

Profile = Literal["realistic", "edge", "schema"]
"""The kinds of generated campaign.

``realistic``
    Coherent (all of :data:`migma_contract.stats.RELATIONS` holds), with the shape of real email statistics.
``edge``
    Coherent, at the boundaries: nothing sent, all bounced, everything opened, 2^53 - 1.
``schema``
    Anything the contract's schema admits, however absurd: negative counts, no ``data``, ``success: false``.
"""

PROFILES: tuple[Profile, ...] = get_args(Profile)
"""Every profile, the everyday one first."""
