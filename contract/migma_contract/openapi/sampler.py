"""Make values that a schema of the document allows: the same ones for the same seed, without Hypothesis."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migma_contract.openapi.document import Document
from migma_contract.openapi.flat_schema import UnsatisfiableError, flat_schema
from migma_contract.openapi.format_sampler import WORDS, formatted_text
from migma_contract.openapi.pattern_sampler import matching_text

if TYPE_CHECKING:
    from random import Random

_TRIES = 40
_DEPTH = 4
"""Levels below which only required members are made."""

_DEEPEST = 24
_MOST_VALUES = 2_000
"""Values within one, of which schemas that require each other twice would have millions."""

_MOST_ITEMS = 1_000
_LONGEST = 100_000
_LARGEST = 2**53 - 1
_EDGES = (0, 1, -1, 2**31 - 1, 2**31, _LARGEST)
_Hints = Mapping[str, Any]


class Sampler:
    """Makes values that schemas of a document allow.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def value(self, at: str, seed: object, *, edge: bool = False, hints: _Hints | None = None) -> Any:
        """Return a value that the schema at a place allows.

        Args:
            at: JSON pointer to the schema.
            seed: The same seed gives the same value, on all machines.
            edge: Prefer boundary values to likely ones.
            hints: Values for members of these names, and the only optional members to make, if the schema allows them.

        Raises:
            UnsatisfiableError: None was found.
        """
        # Imported here, since most contracts need no made-up values.
        from random import Random

        validator = self._document.validator(at)
        for attempt in range(_TRIES):
            random = Random(f"{seed}:{attempt}")  # noqa: S311  # for data, not for secrets
            draw = _Draw(self._document, random, edge=edge and attempt < _TRIES // 2, hints=hints)
            try:
                value = draw.value([at])
            except (RecursionError, UnsatisfiableError):
                continue
            if validator.is_valid(value):
                return value
        raise UnsatisfiableError(f"no value found for the schema at {at}")


class _Draw:
    """One attempt to make a value."""

    def __init__(self, document: Document, random: "Random", *, edge: bool, hints: _Hints | None) -> None:
        self._document, self._random, self._edge, self._hints = document, random, edge, hints
        self._left = _MOST_VALUES

    def value(self, places: Sequence[str], name: str = "", depth: int = 0) -> Any:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise UnsatisfiableError("too many levels or values")
        schema = flat_schema(self._document, places, self._one_of)
        if self._hints and name in self._hints and self._is_allowed(places, self._hints[name]):
            return self._hints[name]
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._one_of(schema["enum"])
        given = list(_examples(schema))
        if given and not self._edge and self._below(4):
            return self._one_of(given)
        return self._of_type(self._type(schema), schema, name, depth)

    def _is_allowed(self, places: Sequence[str], value: Any) -> bool:
        return all(self._document.validator(at).is_valid(value) for at in places)

    def _type(self, schema: Mapping[str, Any]) -> str:
        types = schema.get("type", [])
        known = [types] if isinstance(types, str) else [each for each in types if each != "null"] or list(types)
        if known:
            return str(self._one_of(known))
        if schema["properties"] or "additionalProperties" in schema:
            return "object"
        return "array" if "items" in schema else "string"

    def _of_type(self, kind: str, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "integer":
                return self._integer(schema)
            case "number":
                return self._number(schema, name)
            case "boolean":
                return self._below(2) == 1
            case "null":
                return None
        return self._string(schema)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema["required"]
        made = {}
        for name, places in schema["properties"].items():
            if name in required or self._has_optional(name, depth):
                made[name] = self.value(places, name, depth + 1)
        made.update({name: self._one_of(WORDS) for name in required if name not in made})
        return made

    def _has_optional(self, name: str, depth: int) -> bool:
        if self._hints is not None:
            return name in self._hints
        return depth < _DEPTH and self._below(4) > (1 if self._edge else 0)

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = int(schema.get("minItems", 0))
        if least > _MOST_ITEMS:
            raise UnsatisfiableError("too many items")
        most = int(schema.get("maxItems", max(least, 3)))
        if depth >= _DEPTH:
            most = least
        count = least if self._edge else least + self._below(max(min(most, least + 3) - least, 0) + 1)
        items = schema.get("items")
        return [self.value([items], "", depth + 1) if items else self._one_of(WORDS) for _ in range(count)]

    def _bounds(self, schema: Mapping[str, Any], step: float) -> tuple[float | None, float | None]:
        low, high = schema.get("minimum"), schema.get("maximum")
        above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        # In OpenAPI 3.0 these are booleans beside minimum and maximum.
        above, below = (low if above is True else above), (high if below is True else below)
        lows = [each for each in (low, _moved(above, step)) if each is not None]
        highs = [each for each in (high, _moved(below, -step)) if each is not None]
        if schema.get("format") == "int32":
            lows, highs = [*lows, -(2**31)], [*highs, 2**31 - 1]
        return max(lows, default=None), min(highs, default=None)

    def _integer(self, schema: Mapping[str, Any]) -> int:
        low, high = self._bounds(schema, 1)
        step = int(schema.get("multipleOf", 1)) or 1
        if self._edge:
            edges = [int(each) for each in (low, high) if each is not None]
            edges += [each for each in _EDGES if (low is None or each >= low) and (high is None or each <= high)]
            return int(self._one_of([each for each in edges if each >= 0] or edges)) // step * step
        least = int(low if low is not None else min(0, high or 0))
        most = int(min(high if high is not None else least + 1000, least + 100_000))
        first = -(-least // step)
        return (first + self._below(max(most // step - first, 0) + 1)) * step

    def _number(self, schema: Mapping[str, Any], name: str) -> float:
        low, high = self._bounds(schema, 1e-6)
        least = low if low is not None else min(0, high or 0)
        usual = 1 if "rate" in name.lower() or "share" in name.lower() else 1000
        most = min(high if high is not None else least + usual, least + 100_000)
        if self._edge:
            return float(self._one_of([least, most]))
        step = schema.get("multipleOf")
        value = least + (most - least) * self._random.random()
        return round(round(value / step) * step, 10) if step else round(value, 4)

    def _string(self, schema: Mapping[str, Any]) -> str:
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        if least > _LONGEST:
            raise UnsatisfiableError("too long")
        text = None
        if "pattern" in schema:
            text = matching_text(str(schema["pattern"]), self._below)
        elif "format" in schema:
            text = formatted_text(str(schema["format"]), self._below)
        if text is None and self._edge:
            text = self._one_of(("", "a", "ÄÖÜ ✓ 漢字", "x" * 64))
        if text is None:
            text = f"{self._one_of(WORDS)}-{self._one_of(WORDS)}"
        if len(text) < least:
            text += "x" * (least - len(text))
        return text if most is None or "pattern" in schema else text[: int(most)]

    def _below(self, count: int) -> int:
        # Not randrange(), whose algorithm may differ between releases of Python.
        return int(self._random.random() * count)

    def _one_of(self, choices: Any) -> Any:
        return choices[self._below(len(choices))]


def _moved(bound: float | None, step: float) -> float | None:
    return None if bound is None or isinstance(bound, bool) else bound + step


def _examples(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in schema:
        yield schema["example"]
    if isinstance(schema.get("examples"), list):
        yield from schema["examples"]
    if "default" in schema:
        yield schema["default"]
