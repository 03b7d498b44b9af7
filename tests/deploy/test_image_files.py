"""The image: exact packages, all files that the wheel needs and no others, no root."""

import re
import tomllib
from fnmatch import fnmatch
from importlib import metadata

import pytest
from deployed import DEPLOY, DOCKERFILE, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from migma_mock.settings import Settings
from tools.image import RESTRICTED

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXPECTED = {
    "requirements.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["team"],
    "requirements-build.txt": PROJECT["dependency-groups"]["build"],
}


def pins(path):
    """Return the pinned packages of a lock file: version, marker and hashes by name."""
    entries = re.sub(r" \\\n\s*", " ", path.read_text("utf-8")).splitlines()
    return {entry.partition("==")[0]: entry for entry in entries}


def needed(requirements, extras=()):
    """Return the names of all packages that requirements ask for here, and those that these ask for."""
    found = set()
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            name = canonicalize_name(requirement.name)
            found |= {name} | needed(metadata.requires(name) or (), requirement.extras)
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_the_image_has_the_packages_of_the_lock_and_no_more(name):
    """Version and hashes are those that the tests ran with; a new dependency needs ``make lock``."""
    locked, image = pins(ROOT / "requirements.txt"), pins(DEPLOY / name)
    assert image.items() <= locked.items()
    assert all("--hash=sha256:" in entry for entry in image.values())
    here = {each for each, entry in image.items() if is_for_here(entry)}
    assert here == needed(EXPECTED[name])


def is_for_here(entry):
    marker = Requirement(entry.partition(" --hash")[0]).marker
    return marker is None or marker.evaluate()


def test_the_context_of_the_build_has_what_the_wheel_is_made_of():
    """Git's own folder, secrets in an .env and tests stay outside."""
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = [line[1:].rstrip("/") for line in ignored if line.startswith("!")]
    assert "*" in ignored
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed_files = [
        *wheel["packages"],
        *wheel["force-include"],
        PROJECT["tool"]["hatch"]["version"]["path"],
        PROJECT["project"]["readme"],
        *PROJECT["project"]["license-files"],
        "pyproject.toml",
        *re.findall(r"deploy/requirements\S*\.txt", DOCKERFILE),
    ]
    for path in needed_files:
        assert (ROOT / path).exists()
        assert any(fnmatch(path, each) or path.startswith(f"{each}/") for each in sent), path
    for path in (".git/config", "deploy/.env", "tests/conftest.py", ".venv/bin/python"):
        assert not any(fnmatch(path, each) or path.startswith(f"{each}/") for each in sent), path


def test_the_image_serves_at_the_default_port_without_root_and_checks_itself_there():
    """The user is a number: Kubernetes refuses a name where root is forbidden."""
    port = Settings.model_fields["port"].default
    assert f"\nEXPOSE {port}\n" in DOCKERFILE
    assert f'"http://127.0.0.1:{port}"' in DOCKERFILE
    user = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)[-1]
    assert "0" not in user


def test_the_documentation_runs_the_image_as_restricted_as_it_was_tried():
    """``python -m tools.image`` tries the image without any network, which nobody can use."""
    page = (ROOT / "docs" / "team.md").read_text("utf-8").replace("\\\n ", "")
    (line,) = re.findall(r"^docker run .*$", page, re.MULTILINE)
    assert " ".join(RESTRICTED).removesuffix(" --network none") in line
