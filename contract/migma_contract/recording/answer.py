"""The fields of a campaign file that give a response: ``stats``, ``reply``, or a fault for what no reply can have."""

from collections.abc import Mapping
from typing import Any

from migma_contract.openapi import Contract
from migma_contract.recording.clean_response import CleanResponse

_ENVELOPE_OF_STATS = {"success", "data", "metadata"}


def campaign_answer(body: Mapping[str, Any], status: int, *, success: int = 200) -> dict[str, Any]:
    """Return the field of a campaign file that gives a response with an envelope.

    ``metadata`` beside stats is left out, since the mock adds it to all envelopes if the setting asks for it.

    Args:
        body: The envelope.
        status: Its status.
        success: The status with which a contract sends stats.
    """
    is_stats = body.get("success") is True and isinstance(body.get("data"), dict) and {*body} <= _ENVELOPE_OF_STATS
    if is_stats and status == success:
        return {"stats": body["data"]}
    return {"reply": {"status": status, "body": dict(body)}}


def conforming_answer(response: CleanResponse, contract: Contract) -> dict[str, Any]:
    """Return the fields that give a response of the contract's form, with the flags that it needs."""
    if response.is_empty:
        answer: dict[str, Any] = {"reply": {"status": response.status}}
    else:
        answer = campaign_answer(response.value, response.status, success=contract.operation.success_status)
    if "reply" in answer and response.headers:
        answer["reply"] = {"status": response.status, "headers": response.headers, **answer["reply"]}
    stats = stats_of(answer)
    if "stats" in answer and contract.rates != "fraction":
        answer["rates"] = contract.rates
    is_documented = contract.operation.response(response.status) is not None
    if not is_documented or (
        stats and contract.stats.properties and not stats.keys() <= contract.stats.properties.keys()
    ):
        answer["undocumented"] = True
    return answer


def violating_answer(response: CleanResponse) -> dict[str, Any]:
    """Return the fields that give any response: a script of one step whose fault replaces the reply."""
    headers = {"headers": response.headers} if response.headers else {}
    fault = {"kind": "body", "status": response.status, **headers, **response.body_fault}
    # Of all replies, one without a body fits every contract.
    return {"undocumented": True, "script": {"replies": [{"reply": {"status": 204}, "fault": fault}]}}


def stats_of(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the stats in the fields of a campaign file; None if they have none."""
    reply = answer.get("reply", {})
    body = reply.get("body") or {}
    stats = answer.get("stats") or (body.get("data") if reply and reply["status"] < 300 else None)
    return stats if isinstance(stats, dict) else None
