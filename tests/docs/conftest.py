"""Makes the shared modules of these tests importable, and builds the site once."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent))


class Site(NamedTuple):
    """The built site: where it is, and what the build said."""

    folder: Path
    said: str
    code: int


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built from a copy of the documentation; without network where this machine can be made to have none."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    build = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    cut_off = ["unshare", "--net", "--map-root-user"]
    try:
        subprocess.run([*cut_off, "true"], check=True, capture_output=True)
        build[:0] = cut_off
    except (OSError, subprocess.CalledProcessError):
        pass  # no such tool, or no right to it: the build is the same, its network is only not taken away
    built = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    return Site(folder / "site", built.stdout + built.stderr, built.returncode)
