"""Rules about the envelope around stats and errors: success, error and data."""

from collections.abc import Iterator

from migma_contract.finding import Level
from migma_contract.openapi import SchemaViolation
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, of_json
from migma_contract.strict_json import describe_json


def is_envelopes(answer: ParsedResponse, violation: SchemaViolation) -> bool:
    """Whether a violation of the schema is for a rule of this file to name."""
    member = violation.missing if violation.where == "" and violation.missing else violation.where.removeprefix("/")
    if answer.success:
        data = (answer.root or {}).get("data")
        return member == "success" or (member == "data" and data is None)
    return member in {"success", "error"}


def _absent(answer: ParsedResponse, name: str) -> bool:
    """Whether a required member of the envelope is absent, without having been renamed or moved."""
    return any(d.where == "" and d.name == name and d.required and d.to is None for d in answer.missing_fields)


def _not_object(answer: ParsedResponse) -> Iterator[Violation]:
    if answer.root is None and answer.misplaced_stats is None:
        got = describe_json(answer.value)
        yield Violation(answer.at(), "The body is JSON, and no envelope.", "an object", got, answer.response.pointer)


def _success_missing(answer: ParsedResponse) -> Iterator[Violation]:
    # Where the stats stand bare, that is the finding: there is no envelope to have members.
    if answer.misplaced_stats != "" and _absent(answer, "success"):
        got = f"members {', '.join(list(answer.root or {})[:8]) or 'none'}"
        says = "The envelope has no success."
        yield Violation(answer.at("/success"), says, "success, a boolean", got, answer.response.pointer)


def _success_not_boolean(answer: ParsedResponse) -> Iterator[Violation]:
    root = answer.root or {}
    if "success" in root and not isinstance(root["success"], bool):
        got = describe_json(root["success"])
        yield Violation(answer.at("/success"), "success is no boolean.", "true or false", got, answer.response.pointer)


def _success_false(answer: ParsedResponse) -> Iterator[Violation]:
    root = answer.root or {}
    if answer.success and root.get("success") is False:
        got = f"success false, error {describe_json(root.get('error'))}"
        says = f"The status says success ({answer.exchange.status}), and the envelope says failure."
        yield Violation(answer.at("/success"), says, "true", got, answer.response.pointer)


def _success_true(answer: ParsedResponse) -> Iterator[Violation]:
    if not answer.success and (answer.root or {}).get("success") is True:
        says = f"The status says failure ({answer.exchange.status}), and the envelope says success."
        yield Violation(answer.at("/success"), says, "false", "true", answer.response.pointer)


def _data_missing(answer: ParsedResponse) -> Iterator[Violation]:
    root = answer.root
    if not answer.success or root is None or answer.misplaced_stats is not None or root.get("success") is False:
        return
    if "data" in answer.contract.envelope.properties and root.get("data") is None:
        got = "null" if "data" in root else "no data"
        says = "The envelope says success and brings no stats."
        yield Violation(answer.at("/data"), says, "data, the campaign's stats", got, answer.contract.stats_pointer)


def _stats_outside(answer: ParsedResponse) -> Iterator[Violation]:
    if answer.misplaced_stats is not None:
        place = answer.misplaced_stats or "the top level, without an envelope"
        says = "The stats are not where the envelope keeps them."
        yield Violation(answer.at("/data"), says, "the stats at /data", f"at {place}", answer.contract.stats_pointer)


def _error_beside_success(answer: ParsedResponse) -> Iterator[Violation]:
    root = answer.root or {}
    error = root.get("error")
    if answer.success and root.get("success") is True and isinstance(error, str) and error.strip():
        says = "The envelope says success and has an error text."
        yield Violation(answer.at("/error"), says, "no error, or null", describe_json(error), answer.response.pointer)


def _error_missing(answer: ParsedResponse) -> Iterator[Violation]:
    # An envelope that says success has no error to tell: that it says so is the finding.
    if not answer.success and (answer.root or {}).get("success") is not True and _absent(answer, "error"):
        got = f"members {', '.join(list(answer.root or {})[:8]) or 'none'}"
        yield Violation(
            answer.at("/error"), "The error envelope has no error.", "error, a text", got, answer.response.pointer
        )


def _error_not_text(answer: ParsedResponse) -> Iterator[Violation]:
    root = answer.root or {}
    if not answer.success and "error" in root and not isinstance(root["error"], str):
        got = describe_json(root["error"])
        yield Violation(answer.at("/error"), "error is no text.", "a text", got, answer.response.pointer)


def _error_empty(answer: ParsedResponse) -> Iterator[Violation]:
    error = (answer.root or {}).get("error")
    if not answer.success and isinstance(error, str) and not error.strip():
        got = describe_json(error)
        yield Violation(
            answer.at("/error"), "The error text is empty.", "what went wrong", got, answer.response.pointer
        )


_ENVELOPE = "the vendor's docs introduction: {“success”: true, “data”: …}, {“success”: false, “error”: “text”}"

RULES = (
    Rule(
        "envelope-not-object",
        Level.BREAKING,
        "A body is an object, the envelope.",
        "A client reads success and data of something that has no members.",
        "openapi.json, components/schemas/ApiResponse and ApiError: type object",
        "HTTP/1.1 200 OK\n\n[]",
        answer=of_json(_not_object),
    ),
    Rule(
        "envelope-success-missing",
        Level.BREAKING,
        "The envelope has the member success.",
        "The SDK takes any answer without it for a failure.",
        "openapi.json, components/schemas/ApiResponse/required",
        'HTTP/1.1 200 OK\n\n{"data": {"totalSent": 1200, …}}',
        answer=of_json(_success_missing),
    ),
    Rule(
        "envelope-success-not-boolean",
        Level.BREAKING,
        "success is true or false.",
        'A client takes "false" for true, and strict clients take nothing.',
        "openapi.json, components/schemas/ApiResponse/properties/success",
        'HTTP/1.1 200 OK\n\n{"success": "true", "data": {…}}',
        answer=of_json(_success_not_boolean),
    ),
    Rule(
        "envelope-success-false",
        Level.BREAKING,
        "Where the status is 2xx, success is true.",
        "A client that looks at the status has no stats; the SDK reports an error with status 200.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": false, "error": "Campaign not found"}',
        answer=of_json(_success_false),
    ),
    Rule(
        "envelope-success-true-on-error",
        Level.BREAKING,
        "Where the status is an error, success is false.",
        "A client that looks at success takes an error for stats.",
        _ENVELOPE,
        'HTTP/1.1 404 Not Found\n\n{"success": true, "error": "Campaign not found"}',
        answer=of_json(_success_true),
    ),
    Rule(
        "envelope-data-missing",
        Level.BREAKING,
        "Where success is true, data holds the campaign's stats.",
        "A client reads totalSent of nothing, and throws.",
        "openapi.json, the operation's description: “Get aggregate engagement stats”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": null}',
        answer=of_json(_data_missing),
    ),
    Rule(
        "stats-outside-data",
        Level.BREAKING,
        "The stats are the members of data.",
        "A client reads totalSent where there is none.",
        "openapi.json, components/schemas/ApiResponseCampaignStats",
        'HTTP/1.1 200 OK\n\n{"totalSent": 1200, "totalDelivered": 1180, …}',
        answer=of_json(_stats_outside),
    ),
    Rule(
        "envelope-error-on-success",
        Level.WARNING,
        "Where success is true, error is absent or null.",
        "A client that looks at error first takes stats for a failure.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…}, "error": "partial data"}',
        answer=of_json(_error_beside_success),
    ),
    Rule(
        "envelope-error-missing",
        Level.BREAKING,
        "The error envelope has the member error.",
        "A client has nothing to show or to log.",
        "openapi.json, components/schemas/ApiError/required",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "message": "Campaign not found"}',
        answer=of_json(_error_missing),
    ),
    Rule(
        "envelope-error-not-text",
        Level.BREAKING,
        "error is a text.",
        "A client shows “[object Object]”.",
        "openapi.json, components/schemas/ApiError/properties/error",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": {"message": "Campaign not found"}}',
        answer=of_json(_error_not_text),
    ),
    Rule(
        "envelope-error-empty",
        Level.WARNING,
        "error says something.",
        "A client has nothing to show or to log.",
        "openapi.json, components/schemas/ApiError: error is required",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": ""}',
        answer=of_json(_error_empty),
    ),
)
