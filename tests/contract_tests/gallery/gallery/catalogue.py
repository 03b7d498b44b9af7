"""Every variant of the gallery, by category."""

from gallery import (
    additive,
    auth_and_status,
    conforming,
    envelopes,
    intermittent,
    semantic,
    structural,
    transport,
    values,
)
from gallery.variant import Variant

VARIANTS: tuple[Variant, ...] = (
    *structural.VARIANTS,
    *semantic.VARIANTS,
    *values.DRIFTED,
    *envelopes.VARIANTS,
    *auth_and_status.AUTH,
    *values.ECHOES,
    *auth_and_status.STATUS,
    *transport.VARIANTS,
    *intermittent.VARIANTS,
    *additive.VARIANTS,
    *conforming.VARIANTS,
    *values.NEIGHBOURS,
)
