"""Libraries are loaded only when they are used."""

import json
import subprocess
import sys

import pytest

import migma_mock

WEB = {"fastapi", "starlette", "uvicorn", "httptools", "uvloop"}
GENERATION = {"hypothesis", "schemathesis"}
TEST_TOOLS = {"pytest", "_pytest", "rich", "junitparser"}

SERVE = """
import http.client
from migma_mock import MockServer

def ask(path, headers):
    connection = http.client.HTTPConnection(mock.base_url.removeprefix("http://"))
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status

with MockServer() as mock:
    path = f"/v1/campaigns/{mock.example_id}/stats"
    assert [ask(path, mock.auth_headers), ask(path, {})] == [200, 401]
    first = loaded()
    statuses = [ask(page, {}) for page in ("/docs", "/openapi.json", "/__mock__/health")]
    assert statuses == [200, 200, 200], statuses
"""


def loaded_by(code):
    """Top-level modules that a new process has loaded once it has run some code, and what the code put into first."""
    program = f"""
import json, sys
def loaded():
    return sorted({{name.partition(".")[0] for name in sys.modules}})
first = []
{code}
print(json.dumps([first, loaded()]))
"""
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [set(names) for names in json.loads(output)]


def test_importing_the_package_loads_no_web_framework():
    _, names = loaded_by("import migma_mock; migma_mock.__version__")
    assert "migma_mock" in names
    assert not names & (WEB | GENERATION | TEST_TOOLS | {"pydantic", "typer", "httpx", "jsonschema_rs"})


def test_a_mock_on_fixtures_serves_without_what_generates():
    first, names = loaded_by(SERVE)
    assert "uvicorn" in first
    assert "fastapi" not in first, "stats are answered before FastAPI is loaded"
    assert "fastapi" in names
    assert not names & (GENERATION | TEST_TOOLS | {"migma_contract_tests"})


def test_an_answer_in_process_needs_no_server():
    _, names = loaded_by("from migma_mock import Mock; Mock()")
    assert not names & (GENERATION | TEST_TOOLS | {"fastapi", "uvicorn"})


def test_the_process_of_the_command_loads_no_more():
    _, names = loaded_by("import migma_mock.cli.main")
    assert not names & (WEB | GENERATION | {"pytest", "_pytest"})


def test_the_coherent_profiles_do_without_schemathesis():
    _, names = loaded_by("from migma_mock import Mock; Mock(profile='edge').generator.envelope('x')")
    assert "hypothesis" in names
    assert "schemathesis" not in names


@pytest.mark.parametrize("name", migma_mock.__all__)
def test_every_public_name_is_there(name):
    assert getattr(migma_mock, name)
    assert name in dir(migma_mock)


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Mocks'"):
        _ = migma_mock.Mocks
