"""Rules on the envelope of stats and errors: success, data and error."""

from collections.abc import Iterator

from migma_contract.finding import Violation
from migma_contract.openapi import SchemaViolation, read_fields
from migma_contract.rules.analysis.locations import shown_name
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import breaking, is_error, is_success, json_body, warning
from migma_contract.strict_json import describe_json


def is_envelope_violation(response: ParsedResponse, violation: SchemaViolation) -> bool:
    """True if a rule of this file reports a violation of the schema other than a missing field."""
    if not response.is_success:
        return violation.pointer in {"/success", "/error"}
    return violation.pointer == "/success" or (violation.pointer == "/data" and response.field("data") is None)


def _not_object(response: ParsedResponse) -> Iterator[Violation]:
    if response.envelope is None and response.misplaced_stats is None:
        message, got = "The body is JSON, but not an object.", describe_json(response.value)
        yield response.violation("", message, "an object", got)


def _missing(response: ParsedResponse, name: str, message: str, expected: str) -> Iterator[Violation]:
    """Yield a required field of the envelope if it is absent and was neither renamed nor moved."""
    if any(
        (each.pointer, each.required, each.found_at) == (f"/{name}", True, None) for each in response.missing_fields
    ):
        got = f"fields {', '.join(map(shown_name, list(response.envelope or {})[:8])) or 'none'}"
        yield response.violation(f"/{name}", message, expected, got)


def _success_missing(response: ParsedResponse) -> Iterator[Violation]:
    # If the stats are the whole body, that is the finding: there is no envelope to have fields.
    if response.misplaced_stats != "":
        yield from _missing(response, "success", "The envelope has no success.", "success, a boolean")


def _success_not_boolean(response: ParsedResponse) -> Iterator[Violation]:
    if "success" in (response.envelope or {}) and not isinstance(response.field("success"), bool):
        got = describe_json(response.field("success"))
        yield response.violation("/success", "success is not a boolean.", "true or false", got)


def _success_false(response: ParsedResponse) -> Iterator[Violation]:
    if response.field("success") is False:
        message = f"The status is {response.exchange.status}, but success is false."
        got = f"success false, error {describe_json(response.field('error'))}"
        yield response.violation("/success", message, "true", got)


def _success_true_on_error(response: ParsedResponse) -> Iterator[Violation]:
    if response.field("success") is True:
        message = f"The status is {response.exchange.status}, but success is true."
        yield response.violation("/success", message, "false", "true")


def _data_missing(response: ParsedResponse) -> Iterator[Violation]:
    envelope = response.envelope
    if envelope is None or response.misplaced_stats is not None:
        return
    if envelope.get("success") is False or "data" not in response.contract.envelope.properties:
        return
    if envelope.get("data") is None:
        message, got = "The envelope has no stats.", "null" if "data" in envelope else "no data"
        yield response.violation("/data", message, "data, the campaign's stats", got, response.contract.stats_pointer)


def _stats_outside_data(response: ParsedResponse) -> Iterator[Violation]:
    if response.misplaced_stats is not None:
        message = "The stats are not in data."
        got = f"at {response.misplaced_stats or 'the top level, without an envelope'}"
        yield response.violation("/data", message, "the stats at /data", got, response.contract.stats_pointer)


def _error_on_success(response: ParsedResponse) -> Iterator[Violation]:
    error = response.field("error")
    if response.field("success") is True and isinstance(error, str) and error.strip():
        message, got = "success is true, but the envelope has an error message.", describe_json(error)
        yield response.violation("/error", message, "no error, or null", got)


def _error_missing(response: ParsedResponse) -> Iterator[Violation]:
    # With success true there is no error to expect: that success is true is the finding.
    if response.field("success") is not True:
        yield from _missing(response, "error", "The error envelope has no error.", "error, a string")


def _error_not_string(response: ParsedResponse) -> Iterator[Violation]:
    error = response.field("error")
    if "error" in (response.envelope or {}) and not isinstance(error, str) and _should_be_text(response):
        yield response.violation("/error", "error is not a string.", "a string", describe_json(error))


def _should_be_text(response: ParsedResponse) -> bool:
    """True unless the contract has something other than a text as the error of this response, or allows this one."""
    document, schema = response.contract.schemas, response.documented.schema_pointer
    at = read_fields(document, schema, ("error",)).properties.get("error") if schema else None
    types = document.types(at) if at else set()
    return not types or ("string" in types and any(each.pointer == "/error" for each in response.violations))


def _error_empty(response: ParsedResponse) -> Iterator[Violation]:
    error = response.field("error")
    if isinstance(error, str) and not error.strip():
        yield response.violation(
            "/error", "The error message is empty.", "the reason of the error", describe_json(error)
        )


_ENVELOPE = "the vendor's docs introduction: {“success”: true, “data”: …}, {“success”: false, “error”: “text”}"
_SCHEMAS = "openapi.json#/components/schemas"

RULES = (
    breaking(
        "envelope-not-object",
        "A body is an object, the envelope.",
        "A client reads success and data of a value that has no fields.",
        f"{_SCHEMAS}/ApiResponse and {_SCHEMAS}/ApiError: type object",
        "HTTP/1.1 200 OK\n\n[]",
        json_body(_not_object),
    ),
    breaking(
        "envelope-success-missing",
        "The envelope has the field success.",
        "The SDK treats every response without it as a failure.",
        f"{_SCHEMAS}/ApiResponse/required",
        'HTTP/1.1 200 OK\n\n{"data": {"totalSent": 1200, …}}',
        json_body(_success_missing),
    ),
    breaking(
        "envelope-success-not-boolean",
        "success is true or false.",
        'A client treats "false" as true, and strict clients reject the response.',
        f"{_SCHEMAS}/ApiResponse/properties/success",
        'HTTP/1.1 200 OK\n\n{"success": "true", "data": {…}}',
        json_body(_success_not_boolean),
    ),
    breaking(
        "envelope-success-false",
        "If the status is 2xx, success is true.",
        "A client that checks the status has no stats; the SDK reports an error with status 200.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": false, "error": "Campaign not found"}',
        json_body(_success_false, is_success),
    ),
    breaking(
        "envelope-success-true-on-error",
        "If the status is an error, success is false.",
        "A client that checks success treats an error as stats.",
        _ENVELOPE,
        'HTTP/1.1 404 Not Found\n\n{"success": true, "error": "Campaign not found"}',
        json_body(_success_true_on_error, is_error),
    ),
    breaking(
        "envelope-data-missing",
        "If success is true, data has the campaign's stats.",
        "A client reads totalSent of null, and throws.",
        "openapi.json, the operation's description: “Get aggregate engagement stats”",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": null}',
        json_body(_data_missing, is_success),
    ),
    breaking(
        "stats-outside-data",
        "The stats are the fields of data.",
        "A client reads totalSent where it is not.",
        f"{_SCHEMAS}/ApiResponseCampaignStats",
        'HTTP/1.1 200 OK\n\n{"totalSent": 1200, "totalDelivered": 1180, …}',
        json_body(_stats_outside_data, is_success),
    ),
    warning(
        "envelope-error-on-success",
        "If success is true, error is absent or null.",
        "A client that checks error first treats stats as a failure.",
        _ENVELOPE,
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…}, "error": "partial data"}',
        json_body(_error_on_success, is_success),
    ),
    breaking(
        "envelope-error-missing",
        "The error envelope has the field error.",
        "A client has nothing to show or to log.",
        f"{_SCHEMAS}/ApiError/required",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "message": "Campaign not found"}',
        json_body(_error_missing, is_error),
    ),
    breaking(
        "envelope-error-not-text",
        "error is a string.",
        "A client shows “[object Object]”.",
        f"{_SCHEMAS}/ApiError/properties/error",
        'HTTP/1.1 404 Not Found\n\n{"success": false, "error": {"message": "Campaign not found"}}',
        json_body(_error_not_string, is_error),
    ),
    warning(
        "envelope-error-empty",
        "error is not empty.",
        "A client has nothing to show or to log.",
        f"{_SCHEMAS}/ApiError: error is required",
        'HTTP/1.1 401 Unauthorized\n\n{"success": false, "error": ""}',
        json_body(_error_empty, is_error),
    ),
)
