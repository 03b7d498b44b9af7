"""Campaign: what the mock knows under one id, and the file format that says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from mock_server.contract import Contract
from mock_server.contract.strict_json import describe, parse, pointer
from mock_server.errors import Problem
from mock_server.reply import OffContractError, Reply, ReplyMaker
from mock_server.stats import breaches

MAX_FILE_BYTES = 256 * 1024

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")
_OWN_HEADERS = frozenset({"content-length", "content-type", "transfer-encoding", "connection", "date"})

_WITHOUT_BODY = frozenset({204, 205, 304})
_SHOULD = re.compile(r"^\w+ should (be |have )?")

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$")

CampaignId = Annotated[str, StringConstraints(pattern=_ID.pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class ReplyFile(_Strict):
    """A reply as a fixture file writes it: ``{"status": 429, "headers": {"Retry-After": "30"}, "body": {…}}``."""

    status: int = Field(ge=200, le=599, description="HTTP status.")
    headers: dict[str, str] = Field(default={}, description="Response headers beside Content-Type and Content-Length.")
    body: dict[str, Any] = Field(description="The envelope, as sent.")


class CampaignFile(_Strict):
    """One fixture file: a campaign with stats, or with another reply."""

    schema_: str | None = Field(default=None, alias="$schema", description="For editors; not used.")
    id: CampaignId = Field(description="The id in the URL; the vendor's are 24 hexadecimal characters.")
    title: str = Field(min_length=1, max_length=120, description="A name for lists.")
    description: str = Field(min_length=1, max_length=2000, description="What this campaign teaches.")
    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other answer, instead of stats.")
    undocumented: bool = Field(default=False, description="The reply's status is not in the contract, on purpose.")
    incoherent: bool = Field(default=False, description="The numbers contradict each other, on purpose.")

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if (self.stats is None) == (self.reply is None):
            message = "either 'stats' or 'reply'"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the mock knows under one id.

    Attributes:
        id, title, description: As the file has them.
        reply: What a request for it gets.
        stats: Its stats, if that is what it gets; else None.
        source: The file it came from, as shown to people.
    """

    id: str
    title: str
    description: str
    reply: Reply
    stats: dict[str, Any] | None
    source: str


def is_campaign_id(text: str) -> bool:
    """Whether a campaign can have this id: one path segment that no client rewrites, of at most 128 characters."""
    return _ID.fullmatch(text) is not None


def parse_campaign(data: bytes, source: str, contract: Contract) -> Campaign | list[Problem]:
    """A campaign from the bytes of its file, or everything that is wrong with them."""
    if len(data) > MAX_FILE_BYTES:
        return [Problem(source, "", f"at most {MAX_FILE_BYTES} bytes", f"{len(data)}")]
    parsed = parse(data)
    if parsed.defects:
        return [Problem(source, d.pointer, d.expected, d.got) for d in parsed.defects]
    return make_campaign(parsed.value, source, contract)


def make_campaign(document: Any, source: str, contract: Contract) -> Campaign | list[Problem]:
    """A campaign from a parsed file, or everything that is wrong with it."""
    try:
        file = CampaignFile.model_validate(document)
    except ValidationError as error:
        return list(model_problems(error, source))
    problems = [*_meaning_problems(file, source), *_reply_problems(file, source, contract)]
    reply = _reply(file, source, contract)
    if isinstance(reply, list):
        problems += reply
    if problems or isinstance(reply, list):
        return problems
    return Campaign(file.id, file.title, file.description, reply, file.stats, source)


def model_problems(error: ValidationError, source: str) -> Iterator[Problem]:
    """What pydantic found wrong with a file, in our words."""
    for item in error.errors(include_url=False):
        where, got = pointer(*item["loc"]), describe(item["input"])
        match item["type"]:
            case "missing":
                yield Problem(source, pointer(*item["loc"][:-1]), f"member {item['loc'][-1]!r}", "no such member")
            case "extra_forbidden":
                yield Problem(source, where, "only members that the format has", f"{item['loc'][-1]!r}")
            case "value_error":
                yield Problem(source, where, item["msg"].removeprefix("Value error, "), "both, or neither")
            case "model_type":
                yield Problem(source, where, "an object", got)
            case "string_pattern_mismatch":
                yield Problem(source, where, f"a string of the form {item['ctx']['pattern']}", got)
            case _:
                yield Problem(source, where, _SHOULD.sub("", item["msg"]), got)


def _meaning_problems(file: CampaignFile, source: str) -> Iterator[Problem]:
    body = file.stats if file.reply is None else file.reply.body.get("data")
    is_success = file.reply is None or file.reply.status < 300
    if file.incoherent or not is_success or not isinstance(body, dict):
        return
    at = "/stats" if file.reply is None else "/reply/body/data"
    for relation, breach in breaches(body, datetime.now(UTC)):
        yield Problem(source, f"{at}/{breach.field}", f"{breach.expected} ({relation.id})", breach.got)


def _reply_problems(file: CampaignFile, source: str, contract: Contract) -> Iterator[Problem]:
    reply = file.reply
    if reply is None:
        return
    for name, value in reply.headers.items():
        at = f"/reply/headers{pointer(name)}"
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
            yield Problem(source, at, f"a header other than {', '.join(sorted(_OWN_HEADERS))}", describe(name))
        elif not _HEADER_VALUE.fullmatch(value):
            yield Problem(source, at, "printable Latin-1 text", describe(value))
    if reply.status in _WITHOUT_BODY:
        yield Problem(source, "/reply/status", "a status whose responses have a body", str(reply.status))
    says, is_error = reply.body.get("success"), reply.status >= 400
    if not file.incoherent and isinstance(says, bool) and says is is_error:
        yield Problem(
            source, "/reply/body/success", f"{not is_error} with a status {reply.status}".lower(), describe(says)
        )
    if contract.operation.response(reply.status) is None and not file.undocumented:
        known = ", ".join(contract.operation.responses)
        yield Problem(source, "/undocumented", f"true, since the contract has only {known}", "false")


def _reply(file: CampaignFile, source: str, contract: Contract) -> Reply | list[Problem]:
    maker, decided_by = ReplyMaker(contract), f"campaign {file.id}"
    try:
        if file.reply is None:
            return maker.success(file.stats or {}, decided_by)
        headers = [
            (n.lower().encode("latin-1", "replace"), v.encode("latin-1", "replace"))
            for n, v in file.reply.headers.items()
        ]
        return maker.json(file.reply.status, file.reply.body, decided_by, headers)
    except OffContractError as error:
        strip, at = ("/data", "/stats") if file.reply is None else ("", "/reply/body")
        return [
            Problem(source, at + v.where.removeprefix(strip), f"{v.expected} ({contract.source}#{v.rule})", v.got)
            for v in error.violations
        ]
