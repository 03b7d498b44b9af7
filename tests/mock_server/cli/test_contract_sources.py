"""Each way to start the mock takes a contract as JSON, YAML, a page or a URL."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import yaml

from migma_contract.resources import openapi_path
from migma_mock import MockServer, create_app

PAGE = Path(__file__).parents[2] / "contract/openapi/reading/samples/get-campaign-stats.md"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The URL of the published contract; it serves nothing else."""
    cache = pytest.MonkeyPatch()
    cache.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(openapi_path().read_bytes())

        def log_message(self, *_):
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/openapi.json"
        server.shutdown()
        thread.join()
    cache.undo()


@pytest.fixture
def yaml_file(document, write_contract):
    document["info"]["version"] = "7.0"
    return write_contract(yaml.safe_dump(document, sort_keys=False).encode(), "openapi.yaml")


def test_a_server_follows_a_contract_in_yaml(yaml_file, document):
    """Its /openapi.json is JSON, whatever the file is."""
    with MockServer(contract=yaml_file, reload=False) as mock:
        response = httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers)
        served = httpx.get(f"{mock.base_url}/openapi.json")
    assert response.status_code == 200
    assert served.json()["info"]["version"] == "7.0"
    assert served.headers["content-type"] == "application/json"


def test_an_application_follows_a_page():
    assert create_app(contract=str(PAGE), reload=False).state.mock.contract.version == "1.0.0"


def test_commands_take_each_source(command, yaml_file, url):
    for source in (yaml_file, PAGE, url):
        found = command("doctor", "--port", 0, "--contract", source)
        assert found.code == 0
        assert f"from {source}" in found.out
    assert command("fixtures", "--contract", yaml_file).code == 0
    assert command("generate", "--contract", url, "--refresh").code == 0


def test_a_mistake_has_its_line(command, yaml_file):
    yaml_file.write_text(yaml_file.read_text().replace("info:\n", "info:\n  title: again\n"))
    refused = command("serve", "--contract", yaml_file)
    assert refused.code == 2
    assert f"{yaml_file} at /info/title (line 4, column 3): expected each key once" in refused.err


def test_what_is_served_says_from_when_a_fetched_contract_is(url):
    with MockServer(contract=url, reload=False) as mock:
        health = httpx.get(f"{mock.base_url}/__mock__/health").json()
    assert f" {url}, fetched " in health["notices"][0]
