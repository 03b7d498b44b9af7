"""Scores ``migma-contract diff`` on pairs of documents whose verdicts are known.

The file has one pair on each line, as JSON: ``name``, ``base`` and ``revision`` (the documents), and ``verdict``:
``error`` if the revision breaks clients, ``warning``, ``info`` or ``same``. Warnings count for neither side.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from migma_contract.finding import Level
from migma_contract.openapi.diff import DocumentChange, diff


class Score(NamedTuple):
    """The findings in the pairs.

    Attributes:
        breaking: The number of pairs that break clients.
        missed: Those that were not found to, each with the changes that were found.
        harmless: The number of pairs that do not.
        alarms: Those that were found to, each with its breaking changes.
    """

    breaking: int
    missed: dict[str, list[DocumentChange]]
    harmless: int
    alarms: dict[str, list[DocumentChange]]


def score(pairs: list[dict[str, Any]]) -> Score:
    """Compare each pair, and compare the result with its verdict."""
    breaking = harmless = 0
    missed, alarms = {}, {}
    for pair in pairs:
        changes = diff(pair["base"], pair["revision"]).changes
        broken = [change for change in changes if change.level is Level.BREAKING]
        if pair["verdict"] == "error":
            breaking += 1
            if not broken:
                missed[pair["name"]] = changes
        elif pair["verdict"] != "warning":
            harmless += 1
            if broken:
                alarms[pair["name"]] = broken
    return Score(breaking, missed, harmless, alarms)


def lines(found: Score) -> Iterator[str]:
    """Yield the recall, the rate of false alarms, and each deviation."""
    recall = 1 - len(found.missed) / max(1, found.breaking)
    rate = len(found.alarms) / max(1, found.harmless)
    yield f"recall {recall:.3f} of {found.breaking} breaking pairs, {rate:.3f} false alarms of {found.harmless} others"
    for title, deviations in (("missed", found.missed), ("false alarm", found.alarms)):
        for name, changes in deviations.items():
            yield f"{title}: {name}"
            yield from (f"  {change.level} {change.rule}: {change.message}" for change in changes)


def main() -> None:
    """Print the score of the pairs in a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.document_pairs", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="pairs, one on each line")
    begin = time.process_time()
    text = parser.parse_args().file.read_text("utf-8")
    found = score([json.loads(line) for line in text.splitlines() if line])
    print("\n".join(lines(found)))
    print(f"{time.process_time() - begin:.1f} s of CPU", file=sys.stderr)


if __name__ == "__main__":
    main()
