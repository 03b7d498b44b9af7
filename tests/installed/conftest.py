"""The wheel in new environments, beside other projects: nothing of this checkout can be imported there.

Other packages are links to those of this environment, so that nothing is fetched: only those that the wheel, or the
test, asks for.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent

SCRIPT = "#!{0}\nimport sys\nfrom {1} import {2}\nsys.exit({2}())\n"
"""A console script, as pip writes it."""


class Environment:
    """A new virtual environment with some packages of the running one."""

    def __init__(self, folder):
        venv.create(folder, with_pip=False)
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.site_packages = Path(sysconfig.get_path("purelib", "venv", {"base": folder, "platbase": folder}))
        self._linked = set()

    def link(self, *names):
        """Make installed packages and their commands available here, with all that they require."""
        for name in map(canonicalize_name, names):
            if name not in self._linked:
                self._linked.add(name)
                package = metadata.distribution(name)
                for top in {file.parts[0] for file in package.files} - {"..", "__pycache__"}:
                    target = self.site_packages / top
                    if not target.exists():
                        target.symlink_to(package.locate_file(top))
                for entry_point in package.entry_points.select(group="console_scripts"):
                    script = self.scripts / entry_point.name
                    script.write_text(SCRIPT.format(self.scripts / "python", entry_point.module, entry_point.attr))
                    script.chmod(0o755)
                self.link(*required(package.requires))

    def run(self, *command, cwd, **environment):
        """Run a command of this environment, by default as a shell without settings would, and return how it ended."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST_", "MIGMA_"))}
        return subprocess.run(
            [self.scripts / command[0], *map(str, command[1:])],
            cwd=cwd,
            env={**inherited, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def required(requirements):
    """Return the names of the packages that requirements without any extra name."""
    for requirement in map(Requirement, requirements or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from the source distribution as an index would do it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("migma_mock-*.whl")
    return wheel


@pytest.fixture(scope="session")
def core(tmp_path_factory, wheel):
    """An environment in which the wheel is installed without extras: no Hypothesis, no Schemathesis, no pytest."""
    environment = Environment(tmp_path_factory.mktemp("core"))
    python = environment.scripts / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run(command, check=True, capture_output=True)
    (installed,) = metadata.distributions(name="migma-mock", path=[str(environment.site_packages)])
    environment.link(*required(installed.requires))
    return environment


@pytest.fixture(scope="session")
def with_pytest(tmp_path_factory, core):
    """The same with pytest."""
    environment = Environment(tmp_path_factory.mktemp("with-pytest"))
    (environment.site_packages / "core.pth").write_text(str(core.site_packages))
    environment.link("pytest")
    return environment
