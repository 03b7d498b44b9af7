"""The machine: what it is, and whether anything else is using it."""

import os
import platform
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET_SHARE = 0.08
"""Share of one processor that other programs may use while the machine counts as quiet."""

DISTURBED_SHARE = 0.15
"""From how much of one processor on, used by others, a run is thrown away."""

_LOOK_SECONDS = 0.4


def describe_machine() -> dict[str, str]:
    """Processor, number of processors, memory, system, Python."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return {
        "processor": model,
        "processors": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
    }


def busy_seconds() -> float:
    """Processor time that everything on the machine has used, in seconds, since it began."""
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = map(int, _lines("/proc/stat")[0].split()[1:])
    return (user + nice + system + irq + softirq + steal) / _TICKS


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its children have used."""
    return sum(_cpu(each) for each in _tree(pid))


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB (10^6 bytes)."""
    return sum(resident_mb_alone(each) for each in _tree(pid))


def resident_mb_alone(pid: int) -> float:
    """Resident memory of a process without its children, in MB (10^6 bytes)."""
    pages = sum(int(line.split()[1]) for line in _lines(f"/proc/{pid}/statm"))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def wait_until_quiet(patience: float) -> bool:
    """Wait until nothing else uses the machine, for ``patience`` seconds at most; whether it is quiet now."""
    deadline = time.monotonic() + patience
    while True:
        began, busy = time.monotonic(), busy_seconds()
        time.sleep(_LOOK_SECONDS)
        if busy_seconds() - busy < _QUIET_SHARE * (time.monotonic() - began):
            return True
        if time.monotonic() > deadline:
            return False


def _tree(pid: int) -> list[int]:
    children = [int(child) for line in _lines(f"/proc/{pid}/task/{pid}/children") for child in line.split()]
    return [pid, *(each for child in children for each in _tree(child))]


def _cpu(pid: int) -> float:
    return sum(sum(map(int, line.rpartition(")")[2].split()[11:13])) for line in _lines(f"/proc/{pid}/stat")) / _TICKS


def _lines(path: str) -> list[str]:
    """A file's lines; none of a process that is gone."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []
