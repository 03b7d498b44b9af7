"""Choose the responses of a run that are recorded, and make their campaign files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migma_contract.exchange import Exchange, Purpose
from migma_contract.openapi import Contract
from migma_contract.recording import NotRecordedError, Recorder, Recording
from migma_contract.rules import expectations
from migma_contract_tests.check.run_result import RunResult

_ERRORS: dict[Purpose, tuple[str, str]] = {
    "missing-key": ("recorded-missing-key", "A request without an API key"),
    "invalid-key": ("recorded-invalid-key", "A request with an invalid API key"),
    "unknown-id": ("recorded-unknown-id", "A campaign that does not exist"),
}
"""The requests whose errors are recorded: the id of the campaign that answers with it, and its title."""


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """A response that was not recorded.

    Attributes:
        subject: The campaign, or the request.
        reasons: At least one sentence.
        is_violation: True if it breaks the contract.
        remedy: What to do to record it all the same; "" if nothing can be done.
    """

    subject: str
    reasons: tuple[str, ...]
    is_violation: bool = False
    remedy: str = ""


def error_ids(contract: Contract) -> dict[Purpose, str]:
    """Return the ids of the campaigns that answer with a recorded error."""
    return {purpose: contract.allowed_id(id_) for purpose, (id_, _) in _ERRORS.items()}


def campaign_recordings(result: RunResult, recorder: Recorder) -> Iterator[Recording | NotRecorded]:
    """Yield the recording of each campaign: its last read that succeeded, or else its last one."""
    for campaign_id in result.options.campaign_ids:
        reads = [each for each in _answers(result) if each.purpose == "campaign" and each.campaign_id == campaign_id]
        successes = [each for each in reads if expectations.is_success(each)]
        subject = f"campaign {campaign_id}"
        if not reads:
            yield NotRecorded(subject, ("no response came that shows it",))
            continue
        yield _recording(recorder, [*reads, *successes][-1], recorder.id_in_file(campaign_id), subject)


def error_recordings(
    result: RunResult, recorder: Recorder, wanted: Mapping[Purpose, str]
) -> Iterator[Recording | NotRecorded]:
    """Yield the recording of each kind of error that the run asked for.

    Args:
        result: The run.
        recorder: Makes the files.
        wanted: Those that are recorded, of :func:`error_ids`.
    """
    for purpose, campaign_id in wanted.items():
        _, title = _ERRORS[purpose]
        answers = [each for each in _answers(result) if each.purpose == purpose]
        if not answers:
            continue
        if expectations.is_success(answers[-1]):
            reason = "it succeeded, which breaks the contract; migma-contract check says more"
            yield NotRecorded(title, (reason,), is_violation=True)
        else:
            yield _recording(recorder, answers[-1], campaign_id, title, title)


def _answers(result: RunResult) -> list[Exchange]:
    """Return the last attempt of each request, if the API answered."""
    interrupted = result.evaluation.interrupted
    final = [each for index, each in expectations.final_attempts(result.exchanges) if index not in interrupted]
    return [each for each in final if not expectations.has_no_evidence(each)]


def _recording(
    recorder: Recorder, exchange: Exchange, campaign_id: str, subject: str, title: str = ""
) -> Recording | NotRecorded:
    try:
        return recorder.record(exchange, campaign_id, title)
    except NotRecordedError as error:
        is_allowed = recorder.allow_violations or not error.is_violation
        remedy = "" if is_allowed else "--allow-violations records it"
        return NotRecorded(subject, tuple(error.reasons), error.is_violation, remedy)
