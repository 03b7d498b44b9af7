"""Each way in which the mock is broken, and the tests of the suite that are to notice."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from breaking import Request, Response, as_method, between, body, header, on, raw, stats, status, without

from migma_contract.resources import fixtures_path
from migma_mock.http import protocol
from migma_mock.messages.reply import Reply

NEWSLETTER = "66b2f0a1c4e5d60012a40101"
KEYS = json.loads((fixtures_path() / "keys.json").read_bytes())["keys"]
VALID = KEYS[0]["key"].encode()
REVOKED = next(key["key"].encode() for key in KEYS if key.get("revoked"))
FORBIDDEN = next(key["key"].encode() for key in KEYS if "email:read" not in key["permissions"])


@dataclass(frozen=True)
class Mutant:
    """A way to break the mock, and the tests of the suite that notice it (a ``-k`` expression)."""

    tests: str
    apply: Callable[[], None]


def newsletter(request: Request, response: Response) -> bool:
    return request.names(NEWSLETTER) and response.status == 200


def generated(request: Request, response: Response) -> bool:
    return not request.names("66b2f0a1c4e5d60012a40") and response.status == 200


def without_key(request: Request, response: Response) -> bool:
    return response.status == 401 and not {b"authorization", b"x-api-key"} & set(request.headers)


def percentage(data: dict[str, Any]) -> None:
    data["openRate"] = round(data["openRate"] * 100, 4)


def above_total(data: dict[str, Any]) -> None:
    data["uniqueClicks"] = data["totalClicks"] + 1


def no_zone(data: dict[str, Any]) -> None:
    data["lastUpdated"] = data["lastUpdated"][:19]


def not_found(response: Response) -> Response:
    envelope = b'{"success":false,"error":"Campaign not found.","code":"NOT_FOUND"}'
    return raw(lambda _: envelope)(status(404)(response))


def one_more_byte(response: Response) -> Response:
    return header(b"content-length", b"%d" % (len(response.body) + 1))(response)


def with_valid_key(request: Request, *keys: bytes) -> Request:
    """Replace any of these keys, or any key at all if none is named, by a valid one."""
    sent = request.headers.get(b"authorization", b"")
    is_meant = bool(sent) if not keys else any(sent == b"Bearer " + key for key in keys)
    return replace(request, headers={**request.headers, b"authorization": b"Bearer " + VALID}) if is_meant else request


def with_corrected_path(request: Request) -> Request:
    """Correct an almost correct path."""
    return replace(request, path=request.path.replace(b"/v1/v1/", b"/v1/").rstrip(b"/"))


MUTANTS = {
    "nothing": Mutant("fixture_is_served or rejection or known_campaign", lambda: None),
    "a required field is gone": Mutant("fixture_is_served", on(200, stats(lambda d: d.pop("openRate")))),
    "an optional field is gone": Mutant("fixture_is_served", on(newsletter, stats(lambda d: d.pop("botOpens")))),
    "a field is new": Mutant("known_campaign", on(200, stats(lambda d: d.update(replies=1)))),
    "a field is renamed": Mutant("known_campaign", on(200, stats(lambda d: d.update(open_rate=d.pop("openRate"))))),
    "a count is a text": Mutant("known_campaign", on(200, stats(lambda d: d.update(bounces="249")))),
    "a count is one more": Mutant("fixture_is_served", on(newsletter, stats(lambda d: d.update(bounces=250)))),
    "an optional field is null": Mutant("known_campaign", on(200, stats(lambda d: d.update(botOpens=None)))),
    "a rate is a percentage": Mutant("known_campaign", on(200, stats(percentage))),
    "lastUpdated has no zone": Mutant("known_campaign", on(200, stats(no_zone))),
    "a generated rate is a percentage": Mutant("coherent_and_its_own", on(generated, stats(percentage))),
    "generated clicks exceed all clicks": Mutant("generated_campaigns_whatever", on(generated, stats(above_total))),
    "a generated field is gone": Mutant("profile_schema", on(generated, stats(lambda d: d.pop("openRate", None)))),
    "a campaign is lost": Mutant("fixture_is_served", on(newsletter, not_found)),
    "a success is 201": Mutant("known_campaign", on(200, status(201))),
    "success is false on 200": Mutant("known_campaign", on(200, body(lambda d: d.update(success=False)))),
    "data is null": Mutant("known_campaign", on(200, body(lambda d: d.update(data=None)))),
    "stats are outside data": Mutant("known_campaign", on(200, body(lambda d: d.update(d.pop("data"))))),
    "success is true on 404": Mutant("any_id", on(404, body(lambda d: d.update(success=True)))),
    "a 401 has no error": Mutant("rejection", on(401, body(lambda d: d.pop("error")))),
    "a 403 has another code": Mutant("rejection", on(403, body(lambda d: d.update(code="NO")))),
    "a body is cut": Mutant("known_campaign", on(200, raw(lambda b: b[:-9]))),
    "a body has a byte order mark": Mutant("known_campaign", on(200, raw(lambda b: b"\xef\xbb\xbf" + b))),
    "a member comes twice": Mutant("known_campaign", on(200, raw(lambda b: b[:-1] + b',"success":true}'))),
    "Content-Length is one too many": Mutant("fixture_is_served", on(200, one_more_byte)),
    "stats are HTML": Mutant("known_campaign", on(200, header(b"content-type", b"text/html"))),
    "a 404 has no Content-Type": Mutant("any_id", on(404, header(b"content-type", None))),
    "a 401 has no challenge": Mutant("rejection", on(401, header(b"www-authenticate", None))),
    "a 429 has no Retry-After": Mutant("fixture_is_served", on(429, header(b"retry-after", None))),
    "a 500 has no mark": Mutant("fixture_is_served", on(500, header(b"x-mock-undocumented", None))),
    "a 403 has no mark": Mutant("rejection", on(403, header(b"x-mock-undocumented", None))),
    "a 200 has the mark": Mutant("known_campaign", on(200, header(b"x-mock-undocumented", b"200"))),
    "no key gets 403": Mutant("rejection", on(without_key, status(403))),
    "without a key, an unknown id gets 404": Mutant(
        "rejection", on(lambda request, response: without_key(request, response) and request.names("0" * 24), not_found)
    ),
    "any key is accepted": Mutant("known_campaign", between(with_valid_key)),
    "a revoked key is accepted": Mutant("rejection", between(lambda request: with_valid_key(request, REVOKED))),
    "permissions do not matter": Mutant("rejection", between(lambda request: with_valid_key(request, FORBIDDEN))),
    "X-API-Key is ignored": Mutant("another_form", between(without(b"x-api-key"))),
    "Prefer is ignored": Mutant("prefer", between(without(b"prefer"))),
    "HEAD has a body": Mutant("head_is_get", between(as_method("HEAD", "GET"))),
    "HEAD is rejected": Mutant("head_is_get", between(as_method("HEAD", "POST"))),
    "POST is accepted": Mutant("405", between(as_method("POST", "GET"))),
    "a 405 has no Allow": Mutant("known_campaign", on(405, header(b"allow", None))),
    "OPTIONS has no Allow": Mutant("options", on(204, header(b"allow", None))),
    "OPTIONS is rejected": Mutant("options", between(as_method("OPTIONS", "POST"))),
    "an almost correct path is served": Mutant("does_not_have_is_404", between(with_corrected_path)),
    "an almost correct path gets no hint": Mutant(
        "does_not_have_is_404", on(404, body(lambda d: d.update(error="No.")))
    ),
    "a broken request gets a text": Mutant(
        "broken_request",
        lambda: setattr(protocol.MockProtocol, "_refusal", lambda *_: Reply(400, (), b"Bad Request", "")),
    ),
}
