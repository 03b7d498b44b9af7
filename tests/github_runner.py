"""Run a step as a GitHub runner does: the file of its outputs, and the Python that its scripts find."""

import re
from pathlib import Path

import yaml


def outputs_of(file: Path) -> dict[str, str]:
    """Read a file of outputs as a runner does: ``NAME=VALUE``, or ``NAME<<END``, lines, and ``END``."""
    found = {}
    lines = iter(file.read_text("utf-8").splitlines() if file.exists() else ())
    for line in lines:
        name, heredoc, end = line.partition("<<")
        if not heredoc or "=" in name:
            name, _, text = line.partition("=")
            found[name] = text
            continue
        value = []
        for text in lines:
            if text == end:
                break
            value.append(text)
        else:
            raise AssertionError(f"no line {end}")
        found[name] = "\n".join(value)
    return found


def make_program(path: Path, body: str) -> Path:
    """Make a shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{body}\n", "utf-8")
    path.chmod(0o755)
    return path


def workflows_of(page: Path) -> list[str]:
    """Return the YAML blocks of a page."""
    return re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def jobs_of(text: str) -> list[dict]:
    """Return the jobs of a workflow; of an action, its steps as one job."""
    document = yaml.safe_load(text)
    return [document["runs"]] if "runs" in document else list(document["jobs"].values())
