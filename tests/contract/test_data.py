"""Where openapi.json and fixtures/ come from: the package, never the working directory."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import httpx
import pytest

from migma_contract import resources as data

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The Python of a new environment in which the built wheel is installed; other packages come from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("migma_mock-*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout.strip()
    (Path(site) / "others.pth").write_text(sysconfig.get_path("purelib"))
    return python


@pytest.fixture
def own_environment(monkeypatch):
    """Without the path that lets other tests' processes find this checkout."""
    monkeypatch.delenv("PYTHONPATH")


def test_a_checkout_serves_its_own_files():
    assert data.data_root() == ROOT
    assert data.openapi_path() == ROOT / "openapi.json"
    assert data.fixtures_path() == ROOT / "fixtures"


def test_a_checkouts_own_files_come_before_a_packaged_copy(monkeypatch, tmp_path):
    """An editable install may hold the copy of an earlier build: it must not be served."""
    package = tmp_path / "contract" / "migma_contract"
    (package / "_data" / "fixtures").mkdir(parents=True)
    (package / "_data" / "openapi.json").write_text("stale")
    monkeypatch.setattr(data, "_PACKAGE", package)
    assert data.data_root() == package / "_data", "no checkout around it"
    (tmp_path / "openapi.json").write_text("another project's, in site-packages' place")
    assert data.data_root() == package / "_data", "one file does not make a checkout"
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "fixtures").mkdir()
    assert data.data_root() == tmp_path


def test_the_working_directory_has_no_say(monkeypatch, tmp_path):
    (tmp_path / "openapi.json").write_text('{"another": "project"}')
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert data.data_root() == ROOT


@pytest.mark.usefixtures("own_environment")
def test_the_installed_wheel_carries_the_same_files(installed, tmp_path):
    script = "from migma_contract.resources import data_root; print(data_root())"
    found = subprocess.run(
        [str(installed), "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()
    root = Path(found)
    assert root.parts[-2:] == ("migma_contract", "_data")
    assert installed.parent.parent in root.parents
    for path in (ROOT / "openapi.json", *(ROOT / "fixtures").rglob("*.json")):
        assert (root / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    site_packages = root.parents[1]
    for name in ("migma_contract/py.typed", "migma_mock/py.typed", "migma_mock/templates/docs.html"):
        assert (site_packages / name).exists()


@pytest.mark.usefixtures("own_environment")
def test_the_installed_command_serves_from_a_folder_of_another_project(installed, tmp_path):
    (tmp_path / "openapi.json").write_text('{"openapi": "3.1.0", "info": {"title": "Another project"}}')
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "broken.json").write_text("{")
    command = installed.with_name("migma-mock")
    process = subprocess.Popen(
        [str(command), "--port", "0", "--quiet"], cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process:
        try:
            word, url = process.stdout.readline().split()
            assert word == "ready"
            headers = {"Authorization": "Bearer mgma_sk_test_local_development_0001"}
            newsletter = json.loads((ROOT / "fixtures/campaigns/newsletter.json").read_bytes())
            response = httpx.get(f"{url}/v1/campaigns/{newsletter['id']}/stats", headers=headers)
            assert response.json() == {"success": True, "data": newsletter["stats"]}
            assert httpx.get(f"{url}/openapi.json").content == (ROOT / "openapi.json").read_bytes()
            assert "Migma.ai API (v1)" in httpx.get(f"{url}/docs").text
        finally:
            process.terminate()
    assert process.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fixtures", "openapi.json"]
