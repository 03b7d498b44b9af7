"""The wheel beside a project that has folders of our names: its own tests pass there, and so do those with our fixture.

A package of ours named like one of the project's folders would take its place in ``import``, or break pytest's start.
"""

import pytest

FOLDERS = ("mock_server", "contract_tests", "contract", "tests", "fixtures")

OWN_TEST = """
import {folder}
from {folder} import helper

def test_the_package_of_this_project_is_imported():
    assert helper.OWNER == "the project, {folder}"
    assert {folder}.__file__ == {path!r}
"""

TEST_WITH_OUR_FIXTURE = """
import httpx

def test_the_mock_answers(migma_mock):
    reply = httpx.get(migma_mock.stats_url(migma_mock.example_id), headers=migma_mock.auth_headers)
    assert reply.json()["success"] is True
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The other project: each of its folders is a package with a test of its own."""
    root = tmp_path_factory.mktemp("project")
    for folder in FOLDERS:
        package = root / folder
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "helper.py").write_text(f'OWNER = "the project, {folder}"\n')
        text = OWN_TEST.format(folder=folder, path=str(package / "__init__.py"))
        (package / f"test_of_{folder}.py").write_text(text)
    (root / "tests" / "test_client.py").write_text(TEST_WITH_OUR_FIXTURE)
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-p no:cacheprovider"\n')
    return root


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        (["pytest"], {}),
        pytest.param(["python", "-m", "pytest"], {}, marks=pytest.mark.long),
        pytest.param(["pytest"], {"PYTHONPATH": "."}, marks=pytest.mark.long),
        (["python", "-m", "pytest"], {"PYTHONPATH": "."}),
        (["pytest", "--import-mode=importlib"], {"PYTHONPATH": "."}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "".join(value),
)
def test_its_tests_and_those_with_our_fixture_pass(with_pytest, project, command, environment):
    ended = with_pytest.run(*command, cwd=project, **environment)
    assert f"{len(FOLDERS) + 1} passed" in ended.stdout, ended.stdout + ended.stderr
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_session_that_does_not_use_the_mock_imports_nothing_of_it_but_the_plugin(with_pytest, tmp_path):
    (tmp_path / "test_it.py").write_text("""
import sys

PLUGIN = ["arming_listeners", "pytest_faults", "pytest_marker", "pytest_plugin"]

def test_what_is_imported():
    found = sorted(name for name in sys.modules if name.startswith("migma_"))
    assert found == ["migma_mock", *(f"migma_mock.{name}" for name in PLUGIN)]
    assert not {"fastapi", "pydantic", "httpx", "uvicorn", "hypothesis", "typer"} & {*sys.modules}
""")
    ended = with_pytest.run("pytest", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout
