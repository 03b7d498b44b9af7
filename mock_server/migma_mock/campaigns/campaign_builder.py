"""Build campaigns from fixture files: check each reply against the contract and report every problem."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import Problem
from migma_contract.json_pointer import tokens
from migma_contract.openapi import Contract
from migma_contract.rate_unit import RateUnit
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.safe_text import one_line
from migma_contract.stats import unit_of_rates, with_rates_in
from migma_contract.strict_json import describe_json, parse
from migma_mock.campaigns.adapted_campaign import adapted_campaign
from migma_mock.campaigns.campaign import Campaign, Script, ScriptStep
from migma_mock.campaigns.campaign_file import MAX_TITLE, REPLY_FIELDS, CampaignFile, ReplyFile, ScriptFile, StepFile
from migma_mock.campaigns.growth import GrowthFile, resolve, stats_at
from migma_mock.campaigns.pasted_response import recognize
from migma_mock.campaigns.relation_problems import relation_problems
from migma_mock.campaigns.reported_once import once
from migma_mock.campaigns.unknown_stats import misspelt, unknown_stats
from migma_mock.input_models import model_problems
from migma_mock.messages.body_forms import forms_of
from migma_mock.messages.reply import ContractViolationError, Reply, ReplyMaker
from migma_mock.messages.reply_headers import header_problems

_FIELDS_OF_REPLY = frozenset({*REPLY_FIELDS, "before", "rates", "undocumented", "incoherent"})

_ANY_TIME, _LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
_GROWN = timedelta(days=60)


def parse_campaign(
    data: bytes,
    source: str,
    contract: Contract,
    now: datetime | None = None,
    campaign_id: str = "",
    *,
    adapts: bool = False,
) -> Campaign | list[Problem]:
    """Return a campaign from the bytes of its file, or every problem with them.

    Args:
        data: The JSON document.
        source: The name of the file, for messages.
        contract: The contract that its replies must satisfy.
        now: The latest time that lastUpdated may be; None if that is not checked.
        campaign_id: The id if the file is a response of the API, which has none.
        adapts: Bring a built-in file into the form of the contract first.
    """
    if len(data) > MAX_FILE_BYTES:
        return [Problem(source, "", f"at most {MAX_FILE_BYTES} bytes", f"{len(data)}")]
    parsed = parse(data, quotes=True)
    if parsed.defects:
        return parsed.problems(source)
    document = adapted_campaign(parsed.value, contract) if adapts else parsed.value
    return build_campaign(document, source, contract, now, campaign_id)


def build_campaign(
    document: Any, source: str, contract: Contract, now: datetime | None = None, campaign_id: str = ""
) -> Campaign | list[Problem]:
    """Return a campaign from a parsed file, or every problem with it; see :func:`parse_campaign`."""
    found = recognize(document, source, campaign_id, contract)
    if found.problems:
        return found.problems
    result = _build(found.document, source, contract, now)
    if isinstance(result, list):
        return once(map(found.in_content, result))
    return replace(result, warnings=tuple(map(found.in_content, result.warnings))) if result.warnings else result


def _build(document: Any, source: str, contract: Contract, now: datetime | None) -> Campaign | list[Problem]:
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
        return CampaignFile.model_validate({"id": "id", **reply})
    return None


class _CampaignBuilder:
    """Builds the replies of a campaign and collects every problem with them."""

    def __init__(self, file: CampaignFile, source: str, contract: Contract, now: datetime | None) -> None:
        self.problems: list[Problem] = []
        self._warnings: list[Problem] = []
        self._file, self._source, self._contract, self._now = file, source, contract, now
        self._make = ReplyMaker(contract)
        self._matched_by = f"campaign {one_line(file.id)}"  # on one line, since the log shows it

    def campaign(self, document: Mapping[str, Any]) -> Campaign:
        file = self._file
        parameter = self._contract.operation.id_parameter
        if not parameter.allows(file.id):
            expected = f"an id that the contract allows, {parameter.expectation(file.id)}"
            self._problem("/id", f"{expected} ({self._contract.source}#{parameter.pointer})", describe_json(file.id))
        if file.growth:
            self._check_growth(file.growth)
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
            id=file.id,
            title=file.title or file.id[:MAX_TITLE],
            description=file.description,
            source=self._source,
            reply=reply,
            stats=stats,
            growth=file.growth,
            script=script,
            document=document,
            warnings=tuple(self._warnings),
        )

    def _check_growth(self, file: GrowthFile) -> None:
        """Check the first and the final stats of a growing campaign; those between are between them."""
        fit = forms_of(self._contract).stats.fitting(self._file.id)
        growth = resolve(file, _ANY_TIME, self._contract.rates, fit)
        times = (growth.sent_at, min(growth.sent_at, _LATEST) + _GROWN)
        violations = {
            violation: None
            for time in times
            for violation in self._contract.operation.success.violations(
                forms_of(self._contract).success(stats_at(growth, time) or {})
            )
        }
        for v in violations:
            expected = f"growth whose stats the contract allows: {v.expected} at {v.pointer}"
            self._problem("/growth", f"{expected} ({self._contract.source}#{v.schema_pointer})", v.got)

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
        self._look_for_unknown(stats, at)
        try:
            return self._make.success(self._served(stats), self._matched_by)
        except ContractViolationError as error:
            return self._refused(error, "/data", at, stats)

    def _reply(self, file: ReplyFile, at: str) -> Reply:
        self.problems.extend(header_problems(file.headers, self._source, f"{at}/headers"))
        if file.body is not None:
            self._check_body(file.status, file.body, f"{at}/body")
        if self._contract.operation.response(file.status) is None and not self._file.undocumented:
            known = ", ".join(self._contract.operation.responses)
            self._problem("/undocumented", f"true, since the contract documents only {known}", "false")
        headers = [
            (n.lower().encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in file.headers.items()
        ]
        if file.body is None:
            return self._make.bodiless(file.status, self._matched_by, headers)
        try:
            return self._make.json(file.status, file.body, self._matched_by, headers)
        except ContractViolationError as error:
            return self._refused(error, "", f"{at}/body", file.body.get("data"))

    def _check_body(self, status: int, body: Mapping[str, Any], at: str) -> None:
        success, is_error, data = body.get("success"), status >= 400, body.get("data")
        # A redirect is neither a success nor an error of the API.
        is_contradiction = isinstance(success, bool) and success is is_error and not 300 <= status < 400
        if is_contradiction and not self._file.incoherent:
            self._problem(f"{at}/success", f"{not is_error} with status {status}".lower(), describe_json(success))
        if status < 300 and isinstance(data, dict):
            self._check_relations(data, f"{at}/data", self._contract.rates)
            self._look_for_unknown(data, f"{at}/data")

    def _look_for_unknown(self, stats: Mapping[str, Any], at: str) -> None:
        if not self._file.undocumented:
            self._warnings.extend(unknown_stats(stats, self._contract, self._source, at))

    def _served(self, stats: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return stats with their rates in the unit that the mock serves, and all fields that the contract requires."""
        served = with_rates_in(stats, self._unit_of(stats) or self._contract.rates, self._contract.rates)
        return forms_of(self._contract).stats.fill(served, self._file.id)

    def _unit_of(self, stats: Mapping[str, Any]) -> RateUnit | None:
        """Return the unit that the file states or the rates show; None if they are right in neither."""
        if self._file.rates is not None:
            return self._file.rates
        # Numbers that contradict each other on purpose are served as they are written.
        return self._contract.rates if self._file.incoherent else unit_of_rates(stats, self._contract.rates)

    def _check_relations(self, stats: Mapping[str, Any], at: str, unit: RateUnit | None) -> None:
        if not self._file.incoherent:
            problems = relation_problems(stats, unit, self._contract.rates, self._now)
            self.problems.extend(p._replace(file=self._source, pointer=f"{at}{p.pointer}") for p in problems)

    def _refused(self, error: ContractViolationError, strip: str, at: str, stats: Any = None) -> Reply:
        for v in error.violations:
            where, expected = (
                at + v.pointer.removeprefix(strip),
                f"{v.expected} ({self._contract.source}#{v.schema_pointer})",
            )
            hint = misspelt(v.missing, stats, self._contract) if v.missing else ""
            message = f"expected {expected}, got {v.got}{hint}" if hint else ""
            self.problems.append(Problem(self._source, where, expected, v.got, message))
        # A placeholder: a campaign with a problem is not used.
        return self._make.error(500, "INTERNAL_ERROR", "invalid fixture", self._matched_by)

    def _problem(self, at: str, expected: str, got: str) -> None:
        self.problems.append(Problem(self._source, at, expected, got))
