"""A response body against its schema: violations as data, with both places."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from migma_contract.json_pointer import pointer
from migma_contract.strict_json import describe_json, type_names


class SchemaViolation(NamedTuple):
    """One way in which a body departs from the contract.

    Attributes:
        where: JSON pointer into the body; for a missing member, of the object that lacks it.
        rule: JSON pointer into the document, to the keyword that is broken.
        keyword: That keyword: ``required``, ``type``, ``format`` …
        expected: What the contract asks for.
        got: What the body has, with its JSON type.
        missing: The name of the member that is required and absent; else None.
    """

    where: str
    rule: str
    keyword: str
    expected: str
    got: str
    missing: str | None = None


class Validator:
    """The schema at one place of a document, compiled once.

    Args:
        document: The whole document, with ``nullable`` already read as wished, so that references resolve.
        at: JSON pointer to the schema.
        draft: The jsonschema-rs validator class for the document's dialect.
        wrapped: Pointers of schemas that :func:`migma_contract.openapi.nullable.apply_nullable` wrapped.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        at: str,
        draft: type[Any] = jsonschema_rs.Draft202012Validator,
        wrapped: frozenset[str] = frozenset(),
    ) -> None:
        self._compiled = draft({**document, "$ref": f"#{_fragment(at)}"}, validate_formats=True)
        self._wrapped = wrapped

    def is_valid(self, body: object) -> bool:
        """Whether the body holds to the schema."""
        return bool(self._compiled.is_valid(body))

    def violations(self, body: object) -> list[SchemaViolation]:
        """Every violation, sorted by place; an empty list means valid."""
        found = (inner for error in self._compiled.iter_errors(body) for inner in self._unwrapped(error))
        return sorted({self._violation(error) for error in found})

    def _unwrapped(self, error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
        """What a nullable schema itself has against a value, where reading it as meant wrapped it in ``anyOf``."""
        kind = error.kind
        if (
            isinstance(kind, jsonschema_rs.ValidationErrorKind.AnyOf)
            and pointer(*error.schema_path[:-1]) in self._wrapped
        ):
            for inner in kind.context[0]:
                yield from self._unwrapped(inner)
        else:
            yield error

    def _violation(self, error: jsonschema_rs.ValidationError) -> SchemaViolation:
        kind, instance = error.kind, error.instance
        keyword = str(error.schema_path[-1]) if error.schema_path else "false"
        missing = kind.property if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required) else None
        return SchemaViolation(
            where=pointer(*error.instance_path),
            rule=pointer(*self._unwrap(error.schema_path)),
            keyword=keyword,
            expected=_expected(error),
            got="no such member" if missing is not None else describe_json(instance),
            missing=missing,
        )

    def _unwrap(self, path: list[str | int]) -> list[str | int]:
        result: list[str | int] = []
        tokens = list(path)
        while tokens:
            if tokens[:2] in (["anyOf", 0], ["anyOf", "0"]) and pointer(*result) in self._wrapped:
                del tokens[:2]
            else:
                result.append(tokens.pop(0))
        return result


def _fragment(at: str) -> str:
    # In a URI fragment, the pointer's braces and other reserved characters are percent-encoded.
    return "".join(c if c.isalnum() or c in "/~-._" else "".join(f"%{b:02X}" for b in c.encode()) for c in at)


def _expected(error: jsonschema_rs.ValidationError) -> str:
    kinds = jsonschema_rs.ValidationErrorKind
    match error.kind:
        case kinds.Required(property=name):
            return f"member {name!r}"
        case kinds.Type(types=types):
            order = list(type_names.values())
            return " or ".join(sorted(types, key=order.index))
        case kinds.Format(format=name):
            return f"a string in the format {name}"
        case kinds.AnyOf() | kinds.OneOfNotValid() | kinds.OneOfMultipleValid() | kinds.Not():
            return f"a value that {error.schema_path[-1]} of the contract admits"
        case kinds.FalseSchema() | kinds.AdditionalProperties() | kinds.UnevaluatedProperties():
            return "no member that the contract does not name"
        case kind:
            limits = [getattr(kind, name) for name in type(kind).__dict__.get("__match_args__", ())]
            return f"{error.schema_path[-1]} {json.dumps(limits[0], default=str) if limits else ''}".strip()
