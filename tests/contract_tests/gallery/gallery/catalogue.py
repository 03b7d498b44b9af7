"""Every variant of the gallery, by category."""

from gallery import (
    additive,
    auth_and_status,
    conforming,
    edges,
    envelopes,
    intermittent,
    other_servers,
    outages,
    semantic,
    still_the_api,
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
    *outages.DRIFTED,
    *edges.DRIFTED,
    *still_the_api.DRIFTED,
    *additive.VARIANTS,
    *conforming.VARIANTS,
    *values.NEIGHBOURS,
    *still_the_api.CONFORMING,
    *edges.EDGES,
    *outages.OUTAGES,
    *other_servers.VARIANTS,
)
