"""Run a page as one shell session: its commands in order, in their own folder, beside their own mock.

Where a page says 127.0.0.1:4010, a free port is used instead, and replaced back in the output.
A command that serves keeps running, as in another terminal, until the page starts another one.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from code_blocks import Block, Step, steps

_PORT = re.compile(r"\b4010\b")
_SERVES = re.compile(r"(\w+=\S+ )*migma-mock( serve)?( -(?!-help|-version|h).*)?")
_TOOLS = {
    "migma-mock": "-m migma_mock",
    "migma-contract": "-m migma_contract_tests",
    "pytest": "-m pytest -p no:cacheprovider",
    "python": "",
}

_PRELUDE = r"""
server=; code=0
serve() {
  if [ -n "$server" ]; then kill "$server"; wait "$server"; fi
  : >.serving
  eval "exec env $1" >.serving 2>&1 & server=$!
  until grep -q '^ready ' .serving || ! kill -0 "$server"; do sleep 0.02; done
  cat .serving
}
trap 'kill $(jobs -p)' EXIT
"""


class Ran(NamedTuple):
    """A step that ran: what it printed, on both streams, and how it ended."""

    step: Step
    output: str
    code: int


def session(blocks: list[Block], folder: Path) -> list[Ran]:
    """Run what a page's blocks say; the hidden commands too, as steps that show nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    wanted = [step for block in blocks for step in _steps_of(block, folder, port)]
    script = [_PRELUDE]
    if any("4010" in step.command for step in _before_serving(wanted)):
        script.append("serve migma-mock >/dev/null")
    for number, step in enumerate(wanted):
        script.append(f"printf '\\036{number}\\n'\n(exit $code)\n{{ {_bash(step.command, port)}\n}} 2>&1")
        script.append("code=$?\nprintf '\\037%s\\n' $code")
    out = _bash_runs("\n".join(script), folder, port)
    found = re.findall(r"\036(\d+)\n(.*?)\n?\037(\d+)\n", out, re.DOTALL)
    assert len(found) == len(wanted), f"the session ended before its last command:\n{out}"
    return [
        Ran(step, text.replace(port, "4010"), int(code)) for step, (_, text, code) in zip(wanted, found, strict=True)
    ]


def _steps_of(block: Block, folder: Path, port: str) -> list[Step]:
    if "not run" in block.said:
        return []
    if name := block.said.get("file"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        # By the shell, so that it comes after what stands above it.
        text = _PORT.sub(port, block.text)
        return [Step(block.place, f"cat > {name} <<'END_OF_FILE'\n{text}END_OF_FILE", None)]
    hidden = [Step(block.place, block.said["first"], None)] if "first" in block.said else []
    match block.language:
        case "console":
            # `export KEY=…` is for the reader to complete: what stands there comes from a hidden command.
            return [*hidden, *(step for step in steps(block) if not re.fullmatch(r"export \w+=…", step.command))]
        case "sh":
            return [
                *hidden,
                Step(block.place, f"failed=0; trap 'failed=1' ERR\n{block.text}trap - ERR; (exit $failed)", None),
            ]
        case "python" if "def test_" not in block.text:
            return [*hidden, Step(block.place, f"python -W error - <<'END_OF_FILE'\n{block.text}END_OF_FILE", None)]
    return []


def _before_serving(wanted: list[Step]) -> list[Step]:
    first = next((i for i, step in enumerate(wanted) if _SERVES.fullmatch(step.command)), len(wanted))
    return wanted[:first]


def _bash(command: str, port: str) -> str:
    if _SERVES.fullmatch(command):
        return f"serve {_quoted(_PORT.sub(port, command))}"
    return _PORT.sub(port, command)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _bash_runs(script: str, folder: Path, port: str) -> str:
    tools = folder / ".tools"
    tools.mkdir()
    for name, arguments in _TOOLS.items():
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', "utf-8")
        (tools / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "MIGMA_MOCK_PORT": port,
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    process = subprocess.Popen(
        [shutil.which("bash") or "bash", "--noprofile", "--norc", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        return process.communicate()[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
