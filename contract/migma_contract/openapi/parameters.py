"""The parameters of an operation: the id in its path, and what requests must have besides."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import Document
from migma_contract.openapi.flat_schema import UnsatisfiableError
from migma_contract.openapi.sampler import Sampler
from migma_contract.openapi.schema_validator import Validator
from migma_contract.strict_json import describe_json

_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Names that OpenAPI says to ignore among the header parameters."""

_UNCONSTRAINED = frozenset({"type", "description", "title", "example", "examples", "default", "deprecated"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request.

    Attributes:
        name: As the document writes it.
        where: ``path``, ``query`` or ``header``.
        pointer: JSON pointer to it in the document.
        schema_pointer: JSON pointer to its schema; "" without one.
        types: The JSON types that its schema names; empty if it names none.
        validator: Validator of its value; None if any text will do.
        example: A value for requests, from the document or made from the schema; "" for a parameter of the path.
    """

    name: str
    where: str
    pointer: str
    schema_pointer: str
    types: frozenset[str]
    validator: Validator | None
    example: str = ""

    def allows(self, text: str) -> bool:
        """True if the schema allows a value, as it stands in a request after percent-decoding."""
        validator = self.validator
        return validator is None or any(validator.is_valid(value) for value in _readings(text, self.types))

    def expectation(self, text: str) -> str:
        """Return what the schema expects instead of a value: ``minLength 3``."""
        if self.validator is None:
            return "any text"
        value = next(iter(_readings(text, self.types)), text)
        return " and ".join(dict.fromkeys(each.expected for each in self.validator.violations(value))) or "another one"


def _readings(text: str, types: frozenset[str]) -> Iterator[object]:
    if types - {"string", "null"}:
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        if not isinstance(value, str):
            yield value
    if not types or "string" in types or types <= {"null"}:
        yield text


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of the operation.

    Attributes:
        id: The parameter in the path.
        required: The headers and query parameters that every request must have.
        notices: Sentences for the user about what is not honoured.
    """

    id: Parameter
    required: tuple[Parameter, ...]
    notices: tuple[str, ...]


def read_parameters(
    document: Document, owners: Iterable[tuple[Mapping[str, Any], str]], name: str, keys: Iterable[str]
) -> Parameters:
    """Return the parameters of an operation.

    Args:
        document: The document.
        owners: The path item and the operation, each with its JSON pointer; later ones override earlier ones.
        name: The name of the parameter in the path.
        keys: Names in lower case of the headers and query parameters that carry the API key.

    Raises:
        ContractError: The path has no such parameter, or a parameter has a wrong form.
    """
    found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
    at = ""
    for owner, at in owners:
        place = f"{at}/parameters"
        for index, node in enumerate(document.expect(owner.get("parameters", []), place, list, "an array")):
            parameter, here = document.resolve(node, f"{place}/{index}")
            found[str(parameter.get("in")), str(parameter.get("name"))] = parameter, here
    if ("path", name) not in found:
        others = [(f"{here}/name", each.get("name")) for (where, _), (each, here) in found.items() if where == "path"]
        place, got = others[0] if others else (f"{at}/parameters", None)
        document.refuse(place, f"the name in the path, {name!r}", "nothing" if got is None else describe_json(got))
    secrets, required, notices = set(keys), [], []
    for (where, each), (node, here) in found.items():
        if where in ("path", "query", "header") and (style := node.get("style")) not in (None, "simple", "form"):
            notices.append(f"The style {style!r} of the parameter {each!r} ({here}) is not honoured.")
        is_ignored = where == "header" and each.lower() in _IGNORED_HEADERS
        if where == "path" or node.get("required") is not True or is_ignored or each.lower() in secrets:
            continue
        if where in ("query", "header"):
            required.append(_parameter(document, node, here))
        else:
            notices.append(f"The required parameter {each!r} in {where} ({here}) is not honoured.")
    return Parameters(_parameter(document, *found["path", name]), tuple(required), tuple(notices))


def _parameter(document: Document, node: Mapping[str, Any], at: str) -> Parameter:
    schema_at = f"{at}/schema"
    if "schema" not in node:
        content = document.expect(node.get("content", {}), f"{at}/content", dict, "an object of media types")
        media_type = next(iter(content), None)
        schema_at = "" if media_type is None else f"{at}/content{pointer(media_type)}/schema"
    has_schema = "schema" in node or (bool(schema_at) and "schema" in document.at(schema_at.removesuffix("/schema")))
    types, validator = frozenset[str](), None
    if has_schema:
        types = frozenset(document.types(schema_at))
        schema, _ = document.resolve(document.at(schema_at), schema_at)
        is_free = schema.keys() <= _UNCONSTRAINED and types <= {"string"}
        validator = None if is_free else document.validator(schema_at)
    example = "" if node.get("in") == "path" else _example(document, node, at, schema_at if has_schema else "")
    name, where = str(node.get("name")), str(node.get("in"))
    if where == "header" and not re.fullmatch(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?", example):
        document.refuse(at, "a header with an example of printable ASCII", describe_json(example))
    return Parameter(name, where, at, schema_at if has_schema else "", types, validator, example)


def _example(document: Document, node: Mapping[str, Any], at: str, schema_at: str) -> str:
    if "example" in node:
        return text_of(node["example"])
    examples = node.get("examples")
    for each in examples.values() if isinstance(examples, dict) else ():
        if isinstance(each, dict) and "value" in each:
            return text_of(each["value"])
    if not schema_at:
        return "example"
    try:
        return text_of(Sampler(document).value(schema_at, node.get("name", "")))
    except UnsatisfiableError:
        document.refuse(schema_at, "a schema for which a value can be made, or an example", f"no example at {at}")


def text_of(value: object) -> str:
    """Return a JSON value as it stands in a header or a query."""
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return value if isinstance(value, str) else json.dumps(value)
