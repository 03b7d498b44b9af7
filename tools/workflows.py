"""``python -m tools.workflows``: let zizmor look for weaknesses in action.yml and in the workflows of the docs.

It asks no other server. The line numbers that zizmor prints are those of the pages.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
ACTION = ROOT / "action.yml"

_BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def workflows() -> Iterator[tuple[str, str]]:
    """Yield the workflows of the docs with their names, such as ``ci.md-27``; each starts at its line there."""
    for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        text = page.read_text("utf-8")
        for block in _BLOCK.finditer(text):
            line = text.count("\n", 0, block.start(1))
            if re.search(r"^jobs:", block[1], re.MULTILINE):
                yield f"{page.name}-{line + 1}", "\n" * line + block[1]


def audit(found: Iterable[tuple[str, str]]) -> int:
    """Let zizmor look at action.yml and at workflows, and return its exit code: 0 if it finds nothing."""
    with TemporaryDirectory() as folder:
        files = [ACTION]
        for name, text in found:
            files.append(Path(folder) / f"{name}.yml")
            files[-1].write_text(text, "utf-8")
        zizmor = Path(sys.executable).with_name("zizmor")
        options = ["--offline", "--no-config", "--strict-collection", "--pedantic", "--no-progress", "--quiet"]
        settings = {name: value for name, value in os.environ.items() if not name.startswith("ZIZMOR_")}
        return subprocess.run([zizmor, *options, *files], env=settings, check=False).returncode  # noqa: S603  # of the lock


if __name__ == "__main__":
    sys.exit(audit(workflows()))
