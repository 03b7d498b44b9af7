"""Record what a server answers, and print which files were written."""

import re
import secrets
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from migma_contract.openapi import Contract
from migma_contract.recording import Jitter, Pseudonyms, Recorder, Recording, RecordingFolder, SecretRemover
from migma_contract.redaction import Secret
from migma_contract.safe_text import one_line
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.check.runner import run
from migma_contract_tests.check.work_limit import TooMuchWork, limited_work
from migma_contract_tests.cli.report_files import Progress
from migma_contract_tests.probes.option_error import option_error
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.record.run_recordings import (
    NotRecorded,
    campaign_recordings,
    error_ids,
    error_recordings,
)

RECORDED, VIOLATION, NO_RESPONSE = 0, 1, 3
"""Exit codes: all is recorded; a response breaks the contract; a campaign or everything had no usable response."""

_MOST_JITTER = 50.0
_SHORTEST_SEED = 8


@dataclass(frozen=True, kw_only=True)
class RecordOptions:
    """The options of a recording, besides those of the requests.

    Attributes:
        folder: Where the files go.
        force: Replace recordings that exist.
        allow_violations: Record what breaks the contract too.
        pseudonym_seed: The seed of the pseudonyms of ids; None to keep the ids.
        jitter: How counts are changed; None to keep them.
    """

    folder: Path
    force: bool = False
    allow_violations: bool = False
    pseudonym_seed: Secret | None = None
    jitter: Jitter | None = None


def parse_seed(option: str, text: str | None) -> Secret | None:
    """Return the seed that an option has; None without the option.

    Raises:
        SettingsError: It is so short that guessing it is easy.
    """
    if text is None:
        return None
    if len(text) < _SHORTEST_SEED:
        hint = "Who guesses the seed can find out what was changed."
        raise option_error(option, f"{_SHORTEST_SEED} characters or more", f"{len(text)}", hint)
    return Secret(text)


def parse_jitter(text: str | None, seed: Secret | None) -> Jitter | None:
    """Return the jitter of ``--jitter``, with a random seed if none is given; None without the option.

    Raises:
        SettingsError: It is no percentage from 0.1 to 50, or there is only a seed.
    """
    if text is None:
        if seed is not None:
            raise option_error("--seed", "--jitter with it", "--seed alone")
        return None
    found = re.fullmatch(r"(\d{1,2}(?:\.\d{1,3})?) ?%", text.strip())
    percent = float(found[1]) if found else 0.0
    if not 0.1 <= percent <= _MOST_JITTER:
        raise option_error("--jitter", f"a percentage from 0.1% to {_MOST_JITTER:g}%, such as 5%", repr(text))
    return Jitter(percent / 100, seed or Secret(secrets.token_hex(16)))


def record_responses(
    options: CheckOptions, contract: Contract, wanted: RecordOptions, *, progress: Progress, quiet: bool = False
) -> int:
    """Send the requests of a check, write the recordings of the responses, and return the exit code.

    Args:
        options: Server, key and limits.
        contract: The contract that responses have to keep.
        wanted: What is recorded, and where.
        progress: Shows what is happening.
        quiet: Print no notes.

    Raises:
        SettingsError: An option cannot be used.
        FixtureError: A file exists, or cannot be written; if that is known before, nothing is sent.
    """
    seed, ids = wanted.pseudonym_seed, options.campaign_ids
    pseudonyms = Pseudonyms(seed, ids, contract) if seed else None
    folder = RecordingFolder(wanted.folder, force=wanted.force)
    folder.require_room(map(pseudonyms.of, ids) if pseudonyms else ids)
    try:
        with limited_work(options):
            try:
                result = run(options, contract, on_progress=progress)
            finally:
                progress("")
            recorder = Recorder(
                contract,
                options.base_url,
                SecretRemover(options.key, result.cookies, contract.raw.decode("utf-8", "replace")),
                allow_violations=wanted.allow_violations,
                pseudonyms=pseudonyms,
                jitter=wanted.jitter,
            )
            lack = _reason(result) if result.evaluation.lack else ""
            made = [] if lack else [*_recordings(result, recorder, folder)]
    except TooMuchWork:
        typer.echo("migma-contract: the responses took too long to read, so nothing was recorded", err=True)
        return NO_RESPONSE
    if lack:
        typer.echo(one_line(f"migma-contract: nothing was recorded. {lack}"), err=True)
        return NO_RESPONSE
    return _write(made, folder, wanted.folder, quiet=quiet)


def _recordings(result: RunResult, recorder: Recorder, folder: RecordingFolder) -> Iterator[Recording | NotRecorded]:
    yield from campaign_recordings(result, recorder)
    wanted = {purpose: id_ for purpose, id_ in error_ids(result.contract).items() if not folder.keeps(id_)}
    yield from error_recordings(result, recorder, wanted)


def _reason(result: RunResult) -> str:
    """Return why a run shows nothing of the API."""
    return result.report(None).reason or "The API did not answer as its contract says: see migma-contract check."


def _write(made: list[Recording | NotRecorded], folder: RecordingFolder, path: Path, *, quiet: bool) -> int:
    code, is_written = RECORDED, False
    for each in made:
        if isinstance(each, NotRecorded):
            code = VIOLATION if each.is_violation else code or NO_RESPONSE
            for reason in filter(None, (*each.reasons, each.remedy)):
                typer.echo(one_line(f"not recorded: {each.subject}: {reason}"), err=True)
            continue
        file, is_written = folder.write(each), True
        typer.echo(one_line(f"{file}  {each.status}  {each.campaign_id}"))
        for remark in () if quiet else each.remarks:
            typer.echo(one_line(f"note: {each.campaign_id}: {remark}"), err=True)
    if is_written and not quiet:
        typer.echo(one_line(f"Now run: migma-mock --fixtures {shlex.quote(str(path))}"))
    return code
