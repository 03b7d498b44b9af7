"""Validation of a response body against its schema, with every violation as data."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs

from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json, type_names


class SchemaViolation(NamedTuple):
    """One violation of the contract's schema in a body.

    Attributes:
        pointer: JSON pointer into the body; for a missing field, to the object that lacks it.
        schema_pointer: JSON pointer into the document, to the violated keyword.
        keyword: That keyword: ``required``, ``type``, ``format`` …
        expected: What the contract requires.
        got: The value in the body, with its JSON type.
        missing: The name of a required field that is missing; else None.
    """

    pointer: str
    schema_pointer: str
    keyword: str
    expected: str
    got: str
    missing: str | None = None


class Validator:
    """The schema at one place of a document, compiled once.

    Args:
        document: The whole document, with ``nullable`` already applied, so that references resolve.
        at: JSON pointer to the schema.
        draft: The jsonschema-rs validator class for the document's dialect.
        wrapped: Pointers of schemas that :func:`migma_contract.openapi.nullable.apply_nullable` wrapped.
        added: Pointers of keywords that :func:`migma_contract.openapi.int32.apply_int32` added.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        at: str,
        draft: type[Any] = jsonschema_rs.Draft202012Validator,
        wrapped: frozenset[str] = frozenset(),
        added: frozenset[str] = frozenset(),
    ) -> None:
        # In a URI fragment, the pointer's braces and other reserved characters are percent-encoded.
        self._compiled = draft({**document, "$ref": f"#{quote(at, safe='/~')}"}, validate_formats=True)
        self._wrapped = wrapped
        self._added = added

    def is_valid(self, body: object) -> bool:
        """True if the body satisfies the schema."""
        return bool(self._compiled.is_valid(body))

    def violations(self, body: object) -> list[SchemaViolation]:
        """Return every violation, sorted by pointer; an empty list for a valid body."""
        found = (inner for error in self._compiled.iter_errors(body) for inner in self._unwrapped(error))
        return sorted({self._violation(error) for error in found})

    def _unwrapped(self, error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield the errors of the schema itself where ``nullable`` wrapped it in ``anyOf``."""
        kind, is_wrapped = error.kind, pointer(*error.schema_path[:-1]) in self._wrapped
        if not is_wrapped or not isinstance(kind, jsonschema_rs.ValidationErrorKind.AnyOf):
            yield error
            return
        for inner in kind.context[0]:
            yield from self._unwrapped(inner)

    def _violation(self, error: jsonschema_rs.ValidationError) -> SchemaViolation:
        keyword = str(error.schema_path[-1]) if error.schema_path else "false"
        missing = error.kind.property if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required) else None
        got = "none" if missing is not None else describe_json(error.instance)
        place, schema = pointer(*error.instance_path), pointer(*self._unwrap(error.schema_path))
        expected = _expected(error)
        if schema in self._added:
            keyword, expected = "format", f"an integer of 32 bits, {expected}"
            schema = f"{schema.rpartition('/')[0]}/format"
        return SchemaViolation(place, schema, keyword, expected, got, missing)

    def _unwrap(self, path: list[str | int]) -> list[str | int]:
        result: list[str | int] = []
        for token in path:
            result.append(token)
            if result[-2:] in (["anyOf", 0], ["anyOf", "0"]) and pointer(*result[:-2]) in self._wrapped:
                del result[-2:]
        return result


def _expected(error: jsonschema_rs.ValidationError) -> str:
    kinds = jsonschema_rs.ValidationErrorKind
    match error.kind:
        case kinds.Required(property=name):
            return f"the field {name!r}"
        case kinds.Type(types=types):
            order = list(type_names.values())
            return " or ".join(sorted(types, key=order.index))
        case kinds.Format(format=name):
            return f"a string in the format {name}"
        case kinds.AnyOf() | kinds.OneOfNotValid() | kinds.OneOfMultipleValid() | kinds.Not():
            return f"a value that {error.schema_path[-1]} in the contract allows"
        case kinds.FalseSchema() | kinds.AdditionalProperties() | kinds.UnevaluatedProperties():
            return "no fields that the contract does not declare"
        case kind:
            limits = [getattr(kind, name) for name in type(kind).__dict__.get("__match_args__", ())]
            return f"{error.schema_path[-1]} {json.dumps(limits[0], default=str) if limits else ''}".strip()
