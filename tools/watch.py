"""Run the tests of the files that just changed: the command that ``make watch`` gives to watchfiles."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"


def find_tests(path: Path) -> set[Path]:
    """Return the tests of one file of the checkout: itself, those named like the module, or those of its folder.

    ``mock_server/migma_mock/engine/router.py`` belongs to ``tests/mock_server/engine/``.
    """
    if path.is_relative_to(TESTS):
        return {path if path.name.startswith("test_") else path.parent}
    source_root, *packages, _ = path.relative_to(ROOT).parts
    folder = TESTS.joinpath(source_root, *packages[1:])
    while not folder.is_dir():
        folder = folder.parent
    return set(folder.rglob(f"test_*{path.stem.removesuffix('s')}*.py")) or {folder}


def changed_files() -> Iterable[Path]:
    """Yield the Python files that watchfiles reports as changed and that still exist."""
    for _, name in json.loads(os.environ.get("WATCHFILES_CHANGES") or "[]"):
        path = Path(name)
        if path.suffix == ".py" and path.is_file():
            yield path


def main() -> int:
    """Run the tests of the changed files."""
    tests = sorted({str(test.relative_to(ROOT)) for path in changed_files() for test in find_tests(path)})
    if not tests:
        sys.stdout.write("Waiting for changes in contract/, mock_server/, contract_tests/ and tests/.\n")
        return 0
    sys.stdout.write(f"pytest {' '.join(tests)}\n")
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
