"""Small changes of replies, and ways to combine them into variants."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gallery.api import Change, Reply, Request
from migma_contract.stats import RATES

Only = Callable[[Reply, Request], bool]
Stats = dict[str, Any]


def unchanged(reply: Reply, _request: Request) -> Reply:
    """Return the reply unchanged."""
    return reply


def when(only: Only, change: Change) -> Change:
    """Return a change for some replies only."""
    return lambda reply, request: change(reply, request) if only(reply, request) else reply


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(reply: Reply, request: Request) -> Reply:
        for each in changes:
            reply = each(reply, request)
        return reply

    return change


def kind(*kinds: str) -> Only:
    """Select requests of these kinds."""
    return lambda _, request: request.kind in kinds


def status(*statuses: int) -> Only:
    """Select replies with these statuses."""
    return lambda reply, _: reply.status in statuses


def succeeded(reply: Reply, _request: Request) -> bool:
    """Select replies with 200."""
    return reply.status == 200


def read(*numbers: int) -> Only:
    """Select these reads of a campaign, counted from 1."""
    return lambda _, request: request.kind == "campaign" and request.read in numbers


def of_campaign(index: int) -> Only:
    """Select reads of one of the campaigns."""
    return lambda _, request: request.kind == "campaign" and request.campaign == index


def data(change: Callable[[dict[str, Any]], Any]) -> Change:
    """Change the stats of a success."""

    def on_data(reply: Reply, _request: Request) -> Reply:
        if reply.status != 200 or not isinstance(reply.value, dict) or "data" not in reply.value:
            return reply
        return replace(reply, value={**reply.value, "data": change(dict(reply.value["data"]))})

    return on_data


def depending(change: Callable[[Stats, Request], Stats]) -> Change:
    """Change the stats of a success, depending on the request."""
    return lambda reply, request: data(lambda stats: change(stats, request))(reply, request)


def with_rates(stats: Stats) -> Stats:
    """Return the stats with the rates that follow from the counts."""
    delivered = stats["totalDelivered"]
    return {**stats, **{name: stats[unique] / delivered if delivered else 0 for name, unique in RATES.items()}}


def fields(**changed: Any) -> Change:
    """Set fields of the stats."""
    return data(lambda stats: {**stats, **changed})


def computed(name: str, value: Callable[[dict[str, Any]], Any]) -> Change:
    """Set a field of the stats to a value computed from the others."""
    return data(lambda stats: {**stats, name: value(stats)})


def without(*names: str) -> Change:
    """Remove fields of the stats."""
    return data(lambda stats: {name: value for name, value in stats.items() if name not in names})


def renamed(**names: str) -> Change:
    """Rename fields of the stats."""
    return data(lambda stats: {names.get(name, name): value for name, value in stats.items()})


def envelope(change: Callable[[dict[str, Any]], Any], *statuses: int) -> Change:
    """Change the whole body of replies with these statuses (200 by default)."""
    return when(status(*(statuses or (200,))), lambda reply, _: replace(reply, value=change(dict(reply.value))))


def errors(change: Callable[[dict[str, Any]], Any]) -> Change:
    """Change the whole body of every error."""
    return envelope(change, 401, 404)


def text(change: Callable[[bytes], bytes], only: Only = succeeded) -> Change:
    """Change the bytes of a body."""
    return when(only, lambda reply, _: replace(reply, body=change(reply.encoded)))


def header(name: str, value: str | None, only: Only = lambda *_: True) -> Change:
    """Set or remove a header."""
    return when(only, lambda reply, _: reply.with_header(name, value))


def reply_with(status: int, value: Any = None, *, headers: Mapping[str, str] | None = None, **other: Any) -> Change:
    """Replace the reply; by default with the documented error envelope."""
    body = {"success": False, "error": "Something went wrong", "code": "ERROR"} if value is None else value
    given = {"Content-Type": "application/json", **(headers or {})}
    return lambda _reply, _request: Reply(status, body, tuple(given.items()), **other)


def page(status: int, title: str = "Bad Gateway") -> Change:
    """Replace the reply with an HTML page, like those of proxies."""
    body = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return reply_with(status, headers={"Content-Type": "text/html"}, body=body.encode())


def spliced(name: str, literal: str) -> Change:
    """Replace the value of a field of the stats with text that ``json.dumps`` cannot write."""

    def splice(body: bytes) -> bytes:
        value = json.loads(body)
        value["data"][name] = "SPLICE"
        return json.dumps(value).replace('"SPLICE"', literal).encode()

    return text(splice)
