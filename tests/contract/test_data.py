"""Where openapi.json and fixtures/ come from: the package, never the working directory."""

from pathlib import Path

from migma_contract import resources as data

ROOT = Path(__file__).resolve().parent.parent.parent


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
