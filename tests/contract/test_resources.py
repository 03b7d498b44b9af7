"""openapi.json and fixtures/ come from the package, never from the working directory."""

from pathlib import Path

from migma_contract import resources

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_checkout_uses_its_own_files():
    assert resources.data_root() == ROOT
    assert resources.openapi_path() == ROOT / "openapi.json"
    assert resources.fixtures_path() == ROOT / "fixtures"


def test_the_files_of_a_checkout_come_before_a_packaged_copy(monkeypatch, tmp_path):
    """An editable install may contain the copy of an earlier build, which must not be used."""
    package = tmp_path / "contract" / "migma_contract"
    (package / "_data" / "fixtures").mkdir(parents=True)
    (package / "_data" / "openapi.json").write_text("stale")
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.data_root() == package / "_data", "no checkout around it"
    (tmp_path / "openapi.json").write_text("of another project")
    assert resources.data_root() == package / "_data", "one file does not make a checkout"
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "fixtures").mkdir()
    assert resources.data_root() == tmp_path


def test_the_working_directory_has_no_effect(monkeypatch, tmp_path):
    (tmp_path / "openapi.json").write_text('{"another": "project"}')
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert resources.data_root() == ROOT
