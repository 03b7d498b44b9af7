"""Operations that make one JSON document into another, and JSON Patch (RFC 6902) made of them.

Each operation adds, replaces or removes a member of an object, never an item of an array, so that none moves what
another one names.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.strict_json import describe_json

Effect = Literal["additive", "breaking"]
"""The meaning of a change of a document for a client that was written for the old one."""

_ABSENT: Any = object()


class PatchError(MigmaError):
    """A patch does not fit the document: it has changed since."""


class Operation(NamedTuple):
    """One change of a document.

    Attributes:
        op: What it does with the member.
        path: JSON pointer to the member.
        value: The new value; None for ``remove``.
        old: The value before; None for ``add``.
        evidence: What was seen that asks for it.
        effect: ``additive`` if a client that was written for the old document works with all that the new one allows.
        used_by: The places that refer to the component that changes, if there are several: it changes for all of them.
    """

    op: Literal["add", "replace", "remove"]
    path: str
    value: Any
    old: Any
    evidence: tuple[Evidence, ...] = ()
    effect: Effect = "breaking"
    used_by: tuple[str, ...] = ()


def differences(old: Any, new: Any) -> list[Operation]:
    """Return the operations that make one document into another.

    A schema that loses a member which is no object and no array is replaced as a whole, since an Overlay cannot remove
    such a member alone.
    """
    return _differences(old, new, "") or []


def _differences(old: dict[str, Any], new: dict[str, Any], at: str) -> list[Operation] | None:
    """Return the operations within an object; None if the object has to be replaced."""
    found: list[Operation] = []
    for name in old.keys() - new.keys():
        if not isinstance(old[name], dict | list):
            return None
    for name, before in old.items():
        path, after = f"{at}{pointer(name)}", new.get(name, _ABSENT)
        if after is _ABSENT:
            found.append(Operation("remove", path, None, before))
        elif not _same(before, after):
            within = _within(before, after, path)
            found += [Operation("replace", path, after, before)] if within is None else within
    added = [name for name in new if name not in old]
    return [*found, *(Operation("add", f"{at}{pointer(name)}", new[name], None) for name in added)]


def _within(before: Any, after: Any, at: str) -> list[Operation] | None:
    """Return the operations within a value; None if it has to be replaced."""
    if isinstance(before, dict) and isinstance(after, dict):
        return _differences(before, after, at)
    if not (isinstance(before, list) and isinstance(after, list)) or len(before) != len(after):
        return None
    found: list[Operation] = []
    for index, (one, other) in enumerate(zip(before, after, strict=True)):
        within = [] if _same(one, other) else _within(one, other, f"{at}/{index}")
        if within is None:
            return None
        found += within
    return found


def _same(one: Any, other: Any) -> bool:
    """True for equal JSON, whatever the order of members; 1 and true differ, which Python takes for equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def json_patch(document: Any, operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Return a JSON Patch: first the tests that the document is the one it was made for, then the operations.

    Each operation has its evidence, in members that RFC 6902 tells programs to ignore.
    """
    return [*_tests(document, operations), *map(_as_json, operations)]


def _tests(document: Any, operations: Sequence[Operation]) -> Iterator[dict[str, Any]]:
    places = dict.fromkeys(_tested(each) for each in operations)
    for place in places:
        if not any(place.startswith(f"{other}/") for other in places if other != place):
            yield {"op": "test", "path": place, "value": lookup(document, place)}


def _tested(operation: Operation) -> str:
    """Return the place to test: the member, or its object, since a test cannot show that a member is absent."""
    if operation.op != "add":
        return operation.path
    return operation.path.rpartition("/")[0]


def _as_json(operation: Operation) -> dict[str, Any]:
    value = {} if operation.op == "remove" else {"value": operation.value}
    others = {"usedBy": list(operation.used_by)} if operation.used_by else {}
    evidence = [each._asdict() for each in operation.evidence]
    remarks = {"effect": operation.effect, **others, "evidence": evidence}
    return {"op": operation.op, "path": operation.path, **value, **remarks}


def apply_json_patch(document: Any, patch: Sequence[dict[str, Any]]) -> Any:
    """Return a document with a JSON Patch of this module applied.

    Raises:
        PatchError: A test fails, or a member that an operation names does not exist.
    """
    changed = copy.deepcopy(document)
    for each in patch:
        path = each["path"]
        parent, name = path.rpartition("/")[0], tokens(path)[-1] if path else ""
        try:
            if each["op"] == "test":
                found = lookup(changed, path)
                if not _same(found, each["value"]):
                    raise PatchError(_changed(path, each["value"], found))
            elif each["op"] == "remove":
                del lookup(changed, parent)[name]
            else:
                lookup(changed, parent)[name] = copy.deepcopy(each["value"])
        except (LookupError, TypeError, ValueError) as error:
            raise PatchError(f"the document has no {path} any more") from error
    return changed


def _changed(path: str, expected: Any, got: Any) -> str:
    return f"the document has changed at {path}: expected {describe_json(expected)}, got {describe_json(got)}"
