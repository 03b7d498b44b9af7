"""The profiles: the kinds of generated campaigns."""

from typing import Literal, get_args

from migma_contract.extras import require_extra

Profile = Literal["realistic", "edge", "schema"]
"""The kinds of generated campaigns.

``realistic``
    Coherent (all of :data:`migma_contract.stats.RELATIONS` hold), with the shape of real email statistics.
``edge``
    Coherent, with boundary values: nothing sent, all bounced, everything opened, 2^53 - 1.
``schema``
    Anything that the contract's schema allows: negative counts, no ``data``, ``success: false``.
"""

PROFILES: tuple[Profile, ...] = get_args(Profile)
"""All profiles, the default first."""


def require_profile(profile: Profile) -> None:
    """Check that the library which draws the campaigns of a profile is installed.

    Raises:
        MissingExtraError: It is not; the message says how to install it.
    """
    if profile == "schema":
        require_extra("suites", "The profile schema")
    else:
        require_extra("generate", "A generated campaign")
