"""Compares what schemas say about the properties of objects, as far as their direction has them."""

from migma_contract.openapi.diff.change_rule import ChangeRule, Effect, breaking, info, warning
from migma_contract.openapi.diff.comparison import Change, Comparison, shown
from migma_contract.openapi.diff.schemas import subjects
from migma_contract.openapi.diff.schemas.context import Comparer, Places, ShapePair
from migma_contract.openapi.diff.schemas.shape import Nodes, Shape

_FORMS = frozenset(rule for subject in (subjects.TYPE, subjects.FORMAT, subjects.PATTERN) for rule in subject.rules())
_HIDDEN = {"request": "readOnly", "response": "writeOnly"}
"""The annotation of properties that are not sent in a direction."""


def compare(comparer: Comparer, both: ShapePair) -> None:
    """Add what changed for the properties of two alternatives."""
    _Properties(comparer, both).run()


class _Properties:
    """The properties of one pair of alternatives.

    Attributes:
        was_hidden: Properties of the old one that are not sent in this direction.
        is_hidden: Those of the new one.
    """

    def __init__(self, comparer: Comparer, both: ShapePair) -> None:
        self._comparer = comparer
        self._made, self._old, self._new, self._context = both
        self.was_hidden = self._hidden(self._old, side=0)
        self.is_hidden = self._hidden(self._new, side=1)

    def run(self) -> None:
        names = dict.fromkeys((*self._old.properties, *self._new.properties))
        for name in names:
            self._compare_property(name)
        for name in dict.fromkeys((*names, *self._old.required, *self._new.required)):
            self._compare_required(name)
        self._compare_others()

    def _hidden(self, shape: Shape, side: int) -> frozenset[str]:
        keyword = _HIDDEN[self._context.direction]
        found = shape.properties.items()
        return frozenset(name for name, nodes in found if self._comparer.annotation(side, nodes, keyword) is True)

    def _compare_property(self, name: str) -> None:
        was, now = self._old.properties.get(name), self._new.properties.get(name)
        was_sent = was is not None and name not in self.was_hidden
        is_sent = now is not None and name not in self.is_hidden
        request = self._context.direction == "request"
        if was is not None and now is not None:
            if request and not was_sent and not is_sent:
                self._compare_form(name, was, now)
            elif was_sent and is_sent:
                self._made.add(f".{name}", self._comparer.compare(was, now, self._context))
            elif was_sent:
                self._note(name, READ_ONLY if request else WRITE_ONLY)
            elif is_sent:
                self._note(name, NOT_READ_ONLY if request else NOT_WRITE_ONLY)
        elif was_sent:
            self._removed(name)
        elif is_sent:
            self._added(name)

    def _compare_form(self, name: str, was: Nodes, now: Nodes) -> None:
        """Compare the form of a read-only property in requests.

        Clients that write back what they read send it. A server that ignores it may still parse it.
        """
        changes = self._comparer.compare(was, now, self._context).changes
        forms = [change for change in changes if change.rule in _FORMS]
        self._made.add(f".{name}", Comparison(forms, is_complete=True))

    def _removed(self, name: str) -> None:
        if self._context.direction == "request":
            is_refused = any(node.value is False for node in self._new.view(name))
            self._note(name, REFUSED if is_refused else REQUEST_REMOVED)
        elif name not in self._new.required:
            self._note(name, REQUIRED_REMOVED if name in self._old.required else RESPONSE_REMOVED)

    def _added(self, name: str) -> None:
        if self._context.direction == "request":
            if name not in self._new.required:
                self._note(name, REQUEST_ADDED)
        else:
            is_unexpected = any(node.value is False for node in self._old.view(name))
            self._note(name, UNEXPECTED if is_unexpected else RESPONSE_ADDED)

    def _compare_required(self, name: str) -> None:
        was = name in self._old.required and name not in self.was_hidden
        now = name in self._new.required and name not in self.is_hidden
        if was == now:
            return
        direction = self._context.direction
        request = direction == "request"
        at = Places(_required_at(self._old, name), _required_at(self._new, name))
        one = Comparison(is_complete=True)
        if now:
            nodes = self._new.properties.get(name, ())
            if request and not nodes:
                text = "{place} must be sent, but is not described"
                one.changes.append(Change(UNDECLARED, *at, text, "optional", "required"))
            elif request and self._comparer.annotation(1, nodes, "default") is not None:
                one.changes.append(Change(WITH_DEFAULT, *at, WITH_DEFAULT_TEXT, "optional", "required"))
            else:
                text = "{place} must be sent" if request else "{place} is always sent"
                one.changes.append(
                    Change(subjects.REQUIRED.rule(direction, Effect.NARROWED), *at, text, "optional", "required")
                )
        elif name in self._new.properties and name not in self.is_hidden:
            text = "{place} need not be sent any more" if request else "{place} is not always sent any more"
            one.changes.append(
                Change(subjects.REQUIRED.rule(direction, Effect.WIDENED), *at, text, "required", "optional")
            )
        elif name not in self._old.properties and not request:
            text = "{place} is not always sent any more"
            one.changes.append(
                Change(subjects.REQUIRED.rule(direction, Effect.WIDENED), *at, text, "required", "optional")
            )
        self._made.add(f".{name}", one)

    def _compare_others(self) -> None:
        """Compare what holds for properties without a name: by pattern, and for all others."""
        for pattern in dict.fromkeys((*self._old.patterns, *self._new.patterns)):
            otherwise = (each.schemas.get("additionalProperties", ()) for each in (self._old, self._new))
            was, now = (
                each.patterns.get(pattern, other) for each, other in zip((self._old, self._new), otherwise, strict=True)
            )
            self._made.add(f".({pattern})", self._comparer.compare(was, now, self._context))
        was, now = (each.schemas.get("additionalProperties", ()) for each in (self._old, self._new))
        if self._old.is_closed != self._new.is_closed:
            effect = Effect.NARROWED if self._new.is_closed else Effect.WIDENED
            at = Places(was[0].at if was else self._old.at, now[0].at if now else self._new.at)
            text = "{place} may have no other properties any more" if self._new.is_closed else _OPENED
            rule = subjects.ADDITIONAL.rule(self._context.direction, effect)
            self._made.changes.append(Change(rule, *at, text, _others(was), _others(now)))
        elif not self._new.is_closed and (was or now):
            self._made.add(".*", self._comparer.compare(was, now, self._context))
        was, now = (each.schemas.get("propertyNames", ()) for each in (self._old, self._new))
        if was or now:
            self._made.add(" (names)", self._comparer.compare(was, now, self._context))

    def _note(self, name: str, rule: ChangeRule) -> None:
        """Add a change of a property as a whole, with the property as its place."""
        was, now = self._old.properties.get(name), self._new.properties.get(name)
        old, new = (nodes[0].at if nodes else shape.at for nodes, shape in ((was, self._old), (now, self._new)))
        change = Change(rule, old, new, _TEXTS[rule.id], _schema(was), _schema(now))
        self._made.add(f".{name}", Comparison([change], is_complete=True))


_OPENED = "{place} may have other properties than the named ones"


def _required_at(shape: Shape, name: str) -> str:
    """Return the place that says that a property is required, or else that of the property."""
    nodes = shape.properties.get(name)
    return shape.required.get(name, nodes[0].at if nodes else shape.at)


def _others(nodes: Nodes) -> str:
    return _schema(nodes) if nodes else "any"


def _schema(nodes: Nodes | None) -> str:
    if nodes is None:
        return "nothing"
    return " and ".join(shown(node.value) for node in nodes) or "any value"


_PROPERTY = '{"properties": {"name": {"type": "string"}}}'

REQUEST_REMOVED = warning(
    "request-property-removed",
    "A property is not in the schema of a request any more.",
    "The server may ignore what a client sends in it.",
    f"before: {_PROPERTY}\nafter:  {{}}",
)
REFUSED = breaking(
    "request-property-refused",
    "A property is not in the schema of a request any more, which allows no others.",
    "The server may refuse a request with it.",
    f'before: {_PROPERTY}\nafter:  {{"additionalProperties": false}}',
    effect=Effect.NARROWED,
)
REQUEST_ADDED = info(
    "request-property-added",
    "A schema of a request has a new property that may be left out.",
    "Clients that do not know it need not change.",
    f"before: {{}}\nafter:  {_PROPERTY}",
)
RESPONSE_REMOVED = warning(
    "response-property-removed",
    "An optional property is not in the schema of a response any more.",
    "A client that reads it when it is there never gets it.",
    f"before: {_PROPERTY}\nafter:  {{}}",
)
REQUIRED_REMOVED = breaking(
    "response-required-property-removed",
    "A required property is not in the schema of a response any more.",
    "A client that relies on it fails.",
    f'before: {_PROPERTY[:-1]}, "required": ["name"]}}\nafter:  {{}}',
    effect=Effect.WIDENED,
)
RESPONSE_ADDED = info(
    "response-property-added",
    "A schema of a response has a new property.",
    "Clients ignore properties that they do not know, since the old schema allows others.",
    f"before: {{}}\nafter:  {_PROPERTY}",
)
UNEXPECTED = breaking(
    "response-unexpected-property-added",
    "A schema of a response has a new property, and the old one allows no others.",
    "A client that was promised that no other property comes may refuse the response.",
    f'before: {{"additionalProperties": false}}\nafter:  {_PROPERTY}',
    effect=Effect.WIDENED,
)
WITH_DEFAULT = warning(
    "request-required-with-default",
    "What may be left out of a request becomes required, but has a default.",
    "A server that applies the default accepts requests without it, a strict one does not.",
    'before: {}\nafter:  {"required": ["name"], "properties": {"name": {"default": ""}}}',
)
WITH_DEFAULT_TEXT = "{place} is required, although it has a default"
UNDECLARED = warning(
    "request-required-undescribed",
    "A request must have a property that its schema does not describe.",
    "Often the name is misspelt; a server that checks requests against the document refuses them without it.",
    'before: {"properties": {"name": {}}}\nafter:  {"properties": {"name": {}}, "required": ["nane"]}',
)
READ_ONLY = warning(
    "request-property-became-read-only",
    "A property of a request becomes readOnly.",
    "The server may ignore or refuse what a client sends in it.",
    'before: {"type": "string"}\nafter:  {"type": "string", "readOnly": true}',
)
NOT_READ_ONLY = info(
    "request-property-became-writable",
    "A property of a request is not readOnly any more.",
    "Clients may send it.",
    'before: {"type": "string", "readOnly": true}\nafter:  {"type": "string"}',
)
WRITE_ONLY = warning(
    "response-property-became-write-only",
    "A property of a response becomes writeOnly.",
    "The server should not send it any more.",
    'before: {"type": "string"}\nafter:  {"type": "string", "writeOnly": true}',
)
NOT_WRITE_ONLY = info(
    "response-property-became-readable",
    "A property of a response is not writeOnly any more.",
    "The server may send it.",
    'before: {"type": "string", "writeOnly": true}\nafter:  {"type": "string"}',
)
_TEXTS = {
    REQUEST_REMOVED.id: "{place} is not documented any more",
    REFUSED.id: "{place} is not allowed any more",
    REQUEST_ADDED.id: "{place} is new and optional",
    RESPONSE_REMOVED.id: "{place}, which is optional, is not documented any more",
    REQUIRED_REMOVED.id: "{place}, which was always sent, is not documented any more",
    RESPONSE_ADDED.id: "{place} is new",
    UNEXPECTED.id: "{place} is new, and no other properties were allowed",
    READ_ONLY.id: "{place} is now read-only",
    NOT_READ_ONLY.id: "{place} is not read-only any more",
    WRITE_ONLY.id: "{place} is now write-only, so it should not be sent",
    NOT_WRITE_ONLY.id: "{place} is not write-only any more",
}

RULES = (
    REQUEST_REMOVED,
    REFUSED,
    REQUEST_ADDED,
    RESPONSE_REMOVED,
    REQUIRED_REMOVED,
    RESPONSE_ADDED,
    UNEXPECTED,
    WITH_DEFAULT,
    UNDECLARED,
    READ_ONLY,
    NOT_READ_ONLY,
    WRITE_ONLY,
    NOT_WRITE_ONLY,
)
