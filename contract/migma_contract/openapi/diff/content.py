"""Compares bodies by media type."""

from typing import NamedTuple

from migma_contract.openapi.diff.change_rule import Direction, breaking, info
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas import Context

REMOVED = breaking(
    "media-type-removed",
    "A request or a response does not have a media type any more.",
    "A client that sends it, or asks for it, fails.",
    "before: application/json, application/xml\nafter:  application/xml",
)
ADDED = info(
    "media-type-added",
    "A request or a response has a new media type.",
    "Clients may use it.",
    "before: application/json\nafter:  application/json, application/xml",
)
REQUEST_SPECIALIZED = breaking(
    "request-media-type-narrowed",
    "A request accepts a more special media type than before.",
    "The server may refuse a body of another one that was accepted.",
    "before: application/json\nafter:  application/merge-patch+json",
)
REQUEST_GENERALIZED = info(
    "request-media-type-widened",
    "A request accepts a more general media type than before.",
    "Every body that was accepted still is.",
    "before: application/merge-patch+json\nafter:  application/json",
)
RESPONSE_SPECIALIZED = info(
    "response-media-type-narrowed",
    "A response has a more special media type than before.",
    "A client that reads the general one reads it.",
    "before: application/json\nafter:  application/problem+json",
)
RESPONSE_GENERALIZED = breaking(
    "response-media-type-widened",
    "A response has a more general media type than before.",
    "A client may get a body of a kind that it does not read.",
    "before: application/problem+json\nafter:  application/json",
)

RULES = (
    REMOVED,
    ADDED,
    REQUEST_SPECIALIZED,
    REQUEST_GENERALIZED,
    RESPONSE_SPECIALIZED,
    RESPONSE_GENERALIZED,
)


class MediaType(NamedTuple):
    """A media type without its parameters: ``application``, and ``json`` or ``problem+json``."""

    type: str
    subtype: str

    @property
    def is_json(self) -> bool:
        """True for JSON, and for ranges, which it is one of."""
        return self.subtype in ("json", "*") or self.subtype.endswith("+json")

    def includes(self, other: "MediaType") -> bool:
        """True if every body of another media type is one of this one too."""
        if self == other or self.type == "*":
            return True
        if self.type != other.type:
            return False
        return self.subtype == "*" or other.subtype.endswith(f"+{self.subtype}")


def media_type(text: str) -> MediaType:
    """Return a media type of its text."""
    kind, _, subtype = text.partition(";")[0].strip().lower().partition("/")
    return MediaType(kind, subtype)


def compare(here: Here, spot: Spot, old: Node, new: Node, direction: Direction) -> None:
    """Compare the contents of a body in both documents: media types, each with its schema."""
    gained = dict(new.named())
    lost = dict(old.named())
    for same in (str, media_type):
        for name in list(lost):
            match = next((each for each in gained if same(each) == same(name)), None)
            if match is not None:
                _compare_schemas(here, spot, lost.pop(name), gained.pop(match), (name, direction))
    for name in list(lost):
        match = _related(name, gained)
        if match is not None:
            one, other = lost.pop(name), gained.pop(match)
            is_special = media_type(name).includes(media_type(match))
            rule = REQUEST_SPECIALIZED if is_special else REQUEST_GENERALIZED
            if direction == "response":
                rule = RESPONSE_SPECIALIZED if is_special else RESPONSE_GENERALIZED
            text = f"the media type of {{place}} changed from {name} to {match}"
            here.note(rule, Spot(spot, f"{spot.short} {name}"), (one, other), text, name, match)
            _compare_schemas(here, spot, one, other, (name, direction))
    for name, node in lost.items():
        text = f"{{place}} does not have the media type {name} any more"
        here.note(REMOVED, Spot(spot, f"{spot.short} {name}"), (node, new), text, name, ", ".join(dict(new.named())))
    for name, node in gained.items():
        text = f"{{place}} has the new media type {name}"
        here.note(ADDED, Spot(spot, f"{spot.short} {name}"), (old, node), text, ", ".join(dict(old.named())), name)


def _related(name: str, others: dict[str, Node]) -> str | None:
    """Return a media type that includes another one, or is included."""
    one = media_type(name)
    for each in others:
        other = media_type(each)
        if one.includes(other) or other.includes(one):
            return each
    return None


def _compare_schemas(here: Here, spot: Spot, old: Node, new: Node, about: tuple[str, Direction]) -> None:
    name, direction = about
    if here.same(old, new):
        return
    context = Context(direction, "none" if media_type(name).is_json else "all")
    compare_schemas(here, spot, old, new, context)


def compare_schemas(here: Here, spot: Spot, old: Node, new: Node, context: Context) -> None:
    """Compare the schemas of two parts that have one, or may have; without one, everything is allowed."""
    was, now = ((node.child("schema"),) if node.get("schema", (dict, bool)) is not None else () for node in (old, new))
    here.documents.found.add_all(here.old, spot, here.documents.schemas.compare(was, now, context))
