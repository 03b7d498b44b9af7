"""Random schemas, values near them, and single changes of a schema with the effect that each must have."""

import copy
import math
from random import Random
from typing import Any, NamedTuple

NAMES = ("a", "b", "c")
TEXTS = ("", "a", "ab", "abc", "abcdefgh", "9", "ABC")


class Mutation(NamedTuple):
    """A changed copy of a schema, and what the change does: "narrowed", "widened" or "changed"."""

    schema: dict[str, Any]
    effect: str
    what: str


def schema(random: Random, depth: int = 2) -> dict[str, Any]:
    """Return a random schema whose keywords all have an effect."""
    kinds = ["string", "integer", "number", "boolean"] + ["object", "array", "choice"] * (depth > 0)
    kind = random.choice(kinds)
    if kind == "choice":
        inner = schema(random, depth - 1)
        return inner if "anyOf" in inner else {"anyOf": [{"type": "null"}, inner]}
    made: dict[str, Any] = {"type": kind}
    if kind == "string":
        if random.random() < 0.3:
            made["enum"] = random.sample(TEXTS, 3)
        else:
            made["minLength"], made["maxLength"] = random.randint(0, 2), random.randint(3, 6)
    elif kind in ("integer", "number"):
        made["minimum"], made["maximum"] = random.randint(-5, 0), random.randint(12, 20)
        if random.random() < 0.3:
            made["multipleOf"] = random.choice([2, 3])
    elif kind == "array":
        made |= {"items": schema(random, depth - 1), "minItems": random.randint(0, 1), "maxItems": random.randint(3, 4)}
    elif kind == "object":
        names = random.sample(NAMES, random.randint(1, 3))
        made["properties"] = {name: schema(random, depth - 1) for name in names}
        made["required"] = sorted(random.sample(names, random.randint(0, len(names) - 1)))
        made["additionalProperties"] = random.random() < 0.5
    return made


def mutation(old: dict[str, Any], random: Random) -> Mutation:
    """Return a schema with one change, at a random place."""
    new = copy.deepcopy(old)
    place, is_nullable = random.choice(_places(new))
    changes = [change for change in _changes(place) if not (is_nullable and change is _nullable)]
    effect, what = random.choice(changes)(place, random)
    return Mutation(new, effect, what)


def _places(node: dict[str, Any], *, is_nullable: bool = False) -> list[tuple[dict[str, Any], bool]]:
    """Return the schemas in a schema that can change, each with True if null is allowed beside it."""
    if "anyOf" in node:
        return _places(node["anyOf"][1], is_nullable=True)
    inner = [*node.get("properties", {}).values(), *([node["items"]] if "items" in node else [])]
    return [(node, is_nullable), *(place for each in inner for place in _places(each))]


def _changes(node: dict[str, Any]) -> list[Any]:
    found = [_other_type, _nullable]
    found += [_limit] if {"minLength", "minItems", "minimum"} & set(node) else []
    found += [_multiple] if "multipleOf" in node else []
    found += [_values] if "enum" in node else []
    found += [_required, _closed] if "properties" in node else []
    return found


def _other_type(node: dict[str, Any], random: Random) -> tuple[str, str]:
    if node["type"] == "integer":
        node["type"] = "number"
        return ("widened", "integer to number") if "multipleOf" not in node else ("same", "integer to number")
    before = node["type"]
    node.clear()
    node["type"] = "boolean" if before != "boolean" else "string"
    return "changed", "another type"


def _nullable(node: dict[str, Any], random: Random) -> tuple[str, str]:
    node["type"] = [node["type"], "null"]
    if "enum" in node:
        node["enum"].append(None)
    return "widened", "null"


def _limit(node: dict[str, Any], random: Random) -> tuple[str, str]:
    keyword = random.choice([each for each in node if each.startswith(("min", "max"))])
    step = random.choice([-1, 1]) if not (keyword in ("minLength", "minItems") and node[keyword] == 0) else 1
    step *= node.get("multipleOf", 1)  # so that it matters
    node[keyword] += step
    is_narrower = (step > 0) == keyword.startswith("min")
    return ("narrowed" if is_narrower else "widened"), f"{keyword} {step:+}"


def _multiple(node: dict[str, Any], random: Random) -> tuple[str, str]:
    if random.random() < 0.5 and node["type"] == "integer":
        del node["multipleOf"]
        return "widened", "no multipleOf"
    node["multipleOf"] *= 2
    return "narrowed", "multipleOf doubled"


def _values(node: dict[str, Any], random: Random) -> tuple[str, str]:
    if random.random() < 0.5:
        node["enum"].pop()
        return "narrowed", "a value less"
    node["enum"].append("a value more")
    return "widened", "a value more"


def _required(node: dict[str, Any], random: Random) -> tuple[str, str]:
    optional = sorted(set(node["properties"]) - set(node["required"]))
    if node["required"] and random.random() < 0.5:
        node["required"].pop()
        return "widened", "a required property less"
    node["required"].append(random.choice(optional))
    return "narrowed", "a required property more"


def _closed(node: dict[str, Any], random: Random) -> tuple[str, str]:
    node["additionalProperties"] = not node["additionalProperties"]
    return ("widened", "opened") if node["additionalProperties"] else ("narrowed", "closed")


def values(node: dict[str, Any], random: Random) -> list[Any]:
    """Return values at the bounds of a schema, some within and some beyond them."""
    if "anyOf" in node:
        return [None, *values(node["anyOf"][1], random)]
    named = node["type"]
    kind = named if isinstance(named, str) else named[0]
    found = {
        "string": _texts,
        "integer": _numbers,
        "number": _numbers,
        "boolean": lambda _node, _random: [True, False],
        "array": _arrays,
        "object": _objects,
    }[kind](node, random)
    return [*found, None, True, "x", 7, 0.5]


def _texts(node: dict[str, Any], random: Random) -> list[Any]:
    lengths = {node[key] + step for key in ("minLength", "maxLength") if key in node for step in (-1, 0, 1)}
    return [*TEXTS, *node.get("enum", ()), "a value more", *("x" * length for length in lengths if length >= 0)]


def _numbers(node: dict[str, Any], random: Random) -> list[Any]:
    low, high = node.get("minimum", 0), node.get("maximum", 9)
    return [*range(math.floor(low) - 3, math.ceil(high) + 4), low + 0.5]


def _arrays(node: dict[str, Any], random: Random) -> list[Any]:
    items = values(node.get("items", {"type": "string"}), random)
    fitting = [items[0]] if items else [1]
    lengths = range(max(0, node.get("maxItems", 2) + 2))
    return [
        *([each] for each in items),
        *([random.choice(items)] * n for n in lengths),
        *(fitting * n for n in lengths),
    ]


def _objects(node: dict[str, Any], random: Random) -> list[Any]:
    choices = {name: values(each, random) for name, each in node.get("properties", {}).items()}
    found = []
    for name, options in choices.items():
        for value in options:
            others = {each: random.choice(choices[each]) for each in choices if random.random() < 0.8}
            found += [{**others, name: value}, {name: value}, {**others, "other": 1}]
            found.append({key: other for key, other in others.items() if key != name})
    return random.sample(found, min(len(found), 60))
