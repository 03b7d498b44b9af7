"""Recognize a response of the API that was pasted in place of a campaign, of its reply, or of a step's reply."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.recording.answer import campaign_answer

STATUS_OF_CODE = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "RATE_LIMITED": 429,
    "INTERNAL_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}
"""The status of an error by its code, which a pasted response has, unlike its status."""


@dataclass(slots=True)
class Recognized:
    """The content of a campaign file, with what was pasted in the form of the file.

    Attributes:
        document: A campaign; the given content if nothing was pasted.
        source: The name of the file.
        places: Where each part of it is in the given content: JSON pointers by JSON pointer.
        problems: Why a pasted response cannot be taken.
    """

    document: Any
    source: str
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def in_content(self, problem: Problem) -> Problem:
        """Return a problem of the document with its place in the given content."""
        for place, given in self.places.items():
            if problem.pointer == place or problem.pointer.startswith(f"{place}/"):
                return problem._replace(pointer=given + problem.pointer.removeprefix(place))
        return problem

    def take(self, response: dict[str, Any], holder: dict[str, Any], at: str, given: str) -> None:
        """Add a response to the object that it was pasted into.

        Args:
            response: The response.
            holder: The campaign, or the step of a script.
            at: JSON pointer to the holder.
            given: JSON pointer to the response in the given content.
        """
        answer = answer_of(response)
        if answer is None:
            known = ", ".join(f"{code} ({status})" for code, status in STATUS_OF_CODE.items())
            expected = f'one of {known}, or the status: "reply": {{"status": 404, "body": {{…}}}}'
            self.problems.append(Problem(self.source, f"{given}/code", expected, repr(response.get("code", "none"))))
            return
        holder |= answer
        is_stats = "stats" in answer
        places = {f"{at}/stats": f"{given}/data"} if is_stats else {f"{at}/reply/body": given, f"{at}/reply": given}
        self.places = places | self.places


def recognize(content: Any, source: str, campaign_id: str, contract: Contract) -> Recognized:
    """Return the campaign in a parsed file.

    Args:
        content: A campaign; or a response, ``{"success": true, "data": …}``, alone or in place of a ``reply``.
        source: The name of the file, for messages.
        campaign_id: The id of a campaign that is only a response.
        contract: Tells which statuses are documented.
    """
    if is_response(content):
        found = Recognized({"id": campaign_id}, source, {"/id": ""})
        found.take(content, found.document, "", "")
    elif isinstance(content, dict) and any(is_response(holder.get("reply")) for holder, _ in _holders(content)):
        found = Recognized(_copy(content), source)
        for holder, at in _holders(found.document):
            if is_response(holder.get("reply")):
                found.take(holder.pop("reply"), holder, at, f"{at}/reply")
    else:
        return Recognized(content, source)
    if any(contract.operation.response(status) is None for status in _statuses(found.document)):
        found.document.setdefault("undocumented", True)
    return found


def is_response(content: Any) -> bool:
    """True for the body of a response: an envelope with ``success``, and ``data`` or ``error``."""
    return (
        isinstance(content, dict) and isinstance(content.get("success"), bool) and bool({"data", "error"} & {*content})
    )


def is_data(content: Any, contract: Contract) -> bool:
    """True for the ``data`` of a response without its envelope: an object with every stat that is required."""
    required = contract.stats.required
    return isinstance(content, dict) and bool(required) and required.keys() <= content.keys()


def answer_of(response: Mapping[str, Any], status: int | None = None) -> dict[str, Any] | None:
    """Return the fields of a campaign file that give a response; None if its status is not known."""
    status = status or (200 if response["success"] else STATUS_OF_CODE.get(str(response.get("code"))))
    return None if status is None else campaign_answer(response, status)


def _holders(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects that may have a reply, each with its JSON pointer."""
    yield document, ""
    script = document.get("script")
    steps = script.get("replies") if isinstance(script, dict) else None
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict):
            yield step, f"/script/replies/{index}"


def _copy(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of which the holders can be changed."""
    script = document.get("script")
    if not isinstance(script, dict) or not isinstance(script.get("replies"), list):
        return dict(document)
    steps = [dict(step) if isinstance(step, dict) else step for step in script["replies"]]
    return {**document, "script": {**script, "replies": steps}}


def _statuses(document: dict[str, Any]) -> Iterator[int]:
    replies = (holder.get("reply") for holder, _ in _holders(document))
    yield from (
        reply["status"] for reply in replies if isinstance(reply, dict) and isinstance(reply.get("status"), int)
    )
