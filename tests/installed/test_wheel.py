"""The wheel carries the contract and fixtures, and serves them whatever the working directory holds."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def test_it_has_every_file_of_the_packages_and_the_same_data(core, tmp_path):
    for source_root in (ROOT / "contract", ROOT / "mock_server", ROOT / "contract_tests"):
        files = [path.relative_to(source_root) for path in source_root.rglob("*.*") if "__pycache__" not in path.parts]
        assert len(files) > 10
        assert [name for name in files if not (core.site_packages / name).is_file()] == []
    data = core.run("python", "-c", "from migma_contract.resources import data_root; print(data_root())", cwd=tmp_path)
    root = Path(data.stdout.strip())
    assert root == core.site_packages / "migma_contract" / "_data"
    for path in (ROOT / "openapi.json", *(ROOT / "fixtures").rglob("*.json")):
        assert (root / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_it_brings_no_other_import_name(core):
    ours = {path.name for path in core.site_packages.iterdir() if not path.is_symlink()}
    expected = {"migma_contract", "migma_contract_tests", "migma_mock"}
    assert {name for name in ours if not name.startswith(("migma_mock-", "__pycache__"))} == expected


@pytest.fixture
def folder_of_another_project(tmp_path):
    """A folder with files that look like those of this project."""
    (tmp_path / "openapi.json").write_text('{"openapi": "3.1.0", "info": {"title": "Another project"}}')
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "broken.json").write_text("{")
    return tmp_path


def test_the_command_serves_its_own_data_in_a_folder_of_another_project(core, folder_of_another_project):
    process = subprocess.Popen(
        [core.scripts / "migma-mock", "--port", "0", "--quiet"],
        cwd=folder_of_another_project,
        env={},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            word, url = process.stdout.readline().split()
            assert word == "ready"
            headers = {"Authorization": "Bearer mgma_sk_test_local_development_0001"}
            newsletter = json.loads((ROOT / "fixtures/campaigns/newsletter.json").read_bytes())
            with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
                reply = client.get(f"/v1/campaigns/{newsletter['id']}/stats")
                assert reply.json() == {"success": True, "data": newsletter["stats"]}
                assert client.get("/openapi.json").content == (ROOT / "openapi.json").read_bytes()
                assert "Migma.ai API (v1)" in client.get("/docs").text
                assert client.get("/__mock__/").status_code == 200
        finally:
            process.terminate()
    assert process.returncode == 0
    assert sorted(path.name for path in folder_of_another_project.iterdir()) == ["fixtures", "openapi.json"]
