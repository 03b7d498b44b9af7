"""Make a campaign file of a response of the API."""

import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from migma_contract.errors import FixtureError, Problem
from migma_contract.openapi import Contract
from migma_contract.recording.campaign_files import MAX_FILE_BYTES
from migma_contract.strict_json import describe_json, parse
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.campaigns.pasted_response import STATUS_OF_CODE, answer_of, is_data, is_response

_HEAD = re.compile(rb"\s*([<>*] )?(HTTP/\d|[A-Za-z][A-Za-z0-9-]*:[ \t])")
"""The beginning of a response with its head, as ``curl -i`` and ``curl -v`` print it; no JSON does."""


class Imported(NamedTuple):
    """A campaign made of a response.

    Attributes:
        text: The content of its file.
        remarks: Sentences for the user about what may surprise.
    """

    text: str
    remarks: list[str]


def import_response(
    data: bytes, source: str, campaign_id: str, contract: Contract, status: int | None = None
) -> Imported:
    """Return the campaign that answers with a response.

    Args:
        data: The body of the response, JSON in UTF-8; or its ``data`` alone, as the vendor's SDK returns it.
        source: Where it comes from, for messages.
        campaign_id: The id of the campaign.
        contract: The contract that it must satisfy.
        status: Its status; None if its content shows it.

    Raises:
        FixtureError: It is no response of the API, or it violates the contract; with every problem.
    """
    response, place = _response(data, source, contract)
    answer = answer_of(response, status)
    if answer is None:
        known = ", ".join(STATUS_OF_CODE)
        got = describe_json(response.get("code"))
        raise FixtureError(
            [Problem(source, "/code", f"one of {known}, which show the status", got)], "Say its status: --status N."
        )
    document = {"id": campaign_id, "description": "Imported from a response of the API.", **answer}
    if "reply" in answer and contract.operation.response(answer["reply"]["status"]) is None:
        document["undocumented"] = True
    now, remarks = datetime.now(UTC), []
    result = build_campaign(document, source, contract, now)
    if isinstance(result, list):
        # The vendor's numbers may contradict each other; the file says then that this is on purpose.
        served = build_campaign(document | {"incoherent": True}, source, contract, now)
        if isinstance(served, list):
            raise FixtureError(_in_response(problem, place) for problem in result)
        document["incoherent"] = True
        remarks = [f'the file says "incoherent": true, since {_in_response(problem, place)}' for problem in result]
    else:
        served = result
    remarks += [str(_in_response(warning, place)) for warning in served.warnings]
    return Imported(json.dumps(document, indent=2, ensure_ascii=False) + "\n", remarks)


def _response(data: bytes, source: str, contract: Contract) -> tuple[dict[str, Any], str]:
    """Return a response, and where its ``data`` is in what was given: a JSON pointer."""
    if len(data) > MAX_FILE_BYTES:
        raise FixtureError([Problem(source, "", f"at most {MAX_FILE_BYTES} bytes", "more")])
    if _HEAD.match(data):
        expected = "only the body of a response, without the status line and headers"
        raise FixtureError([Problem(source, "", expected, "a status line or a header")], "curl prints it without -i.")
    parsed = parse(data, quotes=True)
    if parsed.defects:
        raise FixtureError(parsed.problems(source))
    if is_data(parsed.value, contract):
        return {"success": True, "data": parsed.value}, ""
    if not is_response(parsed.value):
        expected = 'the body of a response, {"success": true, "data": {…}} or {"success": false, "error": "…"}'
        raise FixtureError([Problem(source, "", expected, describe_json(parsed.value))])
    response: dict[str, Any] = parsed.value
    return response, "/data"


def _in_response(problem: Problem, data: str) -> Problem:
    """Return a problem of the campaign with its place in the response, of which ``data`` is at a place."""
    for begin, place in (("/stats", data), ("/reply/body", "")):
        if problem.pointer.startswith(begin):
            return problem._replace(pointer=place + problem.pointer.removeprefix(begin))
    return problem
