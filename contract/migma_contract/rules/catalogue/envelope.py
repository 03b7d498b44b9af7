"""Rules on the envelope of stats and errors: success, data and error."""

from collections.abc import Iterator

from migma_contract.finding import Level
from migma_contract.openapi import SchemaViolation
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, json_body
from migma_contract.strict_json import describe_json


def is_envelope_violation(response: ParsedResponse, violation: SchemaViolation) -> bool:
    """True if a rule of this file reports a violation of the schema."""
    name = violation.pointer.removeprefix("/")
    if violation.pointer == "" and violation.missing:
        name = violation.missing
    if not response.is_success:
        return name in {"success", "error"}
    data = (response.envelope or {}).get("data")
    return name == "success" or (name == "data" and data is None)


def _is_missing(response: ParsedResponse, name: str) -> bool:
    """True if a required field of the envelope is absent and was neither renamed nor moved."""
    return any(
        each.parent == "" and each.name == name and each.required and each.found_at is None
        for each in response.missing_fields
    )


def _field_names(response: ParsedResponse) -> str:
    return f"fields {', '.join(list(response.envelope or {})[:8]) or 'none'}"


def _not_object(response: ParsedResponse) -> Iterator[Violation]:
    if response.envelope is None and response.misplaced_stats is None:
        got = describe_json(response.value)
        yield Violation(
            response.at(), "The body is JSON, but not an object.", "an object", got, response.documented.pointer
        )


def _success_missing(response: ParsedResponse) -> Iterator[Violation]:
    # If the stats are the whole body, that is the finding: there is no envelope to have fields.
    if response.misplaced_stats != "" and _is_missing(response, "success"):
        message, got = "The envelope has no success.", _field_names(response)
        yield Violation(response.at("/success"), message, "success, a boolean", got, response.documented.pointer)


def _success_not_boolean(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope or {}
    if "success" in envelope and not isinstance(envelope["success"], bool):
        message, got = "success is not a boolean.", describe_json(envelope["success"])
        yield Violation(response.at("/success"), message, "true or false", got, response.documented.pointer)


def _success_false(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope or {}
    if response.is_success and envelope.get("success") is False:
        message = f"The status is {response.exchange.status}, but success is false."
        got = f"success false, error {describe_json(envelope.get('error'))}"
        yield Violation(response.at("/success"), message, "true", got, response.documented.pointer)


def _success_true_on_error(response: ParsedResponse) -> Iterator[Violation]:
    if not response.is_success and (response.envelope or {}).get("success") is True:
        message = f"The status is {response.exchange.status}, but success is true."
        yield Violation(response.at("/success"), message, "false", "true", response.documented.pointer)


def _data_missing(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope
    if not response.is_success or envelope is None or response.misplaced_stats is not None:
        return
    if envelope.get("success") is False or "data" not in response.contract.envelope.properties:
        return
    if envelope.get("data") is None:
        got = "null" if "data" in envelope else "no data"
        message, expected = "The envelope has no stats.", "data, the campaign's stats"
        yield Violation(response.at("/data"), message, expected, got, response.contract.stats_pointer)


def _stats_outside_data(response: ParsedResponse) -> Iterator[Violation]:
    if response.misplaced_stats is not None:
        got = f"at {response.misplaced_stats or 'the top level, without an envelope'}"
        message = "The stats are not in data."
        yield Violation(response.at("/data"), message, "the stats at /data", got, response.contract.stats_pointer)


def _error_on_success(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope or {}
    error = envelope.get("error")
    if response.is_success and envelope.get("success") is True and isinstance(error, str) and error.strip():
        message, got = "success is true, but the envelope has an error message.", describe_json(error)
        yield Violation(response.at("/error"), message, "no error, or null", got, response.documented.pointer)


def _error_missing(response: ParsedResponse) -> Iterator[Violation]:
    # With success true there is no error to expect: that success is true is the finding.
    if response.is_success or (response.envelope or {}).get("success") is True:
        return
    if _is_missing(response, "error"):
        message, got = "The error envelope has no error.", _field_names(response)
        yield Violation(response.at("/error"), message, "error, a string", got, response.documented.pointer)


def _error_not_string(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope or {}
    if not response.is_success and "error" in envelope and not isinstance(envelope["error"], str):
        message, got = "error is not a string.", describe_json(envelope["error"])
        yield Violation(response.at("/error"), message, "a string", got, response.documented.pointer)


def _error_empty(response: ParsedResponse) -> Iterator[Violation]:
    error = (response.envelope or {}).get("error")
    if not response.is_success and isinstance(error, str) and not error.strip():
        message, got = "The error message is empty.", describe_json(error)
        yield Violation(response.at("/error"), message, "the reason of the error", got, response.documented.pointer)


_ENVELOPE = "the vendor's docs introduction: {“success”: true, “data”: …}, {“success”: false, “error”: “text”}"
_SCHEMAS = "openapi.json#/components/schemas"

RULES = (
    Rule(
        "envelope-not-object",
        Level.BREAKING,
        "A body is an object, the envelope.",
        "A client reads success and data of a value that has no fields.",
        f"{_SCHEMAS}/ApiResponse and {_SCHEMAS}/ApiError: type object",
        "HTTP/1.1 200 OK\n\n[]",
        check_response=json_body(_not_object),
    ),
    Rule(
        "envelope-success-missing",
        Level.BREAKING,
        "The envelope has the field success.",
        "The SDK treats every response without it as a failure.",
        f"{_SCHEMAS}/ApiResponse/required",
        'HTTP/1.1 200 OK\n\n{"data": {"totalSent": 1200, …}}',
        check_response=json_body(_success_missing),
    ),
    Rule(
        "envelope-success-not-boolean",
        Level.BREAKING,
        "success is true or false.",
        'A client treats "false" as true, and strict clients reject the response.',
        f"{_SCHEMAS}/ApiResponse/properties/success",
        'HTTP/1.1 200 OK\n\n{"success": "true", "data": {…}}',
        check_response=json_body(_success_not_boolean),
    ),
    Rule(
        "envelope-success-false",
        Level.BREAKING,
        "If the status is 2xx, success is true.",
        "A client that checks the status has no stats; the SDK reports an error with status 200.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": false, "error": "Campaign not found"}',
        check_response=json_body(_success_false),
    ),
    Rule(
        "envelope-success-true-on-error",
        Level.BREAKING,
        "If the status is an error, success is false.",
        "A client that checks success treats an error as stats.",
        _ENVELOPE,
        'HTTP/1.1 404 Not Found\n\n{"success": true, "error": "Campaign not found"}',
        check_response=json_body(_success_true_on_error),
    ),
    Rule(
        "envelope-data-missing",
        Level.BREAKING,
        "If success is true, data has the campaign's stats.",
        "A client reads totalSent of null, and throws.",
        "openapi.json, the operation's description: “Get aggregate engagement stats”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": null}',
        check_response=json_body(_data_missing),
    ),
    Rule(
        "stats-outside-data",
        Level.BREAKING,
        "The stats are the fields of data.",
        "A client reads totalSent where it is not.",
        f"{_SCHEMAS}/ApiResponseCampaignStats",
        'HTTP/1.1 200 OK\n\n{"totalSent": 1200, "totalDelivered": 1180, …}',
        check_response=json_body(_stats_outside_data),
    ),
    Rule(
        "envelope-error-on-success",
        Level.WARNING,
        "If success is true, error is absent or null.",
        "A client that checks error first treats stats as a failure.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…}, "error": "partial data"}',
        check_response=json_body(_error_on_success),
    ),
    Rule(
        "envelope-error-missing",
        Level.BREAKING,
        "The error envelope has the field error.",
        "A client has nothing to show or to log.",
        f"{_SCHEMAS}/ApiError/required",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "message": "Campaign not found"}',
        check_response=json_body(_error_missing),
    ),
    Rule(
        "envelope-error-not-text",
        Level.BREAKING,
        "error is a string.",
        "A client shows “[object Object]”.",
        f"{_SCHEMAS}/ApiError/properties/error",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": {"message": "Campaign not found"}}',
        check_response=json_body(_error_not_string),
    ),
    Rule(
        "envelope-error-empty",
        Level.WARNING,
        "error is not empty.",
        "A client has nothing to show or to log.",
        f"{_SCHEMAS}/ApiError: error is required",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": ""}',
        check_response=json_body(_error_empty),
    ),
)
