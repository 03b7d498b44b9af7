"""Build campaigns from fixture files: check each reply against the contract and report every problem."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer, tokens
from migma_contract.openapi import Contract
from migma_contract.rate_unit import NOUN, RATE_UNITS, WHOLE, RateUnit
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, rate, relation_violations, unit_of_rates, with_rates_in
from migma_contract.stats.relation_checks import RelationViolation
from migma_contract.strict_json import describe_json, parse
from migma_mock.campaigns.campaign import Campaign, Script, ScriptStep
from migma_mock.campaigns.campaign_file import REPLY_FIELDS, CampaignFile, ReplyFile, ScriptFile, StepFile
from migma_mock.input_models import model_problems
from migma_mock.messages.reply import ContractViolationError, Reply, ReplyMaker

MAX_FILE_BYTES = 256 * 1024

_FIELDS_OF_REPLY = frozenset({*REPLY_FIELDS, "before", "rates", "undocumented", "incoherent"})

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")

_MAX_HEADERS = 8 * 1024

_SERVER_HEADERS = frozenset({"content-length", "content-type", "transfer-encoding", "connection", "date"})


def parse_campaign(
    data: bytes, source: str, contract: Contract, now: datetime | None = None
) -> Campaign | list[Problem]:
    """Return a campaign from the bytes of its file, or every problem with them.

    Args:
        data: The JSON document.
        source: The name of the file, for messages.
        contract: The contract that its replies must satisfy.
        now: The latest time that lastUpdated may be; None if that is not checked.
    """
    if len(data) > MAX_FILE_BYTES:
        return [Problem(source, "", f"at most {MAX_FILE_BYTES} bytes", f"{len(data)}")]
    parsed = parse(data)
    if parsed.defects:
        return parsed.problems(source)
    return build_campaign(parsed.value, source, contract, now)


def build_campaign(
    document: Any, source: str, contract: Contract, now: datetime | None = None
) -> Campaign | list[Problem]:
    """Return a campaign from a parsed file, or every problem with it; see :func:`parse_campaign`."""
    problems: list[Problem] = []
    try:
        file = CampaignFile.model_validate(document)
    except ValidationError as error:
        problems = list(model_problems(error, source, CampaignFile))
        reply_only = _reply_only(document, problems)
        if reply_only is None:
            return problems
        file = reply_only
    builder = _CampaignBuilder(file, source, contract, now)
    campaign = builder.campaign(document)
    return [*problems, *builder.problems] or campaign


def _reply_only(document: Any, problems: list[Problem]) -> CampaignFile | None:
    """Return the reply of a file with problems elsewhere, so that its problems are found too; None if it is invalid."""
    invalid = {name for problem in problems for name in tokens(problem.pointer)[:1]}
    if not isinstance(document, dict) or not invalid.isdisjoint(_FIELDS_OF_REPLY):
        return None
    reply = {name: value for name, value in document.items() if name in _FIELDS_OF_REPLY}
    with suppress(ValidationError):
        return CampaignFile.model_validate({"id": "id", "title": "title", "description": "description", **reply})
    return None


class _CampaignBuilder:
    """Builds the replies of a campaign and collects every problem with them."""

    def __init__(self, file: CampaignFile, source: str, contract: Contract, now: datetime | None) -> None:
        self.problems: list[Problem] = []
        self._file, self._source, self._contract, self._now = file, source, contract, now
        self._make = ReplyMaker(contract)
        self._matched_by = f"campaign {file.id}"

    def campaign(self, document: Mapping[str, Any]) -> Campaign:
        file = self._file
        script = self._script(file.script) if file.script else None
        if script:
            reply = script.steps[0].reply
        elif file.before:
            reply = self._reply(file.before, "/before")
        else:
            not_sent = self._make.error(404, "NOT_FOUND", "The campaign was not sent yet.", self._matched_by)
            reply = self._stats_or_reply(file, "") or not_sent
        stats = None if file.stats is None else self._served(file.stats)
        return Campaign(
            file.id, file.title, file.description, self._source, reply, stats, file.growth, script, document
        )

    def _script(self, file: ScriptFile) -> Script:
        steps = [(index, f"/script/replies/{index}", step) for index, step in enumerate(file.replies)]
        replies = {index: reply for index, at, step in steps if (reply := self._stats_or_reply(step, at))}
        # The fault of a step without a reply applies to the reply of the first step with stats.
        with_stats = next((index for index, _, step in steps if step.stats is not None), 0)
        for _, at, step in steps:
            for problem in step.fault.contract_problems(self._contract) if step.fault else ():
                self._problem(f"{at}/fault{problem.pointer}", problem.expected, problem.got)
        return Script(
            tuple(ScriptStep(replies.get(i) or replies[with_stats], step.fault, step.times) for i, _, step in steps),
            file.then,
        )

    def _stats_or_reply(self, file: CampaignFile | StepFile, at: str) -> Reply | None:
        if file.stats is not None:
            return self._success(file.stats, f"{at}/stats")
        return self._reply(file.reply, f"{at}/reply") if file.reply else None

    def _success(self, stats: Mapping[str, Any], at: str) -> Reply:
        self._check_relations(stats, at, self._unit_of(stats))
        try:
            return self._make.success(self._served(stats), self._matched_by)
        except ContractViolationError as error:
            return self._refused(error, "/data", at)

    def _reply(self, file: ReplyFile, at: str) -> Reply:
        self._check_headers(file.headers, at)
        success, is_error, data = file.body.get("success"), file.status >= 400, file.body.get("data")
        if not self._file.incoherent and isinstance(success, bool) and success is is_error:
            expected = f"{not is_error} with status {file.status}".lower()
            self._problem(f"{at}/body/success", expected, describe_json(success))
        if not is_error and isinstance(data, dict):
            self._check_relations(data, f"{at}/body/data", self._contract.rates)
        if self._contract.operation.response(file.status) is None and not self._file.undocumented:
            known = ", ".join(self._contract.operation.responses)
            self._problem("/undocumented", f"true, since the contract documents only {known}", "false")
        headers = [
            (n.lower().encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in file.headers.items()
        ]
        try:
            return self._make.json(file.status, file.body, self._matched_by, headers)
        except ContractViolationError as error:
            return self._refused(error, "", f"{at}/body")

    def _check_headers(self, headers: Mapping[str, str], at: str) -> None:
        length = sum(len(name) + len(value) for name, value in headers.items())
        if length > _MAX_HEADERS:
            expected = f"headers of at most {_MAX_HEADERS} characters, since many clients refuse more"
            self._problem(f"{at}/headers", expected, f"{length}")
        for name, value in headers.items():
            where = f"{at}/headers{pointer(name)}"
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _SERVER_HEADERS:
                self._problem(where, f"a header other than {', '.join(sorted(_SERVER_HEADERS))}", describe_json(name))
            elif not _HEADER_VALUE.fullmatch(value):
                self._problem(where, "printable Latin-1 text", describe_json(value))

    def _served(self, stats: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return stats with their rates in the unit that the mock serves."""
        return with_rates_in(stats, self._unit_of(stats) or self._contract.rates, self._contract.rates)

    def _unit_of(self, stats: Mapping[str, Any]) -> RateUnit | None:
        """Return the unit that the file states or the rates show; None if they are right in neither."""
        if self._file.rates is not None:
            return self._file.rates
        # Numbers that contradict each other on purpose are served as they are written.
        return self._contract.rates if self._file.incoherent else unit_of_rates(stats, self._contract.rates)

    def _check_relations(self, stats: Mapping[str, Any], at: str, unit: RateUnit | None) -> None:
        if self._file.incoherent:
            return
        for relation, violation in relation_violations(stats, self._now, unit or self._contract.rates):
            is_rate = violation.field in RATES and relation.source == "documented"
            expected = _expected_rate(stats, violation, unit) if is_rate else violation.expected
            self._problem(f"{at}/{violation.field}", f"{expected} ({relation.id})", violation.got)
        for name in COUNTS:
            value = stats.get(name)
            # Not number(), which returns None for an integer too large for a double.
            if isinstance(value, int | float) and value > MAX_COUNT:
                expected = f"at most {MAX_COUNT}, the largest integer that every JSON parser reads exactly"
                self._problem(f"{at}/{name}", expected, describe_json(value))

    def _refused(self, error: ContractViolationError, strip: str, at: str) -> Reply:
        for v in error.violations:
            where = at + v.pointer.removeprefix(strip)
            self._problem(where, f"{v.expected} ({self._contract.source}#{v.schema_pointer})", v.got)
        # A placeholder: a campaign with a problem is not used.
        return self._make.error(500, "INTERNAL_ERROR", "invalid fixture", self._matched_by)

    def _problem(self, at: str, expected: str, got: str) -> None:
        self.problems.append(Problem(self._source, at, expected, got))


def _expected_rate(stats: Mapping[str, Any], violation: RelationViolation, unit: RateUnit | None) -> str:
    """Return the right value of a rate as text: in the unit of the file, or in both if no unit is recognized."""
    name = violation.field
    if unit is not None:
        is_too_large = stats[name] > WHOLE[unit]
        scale = f"a {NOUN[unit]} from 0 to {WHOLE[unit]}, here " if is_too_large else ""
        return f"{scale}{violation.expected}"
    unique, delivered = stats[RATES[name]], stats["totalDelivered"]
    readings = " or ".join(f"the {NOUN[each]} {rate(unique, delivered, each):.6g}" for each in RATE_UNITS)
    return f"{readings}, both rates in one unit ({RATES[name]} {unique} / totalDelivered {delivered})"
