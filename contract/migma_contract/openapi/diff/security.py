"""Compares what a client must prove to call an operation: keys, tokens and their scopes."""

from migma_contract.openapi.diff.change_rule import breaking, info
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import Operation
from migma_contract.openapi.diff.side import Side

Alternative = frozenset[tuple[str, str]]
"""Schemes that are all needed, each with a scope, or with "" for itself."""

ADDED = breaking(
    "security-added",
    "An operation that needed no key needs one.",
    "The server refuses a request without it.",
    'before: []\nafter:  [{"bearerAuth": []}]',
)
SCOPE_ADDED = breaking(
    "security-scope-added",
    "An operation needs a scope that it did not need.",
    "The server refuses a token without it.",
    'before: [{"oauth": ["read"]}]\nafter:  [{"oauth": ["read", "write"]}]',
)
ALTERNATIVE_REMOVED = breaking(
    "security-alternative-removed",
    "An operation does not accept a kind of key any more.",
    "The server refuses clients that use it.",
    'before: [{"bearerAuth": []}, {"apiKey": []}]\nafter:  [{"bearerAuth": []}]',
)
LOOSENED = info(
    "security-loosened",
    "An operation accepts another kind of key, or needs less.",
    "Clients need not change.",
    'before: [{"bearerAuth": []}]\nafter:  [{"bearerAuth": []}, {"apiKey": []}]',
)

RULES = (ADDED, SCOPE_ADDED, ALTERNATIVE_REMOVED, LOOSENED)

_SPOT = Spot("the security", "security")


def compare_security(here: Here) -> None:
    """Compare the security of an operation: one of several alternatives, of each all that it names."""
    (was, old), (now, new) = _alternatives(here.documents.old, here.old), _alternatives(here.documents.new, here.new)
    lost = [one for one in was if not any(other <= one for other in now)]
    gained = [other for other in now if not any(one <= other for one in was)]
    places = old, new
    before, after = _text(was), _text(now)
    if frozenset() in lost:
        here.note(ADDED, _SPOT, places, f"a client must now prove who it is by {after}", before, after)
    elif lost:
        schemes = [{name for name, _ in other} for other in now]
        is_scope = any({name for name, _ in one} in schemes for one in lost)
        rule = SCOPE_ADDED if is_scope else ALTERNATIVE_REMOVED
        text = "scopes are needed" if is_scope else "not every key is accepted any more"
        here.note(rule, _SPOT, places, f"{text}: {after} instead of {before}", before, after)
    if gained and frozenset() not in lost:
        is_tighter = all(any(one < other for one in was) or lost for other in gained)
        if not is_tighter or not lost:
            here.note(LOOSENED, _SPOT, places, f"the security accepts {after} instead of {before}", before, after)


def _alternatives(side: Side, operation: Operation) -> tuple[list[Alternative], Node]:
    """Return the alternatives of an operation and the place that has them; one without any scheme for no security."""
    node = next(
        (owner.child("security") for owner in (operation.node, side.root) if isinstance(owner.get("security"), list)),
        Node([], side.root.at),
    )
    found = [frozenset(_needs(side, each)) for each in node.items() if isinstance(each.value, dict)]
    return found or [frozenset()], node


def _needs(side: Side, requirement: Node) -> list[tuple[str, str]]:
    found = []
    for name, scopes in requirement.named():
        scheme = _identity(side, name)
        found.append((scheme, ""))
        found += [(scheme, str(scope)) for scope in scopes.value or ()] if isinstance(scopes.value, list) else []
    return found


def _identity(side: Side, name: str) -> str:
    """Return what a scheme is for a client, whatever its name: where the key is sent, and of which kind it is."""
    scheme = side.follow(side.root.child("components").child("securitySchemes").child(name))
    kind: str | None = scheme.get("type", str)
    if kind == "apiKey":
        where = scheme.get("in", str) or ""
        key = scheme.get("name", str) or ""
        return f"{where} {key.lower() if where == 'header' else key}"
    if kind == "http":
        return f"http {(scheme.get('scheme', str) or '').lower()}"
    if kind in ("oauth2", "openIdConnect", "mutualTLS"):
        return kind
    return name


def _text(alternatives: list[Alternative]) -> str:
    return " or ".join(_words(each) for each in alternatives)


def _words(alternative: Alternative) -> str:
    scopes: dict[str, list[str]] = {}
    for scheme, scope in sorted(alternative):
        scopes.setdefault(scheme, []).extend([scope] if scope else [])
    named = [f"{scheme} ({', '.join(names)})" if names else scheme for scheme, names in scopes.items()]
    return " and ".join(named) or "no key"
