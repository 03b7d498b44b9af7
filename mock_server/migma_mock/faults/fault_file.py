"""Read the file of the setting ``fault``: the faults that a mock has at start, as the control API takes them."""

from pathlib import Path

from migma_contract.bounded_file import read_file
from migma_contract.errors import Problem, SettingsError
from migma_contract.file_errors import FILE_ERRORS, why_unusable
from migma_contract.openapi import Contract
from migma_contract.openapi.reading.json_places import json_places
from migma_contract.strict_json import parse
from migma_mock.faults.armed import MAX_ARMED
from migma_mock.faults.base import FaultSpec
from migma_mock.faults.catalogue import parse_fault

_MAX_BYTES = 1024 * 1024

_HINT = "docs/faults.md lists the faults; `GET /__mock__/faults` of a running mock has an example of each."


def read_faults(path: Path, contract: Contract) -> list[FaultSpec]:
    """Return the faults of a file: one object, or an array of them.

    Args:
        path: The file; a pipe is possible too.
        contract: The contract that decides which fields and statuses exist.

    Raises:
        SettingsError: It cannot be read, or one of them is invalid; with every problem and its line.
    """
    source = str(path)
    try:
        data = read_file(path, _MAX_BYTES)
    except FILE_ERRORS as error:
        problem = Problem(f"--fault {source}", "", "a file with faults as JSON", why_unusable(error))
        raise SettingsError([problem]) from error
    parsed = parse(data, quotes=True)
    if parsed.defects:
        raise SettingsError(parsed.problems(source))
    documents = parsed.value if isinstance(parsed.value, list) else [parsed.value]
    if len(documents) > MAX_ARMED:
        raise SettingsError([Problem(source, "", f"at most {MAX_ARMED} faults", str(len(documents)))])
    faults: list[FaultSpec] = []
    problems: list[Problem] = []
    for index, document in enumerate(documents):
        fault = parse_fault(document, source, contract)
        if isinstance(fault, FaultSpec):
            faults.append(fault)
            continue
        prefix = f"/{index}" if isinstance(parsed.value, list) else ""
        problems += [problem._replace(pointer=f"{prefix}{problem.pointer}") for problem in fault]
    if problems:
        raise SettingsError(_with_places(problems, data), _HINT)
    return faults


def _with_places(problems: list[Problem], data: bytes) -> list[Problem]:
    places = json_places(data.decode("utf-8-sig"))
    return [problem._replace(place=places.get(problem.pointer)) for problem in problems]
