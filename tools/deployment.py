"""``python -m tools.deployment``: let linters look at deploy/: the image, the Compose file and the manifests.

They ask no other server, and see nothing of a cluster: not if a name in one manifest is that of another.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"


def linters(folder: Path) -> Iterator[list[str | Path]]:
    """Yield the command of each linter with its files in a folder such as deploy/."""
    yield ["hadolint", "--no-color", "--failure-threshold", "style", folder / "Dockerfile"]
    yield ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", folder / "compose.yaml"]
    manifests = sorted((folder / "kubernetes").glob("*.yaml*"))
    yield ["kubernetes-validate", "--strict", "--quiet", *manifests]


def lint(folder: Path) -> int:
    """Run all linters on a folder such as deploy/, and return the number of those that found something."""
    tools = Path(sys.executable).parent
    return sum(
        subprocess.run([tools / name, *arguments], check=False).returncode != 0  # noqa: S603  # of the lock
        for name, *arguments in linters(folder)
    )


if __name__ == "__main__":
    sys.exit(min(lint(DEPLOY), 1))
