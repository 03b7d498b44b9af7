"""``python -m tools.image``: build the image of deploy/Dockerfile, run it as docs/team.md says, and measure it.

It needs the command ``docker`` and its engine. Where no registry is reached, ``--base`` names another base image, such
as a Debian with the same Python, made by root with::

    debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,python3-venv trixie base
    tar -C base -c . | docker import - debian-python
    python -m tools.image --base debian-python --network host
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TAG = "migma-mock"
BASE = "python:3.13-slim-trixie"
STARTS = 5
# What docs/team.md and deploy/ allow a container, and no network but its own loopback.
RESTRICTED = (
    *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"),  # noqa: S108  # of the container
    *("--security-opt", "no-new-privileges", "--network", "none"),
)


class Run(NamedTuple):
    """One container from its start to its end.

    Attributes:
        seconds_to_ready: From the start of its process to the line ``ready``.
        seconds_to_end: From SIGTERM to its end.
        code: Its exit code.
        process: Fields of /proc/1/status when it was ready.
        writable: Those of ``/``, ``/opt`` and ``/tmp`` that it may write to.
    """

    seconds_to_ready: float
    seconds_to_end: float
    code: int
    process: dict[str, str]
    writable: list[str]


def docker(*arguments: str | Path) -> str:
    """Run docker and return what it prints on standard output."""
    return subprocess.run(["docker", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603, S607


def build(base: str, network: str) -> None:
    """Build the image; what the build says goes to standard error."""
    options = ("--file", ROOT / "deploy" / "Dockerfile", "--tag", TAG, "--network", network)
    sys.stderr.write(docker("build", *options, "--build-arg", f"BASE={base}", ROOT))


def run() -> Run:
    """Start a container, look at it when it is ready, and stop it."""
    name = docker("run", "--detach", *RESTRICTED, TAG, "--quiet").strip()
    try:
        docker("exec", name, "migma-mock", "wait", "http://127.0.0.1:4010", "--timeout", "60")
        status = docker("exec", name, "cat", "/proc/1/status")
        test = 'for each in / /opt /tmp; do test -w "$each" && echo "$each"; done; true'
        writable = docker("exec", name, "sh", "-c", test).split()
        stopping = time.monotonic()
        docker("stop", "--time", "60", name)
        stopped = time.monotonic()
        (container,) = json.loads(docker("inspect", name))
        return Run(
            _seconds_to_ready(container, docker("logs", "--timestamps", name)),
            stopped - stopping,
            container["State"]["ExitCode"],
            dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line),
            writable,
        )
    finally:
        docker("rm", "--force", name)


def _seconds_to_ready(container: dict[str, Any], log: str) -> float:
    ready = next(line.split()[0] for line in log.splitlines() if " ready http" in line)
    return (datetime.fromisoformat(ready) - datetime.fromisoformat(container["State"]["StartedAt"])).total_seconds()


def size(image: str) -> int:
    """Return the size of an image in bytes, with its base."""
    return int(docker("image", "inspect", "--format", "{{.Size}}", image))


def main() -> int:
    """Build, run and measure; return 1 if a container had more rights than it needs, or did not end well."""
    parser = argparse.ArgumentParser(prog="python -m tools.image", description="Build, run and measure the image.")
    parser.add_argument("--base", default=BASE, help="the base image [%(default)s]")
    parser.add_argument("--network", default="default", help="the network of the build [%(default)s]")
    options = parser.parse_args()
    build(options.base, options.network)
    runs = [run() for _ in range(STARTS)]
    whole, base = size(TAG), size(options.base)
    process = runs[-1].process
    is_restricted = process["Uid"].split()[0] == "65532" and not int(process["CapEff"], 16)
    is_read_only = all(each.writable == ["/tmp"] for each in runs)  # noqa: S108
    sys.stdout.write(
        f"size            {whole / 1e6:.0f} MB, {(whole - base) / 1e6:.0f} MB of them on top of {options.base}\n"
        f"start to ready  {statistics.median(each.seconds_to_ready for each in runs):.2f} s, median of {STARTS}\n"
        f"SIGTERM to end  {statistics.median(each.seconds_to_end for each in runs):.2f} s, exit codes "
        f"{sorted({each.code for each in runs})}\n"
        f"memory          {process['VmRSS'].strip()}\n"
        f"user            {process['Uid'].split()[0]}, capabilities {process['CapEff']}, "
        f"writable {' '.join(runs[-1].writable)}\n"
    )
    return int(not (is_restricted and is_read_only and all(each.code == 0 for each in runs)))


if __name__ == "__main__":
    sys.exit(main())
