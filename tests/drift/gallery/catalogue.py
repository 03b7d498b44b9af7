"""Every variant of the gallery, by category."""

from gallery import additive, auth_and_status, conforming, envelopes, intermittent, semantic, structural, transport
from gallery.variant import Variant

VARIANTS: tuple[Variant, ...] = (
    *structural.VARIANTS,
    *semantic.VARIANTS,
    *envelopes.VARIANTS,
    *auth_and_status.AUTH,
    *auth_and_status.STATUS,
    *transport.VARIANTS,
    *intermittent.VARIANTS,
    *additive.VARIANTS,
    *conforming.VARIANTS,
)
