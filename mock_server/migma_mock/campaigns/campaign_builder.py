"""Build campaigns from parsed files: check each reply against the contract and report every problem."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from migma_contract.errors import Problem
from migma_contract.exchange import STATUSES_WITHOUT_BODY
from migma_contract.json_pointer import pointer, tokens
from migma_contract.openapi import Contract
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, number, relation_violations
from migma_contract.strict_json import describe_json, parse
from migma_mock.campaigns.campaign import Campaign, ScriptStep
from migma_mock.campaigns.campaign_file import ANSWERS, CampaignFile, ReplyFile, ScriptFile, StepFile
from migma_mock.campaigns.script import Step
from migma_mock.faults.catalogue import fault_problems
from migma_mock.messages.reply import ContractViolationError, Reply, ReplyMaker

MAX_FILE_BYTES = 256 * 1024


_ANSWERING = frozenset({*ANSWERS, "before", "undocumented", "incoherent"})


_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")


_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")


_OWN_HEADERS = frozenset({"content-length", "content-type", "transfer-encoding", "connection", "date"})


def parse_campaign(
    data: bytes, source: str, contract: Contract, now: datetime | None = None
) -> Campaign | list[Problem]:
    """A campaign from the bytes of its file, or everything that is wrong with them.

    Args:
        data: JSON.
        source: The file's name, for messages.
        contract: That its replies are held to.
        now: What lastUpdated must not be later than; None where that is not asked.
    """
    if len(data) > MAX_FILE_BYTES:
        return [Problem(source, "", f"at most {MAX_FILE_BYTES} bytes", f"{len(data)}")]
    parsed = parse(data)
    if parsed.defects:
        return parsed.problems(source)
    return make_campaign(parsed.value, source, contract, now)


def make_campaign(
    document: Any, source: str, contract: Contract, now: datetime | None = None
) -> Campaign | list[Problem]:
    """A campaign from a parsed file, or everything that is wrong with it; see :func:`parse_campaign`."""
    try:
        file = CampaignFile.model_validate(document)
    except ValidationError as error:
        problems = list(fault_problems(error, source, document, CampaignFile))
        return [*problems, *_problems_of_the_answer(document, problems, source, contract, now)]
    maker = _Maker(file, source, contract, now)
    campaign = maker.campaign(document)
    return maker.problems or campaign


def _problems_of_the_answer(
    document: Any, known: list[Problem], source: str, contract: Contract, now: datetime | None
) -> list[Problem]:
    """What is wrong with the answer of a file that is wrong elsewhere; nothing where the answer cannot be read."""
    places = {place for problem in known for place in tokens(problem.pointer)[:1]}
    if not isinstance(document, dict) or not places.isdisjoint(_ANSWERING):
        return []
    answer = {name: value for name, value in document.items() if name in _ANSWERING}
    try:
        file = CampaignFile.model_validate({"id": "id", "title": "title", "description": "description", **answer})
    except ValidationError:
        return []
    maker = _Maker(file, source, contract, now)
    maker.campaign(document)
    return maker.problems


class _Maker:
    """Makes replies of what a file says, and gathers what is wrong with them."""

    def __init__(self, file: CampaignFile, source: str, contract: Contract, now: datetime | None) -> None:
        self.problems: list[Problem] = []
        self._file, self._source, self._contract, self._now = file, source, contract, now
        self._make = ReplyMaker(contract)
        self._decided_by = f"campaign {file.id}"

    def campaign(self, document: Mapping[str, Any]) -> Campaign:
        file = self._file
        script: tuple[Step[ScriptStep], ...] = ()
        if file.stats is not None:
            reply = self._success(file.stats, "/stats")
        elif file.reply is not None:
            reply = self._reply(file.reply, "/reply")
        elif file.before is not None:
            reply = self._reply(file.before, "/before")
        elif file.script is not None:
            script = self._script(file.script)
            reply = script[0].item.reply
        else:
            reply = self._make.error(404, "NOT_FOUND", "The campaign was not sent yet.", self._decided_by)
        then = file.script.then if file.script else "last"
        return Campaign(
            file.id, file.title, file.description, self._source, reply, file.stats, file.growth, script, then, document
        )

    def _script(self, file: ScriptFile) -> tuple[Step[ScriptStep], ...]:
        replies = {index: self._own_reply(step, index) for index, step in enumerate(file.replies) if step.has_answer}
        steps = []
        for index, step in enumerate(file.replies):
            if step.fault is not None:
                for member, expected, got in step.fault.contract_mismatches(self._contract):
                    self._problem(f"/script/replies/{index}/fault/{member}", expected, got)
            # A step that is a fault alone applies_to the answer of the first step with stats.
            answer = index if index in replies else file.first_with_stats
            steps.append(Step(ScriptStep(replies[answer], step.fault), step.times))
        return tuple(steps)

    def _own_reply(self, step: StepFile, index: int) -> Reply:
        at = f"/script/replies/{index}"
        if step.reply is not None:
            return self._reply(step.reply, f"{at}/reply")
        return self._success(step.stats or {}, f"{at}/stats")

    def _success(self, stats: Mapping[str, Any], at: str) -> Reply:
        self._check_meaning(stats, at)
        try:
            return self._make.success(stats, self._decided_by)
        except ContractViolationError as error:
            return self._refused(error, "/data", at)

    def _reply(self, file: ReplyFile, at: str) -> Reply:
        self._check_headers(file.headers, at)
        if file.status in STATUSES_WITHOUT_BODY:
            self._problem(f"{at}/status", "a status whose responses have a body", str(file.status))
        says, is_error, data = file.body.get("success"), file.status >= 400, file.body.get("data")
        if not self._file.incoherent and isinstance(says, bool) and says is is_error:
            expected = f"{not is_error} with a status {file.status}".lower()
            self._problem(f"{at}/body/success", expected, describe_json(says))
        if not is_error and isinstance(data, dict):
            self._check_meaning(data, f"{at}/body/data")
        if self._contract.operation.response(file.status) is None and not self._file.undocumented:
            known = ", ".join(self._contract.operation.responses)
            self._problem("/undocumented", f"true, since the contract has only {known}", "false")
        headers = [
            (n.lower().encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in file.headers.items()
        ]
        try:
            return self._make.json(file.status, file.body, self._decided_by, headers)
        except ContractViolationError as error:
            return self._refused(error, "", f"{at}/body")

    def _check_headers(self, headers: Mapping[str, str], at: str) -> None:
        for name, value in headers.items():
            where = f"{at}/headers{pointer(name)}"
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
                self._problem(where, f"a header other than {', '.join(sorted(_OWN_HEADERS))}", describe_json(name))
            elif not _HEADER_VALUE.fullmatch(value):
                self._problem(where, "printable Latin-1 text", describe_json(value))

    def _check_meaning(self, stats: Mapping[str, Any], at: str) -> None:
        if self._file.incoherent:
            return
        for relation, violation in relation_violations(stats, self._now):
            # The likeliest mistake of all is a percentage.
            is_percentage = violation.field in RATES and (number(stats, violation.field) or 0) > 1
            scale = "a fraction from 0 to 1, here " if is_percentage else ""
            self._problem(f"{at}/{violation.field}", f"{scale}{violation.expected} ({relation.id})", violation.got)
        for name in COUNTS:
            value = stats.get(name)
            # Not number(): an integer that no double can hold is too large as well.
            if isinstance(value, int | float) and value > MAX_COUNT:
                self._problem(
                    f"{at}/{name}", f"at most {MAX_COUNT}, which every JSON reader keeps", describe_json(stats[name])
                )

    def _refused(self, error: ContractViolationError, strip: str, at: str) -> Reply:
        for v in error.violations:
            where = at + v.where.removeprefix(strip)
            self._problem(where, f"{v.expected} ({self._contract.source}#{v.rule})", v.got)
        # Stands in for the reply that cannot be: with a problem, the campaign is not used.
        return self._make.error(500, "INTERNAL_ERROR", "broken fixture", self._decided_by)

    def _problem(self, at: str, expected: str, got: str) -> None:
        self.problems.append(Problem(self._source, at, expected, got))
