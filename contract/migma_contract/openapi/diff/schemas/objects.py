"""Compares what schemas say about the properties of objects, as far as their direction has them."""

from migma_contract.openapi.diff.change_rule import ChangeRule, Effect
from migma_contract.openapi.diff.comparison import Change, Comparison, shown
from migma_contract.openapi.diff.schemas import property_rules, subjects
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
                self._note(name, property_rules.READ_ONLY if request else property_rules.WRITE_ONLY)
            elif is_sent:
                self._note(name, property_rules.NOT_READ_ONLY if request else property_rules.NOT_WRITE_ONLY)
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
            self._note(name, property_rules.REFUSED if is_refused else property_rules.REQUEST_REMOVED)
        elif name not in self._new.required:
            is_lost = name in self._old.required
            self._note(name, property_rules.REQUIRED_REMOVED if is_lost else property_rules.RESPONSE_REMOVED)

    def _added(self, name: str) -> None:
        if self._context.direction == "request":
            if name not in self._new.required:
                self._note(name, property_rules.REQUEST_ADDED)
        else:
            is_unexpected = any(node.value is False for node in self._old.view(name))
            self._note(name, property_rules.UNEXPECTED if is_unexpected else property_rules.RESPONSE_ADDED)

    def _compare_required(self, name: str) -> None:
        was = name in self._old.required and name not in self.was_hidden
        now = name in self._new.required and name not in self.is_hidden
        if was == now:
            return
        rule, text = self._requirement_added(name) if now else self._requirement_removed(name)
        if rule is not None:
            states = ("optional", "required") if now else ("required", "optional")
            change = Change(rule, _required_at(self._old, name), _required_at(self._new, name), text, *states)
            self._made.add(f".{name}", Comparison([change], is_complete=True))

    def _requirement_added(self, name: str) -> tuple[ChangeRule, str]:
        nodes, direction = self._new.properties.get(name, ()), self._context.direction
        if direction == "response":
            return subjects.REQUIRED.rule(direction, Effect.NARROWED), "{place} is always sent"
        if not nodes:
            return property_rules.UNDECLARED, "{place} must be sent, but is not described"
        if name in self.was_hidden:
            return property_rules.WRITABLE, "{place}, which was read-only, must be sent"
        if self._comparer.annotation(1, nodes, "default") is not None:
            return property_rules.WITH_DEFAULT, property_rules.WITH_DEFAULT_TEXT
        return subjects.REQUIRED.rule(direction, Effect.NARROWED), "{place} must be sent"

    def _requirement_removed(self, name: str) -> tuple[ChangeRule | None, str]:
        direction = self._context.direction
        if name in self.is_hidden or (name in self._old.properties and name not in self._new.properties):
            return None, ""  # the change of the property says more
        if direction == "request":
            return subjects.REQUIRED.rule(direction, Effect.WIDENED), "{place} need not be sent any more"
        return subjects.REQUIRED.rule(direction, Effect.WIDENED), "{place} is not always sent any more"

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
        change = Change(rule, old, new, property_rules.TEXTS[rule.id], _schema(was), _schema(now))
        self._made.add(f".{name}", Comparison([change], is_complete=True))


_OPENED = "{place} may have other properties than the named ones"


def _required_at(shape: Shape, name: str) -> str:
    """Return the place of a property; that of the list of required ones, which all share, only if it has none."""
    nodes = shape.properties.get(name)
    return nodes[0].at if nodes else shape.required.get(name, shape.at)


def _others(nodes: Nodes) -> str:
    return _schema(nodes) if nodes else "any"


def _schema(nodes: Nodes | None) -> str:
    if nodes is None:
        return "nothing"
    return " and ".join(shown(node.value) for node in nodes) or "any value"
