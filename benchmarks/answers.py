"""Check the answers of a server, not only their speed."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.process import Process, StartError, free_port, running
from benchmarks.results_file import Answers
from benchmarks.servers import CAMPAIGN, KEY, Server, stats_path
from migma_contract.openapi import Contract, load_contract
from migma_contract.resources import openapi_path
from migma_contract.stats import relation_violations

_ASKED = 100
_UNKNOWN = "66b2f0a1c4e5d60012a4ffff"
_ASKED_FOR_UNKNOWN = "unknown id"


def look(servers: list[Server]) -> list[Answers]:
    """Ask every server the same things, none of them under load."""
    contract = load_contract(openapi_path())
    found = []
    for server in servers:
        print(f"answers: {server.name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="migma-bench-", ignore_cleanup_errors=True) as name:
            place, port = Path(name), free_port()
            command = server.command(port, place)
            try:
                with running(command, place, port=port, path=server.first_path, headers=KEY) as process:
                    found.append(_look(server, process, contract))
            except StartError as error:
                print(f"  left out: {error}", file=sys.stderr)
    return found


def _look(server: Server, process: Process, contract: Contract) -> Answers:
    # Hand-written stubs know one id; who answers any id is asked for a hundred of them.
    ids = [f"{0xABC000 + number:024x}" if server.any_id else CAMPAIGN for number in range(_ASKED)]
    answers = [process.ask("GET", stats_path(campaign_id), KEY) for campaign_id in ids]
    good = [body for status, body in answers if status == 200 and _is_valid(body, contract)]
    twice = [process.ask("GET", stats_path(ids[0]), KEY) for _ in range(2)]
    statuses = {
        "no key": process.ask("GET", stats_path(CAMPAIGN))[0],
        "wrong key": process.ask("GET", stats_path(CAMPAIGN), {"Authorization": "Bearer nobody-has-this-key"})[0],
        _ASKED_FOR_UNKNOWN: process.ask("GET", stats_path(_UNKNOWN), KEY)[0],
        "POST": process.ask("POST", stats_path(CAMPAIGN), KEY, b"{}")[0],
        "broken percent-encoding": process.ask("GET", stats_path("%ff"), KEY)[0],
    }
    return Answers(
        server=server.name,
        statuses=statuses,
        asked=_ASKED,
        valid=len(good),
        coherent=sum(_is_coherent(json.loads(body)) for body in good),
        stable=twice[0] == twice[1],
        survived=process.ask("GET", server.first_path, KEY)[0] == 200,
    )


def _is_coherent(envelope: dict[str, Any]) -> bool:
    stats = envelope.get("data")
    return isinstance(stats, dict) and not relation_violations(stats)


def _is_valid(body: bytes, contract: Contract) -> bool:
    try:
        return not contract.operation.success.violations(json.loads(body))
    except ValueError:
        return False
