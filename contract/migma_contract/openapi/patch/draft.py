"""Draft: a copy of a document that is being changed, with the evidence of each change."""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

from migma_contract.json_pointer import lookup, pointer
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.openapi.patch.operation import Effect, Operation, differences
from migma_contract.openapi.patch.references import component_of, users_of_components


class _Note(NamedTuple):
    at: str
    evidence: Evidence
    effect: Effect


class Draft:
    """A document that is being changed.

    Args:
        document: The document; it stays as it is.
        only: Leave out changes of another effect; None to make all.

    Attributes:
        root: The changed copy.
        is_30: True for OpenAPI 3.0, which has ``nullable`` and no lists of types.
    """

    def __init__(self, document: dict[str, Any], only: Effect | None = None) -> None:
        self._original = document
        self._only = only
        self._notes: list[_Note] = []
        self._users = users_of_components(document)
        self.root: dict[str, Any] = copy.deepcopy(document)
        self.is_30 = str(document.get("openapi", "")).startswith("3.0")

    def at(self, where: str) -> Any:
        """Return the value at a JSON pointer; None if there is none."""
        try:
            return lookup(self.root, where)
        except (LookupError, TypeError, ValueError):
            return None

    def put(self, parent: str, name: str, value: Any, evidence: Evidence, effect: Effect = "breaking") -> None:
        """Set a member of the object at a JSON pointer; an object that does not exist yet is made."""
        if self._only in {None, effect}:
            self._object(parent)[name] = copy.deepcopy(value)
            self._note(f"{parent}{pointer(name)}", evidence, effect)

    def remove(self, parent: str, name: str, evidence: Evidence) -> None:
        """Remove a member of the object at a JSON pointer."""
        if self._only in {None, "breaking"}:
            del lookup(self.root, parent)[name]
            self._note(f"{parent}{pointer(name)}", evidence, "breaking")

    def put_schema(self, where: str, schema: dict[str, Any], evidence: Sequence[Evidence]) -> None:
        """Replace the keywords of the schema at a JSON pointer; the new ones allow more than the old ones."""
        if self._only == "additive":
            return
        old = lookup(self.root, where)
        for keyword in sorted(old.keys() | schema.keys()):
            if keyword not in old or keyword not in schema or old[keyword] != schema[keyword]:
                for each in evidence:
                    self._note(f"{where}{pointer(keyword)}", each, "breaking")
        old.clear()
        old.update(schema)

    def users(self, place: str) -> list[str]:
        """Return the places that refer to the component that a place is in; none for a place outside of components."""
        component = component_of(place)
        return self._users.get(component, []) if component else []

    def operations(self) -> list[Operation]:
        """Return the changes that make the document into the draft, each with its evidence."""
        found = differences(self._original, self.root)
        return [self._with_evidence(each) for each in found]

    def _object(self, where: str) -> Any:
        parent, _, _ = where.rpartition("/")
        value = self.at(where)
        if value is None:
            value = {}
            name = where.removeprefix(parent)[1:].replace("~1", "/").replace("~0", "~")
            self._object(parent)[name] = value
        return value

    def _note(self, at: str, evidence: Evidence, effect: Effect) -> None:
        note = _Note(at, evidence, effect)
        if note not in self._notes:
            self._notes.append(note)

    def _with_evidence(self, operation: Operation) -> Operation:
        path = operation.path
        notes = [each for each in self._notes if f"{path}/".startswith(f"{each.at}/") or each.at.startswith(f"{path}/")]
        evidence = tuple(dict.fromkeys(each.evidence for each in notes))
        is_breaking = any(each.effect == "breaking" for each in notes)
        users = self.users(path)
        return operation._replace(
            evidence=evidence,
            effect="breaking" if is_breaking else "additive",
            used_by=tuple(users) if len(users) > 1 else (),
        )
