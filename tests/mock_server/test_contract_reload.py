"""An edit of the contract's file is served between two requests, and an invalid one changes nothing."""

import contextlib
import io
import json

import httpx
import pytest
from editing import campaign, until

from migma_contract.resources import openapi_path
from migma_mock import MockServer, create_app
from migma_mock.http.access_log import AccessLog

PATH = "/v1/campaigns/{id}/stats"


class Contract:
    """A running mock with a contract in a file of its own, as a user edits it."""

    def __init__(self, mock, client, path, log):
        self.mock, self.client, self.path, self._log = mock, client, path, log

    def edit(self, change):
        """Change the document and write it; return it."""
        document = json.loads(openapi_path().read_bytes())
        change(document)
        self.path.write_text(json.dumps(document))
        return document

    def get(self, path=None):
        """Return the response for the campaign of the folder."""
        return self.client.get((path or PATH).replace("{id}", "mine"))

    def health(self):
        """Return the health of the mock."""
        return self.client.get("/__mock__/health").json()

    def log(self):
        """Return all lines of the log."""
        self.mock.mock.log.writer.drain()
        return self._log.getvalue()


@contextlib.contextmanager
def serving(folder, **settings):
    """Start a mock with the published contract in a file, and one campaign in a folder."""
    (folder / "fixtures").mkdir()
    (folder / "fixtures/mine.json").write_text(campaign())
    path = folder / "openapi.json"
    path.write_bytes(openapi_path().read_bytes())
    log = io.StringIO()
    mock = MockServer(contract=path, fixtures=folder / "fixtures", **settings)
    mock.mock.log = AccessLog(log)
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.auth_headers) as client:
        yield Contract(mock, client, path, log)


@pytest.fixture
def contract(tmp_path):
    with serving(tmp_path) as contract:
        yield contract


def renamed_path(document):
    document["info"]["version"] = "2.0.0"
    document["paths"] = {PATH.replace("/v1", "/v2"): document["paths"][PATH]}


def test_a_changed_path_is_served_on_old_and_new_connections(contract):
    """The client keeps its connection: the answer to the old path changes on it, and its journal stays."""
    assert contract.get().status_code == 200
    contract.edit(renamed_path)
    until(lambda: contract.get(PATH.replace("/v1", "/v2")).status_code == 200, "the new path")
    old = contract.get()
    assert (old.status_code, "/v2/campaigns/{id}/stats" in old.json()["error"]) == (404, True)
    assert httpx.get(f"{contract.mock.base_url}/openapi.json").json()["info"]["version"] == "2.0.0"
    until(lambda: "contract reloaded: Migma.ai API (v1), version 2.0.0" in contract.log(), "a line in the log")
    assert f"\n  The path is now {PATH.replace('/v1', '/v2')}; it was {PATH}." in contract.log()
    assert len(contract.mock.requests) > 3
    assert contract.mock.stats_url("mine").endswith("/v2/campaigns/mine/stats")


def test_an_application_has_the_new_path_as_its_route(tmp_path):
    """Mounted applications find routes by their names."""
    path = tmp_path / "openapi.json"
    path.write_bytes(openapi_path().read_bytes())
    app = create_app(contract=path)
    mock = app.state.mock
    count = len(app.router.routes)
    document = json.loads(path.read_bytes())
    renamed_path(document)
    path.write_text(json.dumps(document))
    assert mock.reload() == []
    assert app.url_path_for("GetCampaignStats", id="mine") == "/v2/campaigns/mine/stats"
    assert len(app.router.routes) == count


def broken(document):
    document["paths"][PATH]["get"]["responses"] = {}


@pytest.mark.parametrize("content", ["{", json.dumps({"openapi": "3.1.0"}), broken])
def test_an_invalid_edit_changes_nothing_and_is_shown(contract, content):
    """In the log, in health and, from there, on the dashboard; the next valid edit is served."""
    contract.edit(content) if callable(content) else contract.path.write_text(content)
    # The file may be read before all of it is written, and again then.
    until(lambda: [each for each in contract.health()["fixtureErrors"] if "line 1" in each["message"]], "the problem")
    assert contract.get().status_code == 200
    (problem,) = contract.health()["fixtureErrors"]
    assert problem["file"] == str(contract.path)
    assert contract.health()["status"] == "degraded"
    until(
        lambda: "contract not reloaded; the previous one (Migma.ai API (v1), version 1.0.0)" in contract.log(), "a note"
    )
    contract.edit(renamed_path)
    until(lambda: contract.health()["status"] == "ok", "health to be ok")
    assert contract.get(PATH.replace("/v1", "/v2")).status_code == 200


def test_a_deleted_file_changes_nothing(contract):
    contract.path.unlink()
    until(lambda: contract.health()["status"] == "degraded", "health to be degraded")
    assert contract.get().status_code == 200
    contract.path.write_bytes(openapi_path().read_bytes())
    until(lambda: contract.health()["status"] == "ok", "health to be ok")


def test_fixtures_are_checked_again(contract):
    """A campaign that contradicts the new contract keeps the old one, until the campaign is edited too."""
    fixture = contract.path.parent / "fixtures/mine.json"

    def limit(document):
        document["components"]["schemas"]["CampaignStats"]["properties"]["bounces"]["maximum"] = 3

    contract.edit(limit)
    until(lambda: contract.health()["status"] == "degraded", "health to be degraded")
    files = {problem["file"] for problem in contract.health()["fixtureErrors"]}
    assert str(fixture) in files
    assert contract.get().status_code == 200


def test_accounts_of_tests_follow_too(contract):
    """Their campaigns are the new ones, and what is armed stays armed."""
    account = contract.mock.new_account("a test")
    account.fail(503, times=1)

    def more(document):
        document["components"]["schemas"]["ApiResponse"]["required"].append("data")
        renamed_path(document)

    contract.edit(more)
    until(lambda: contract.get(PATH.replace("/v1", "/v2")).status_code == 200, "the new path")
    url = account.stats_url("mine")
    statuses = [httpx.get(url, headers=account.auth_headers).status_code for _ in range(2)]
    assert statuses == [503, 200]
    served = contract.mock.mock.accounts
    assert served.get(account.account_id).state.campaigns == served.built_in.state.campaigns


def test_campaigns_that_were_put_and_violate_the_new_contract_are_named(contract):
    """They belong to a test, which alone can say what they are now."""
    account = contract.mock.new_account("a test")
    account.campaign("own", totalSent=9, bounces=0)

    def limit(document):
        document["info"]["version"] = "2.0.0"
        document["components"]["schemas"]["CampaignStats"]["properties"]["totalSent"]["not"] = {"const": 9}

    contract.edit(limit)
    until(lambda: "contract reloaded" in contract.log(), "the note")
    assert (
        f"{account.account_id} still has campaigns that violate the new contract; put them again: own" in contract.log()
    )


def test_no_reload_leaves_the_contract_alone(tmp_path):
    with serving(tmp_path, reload=False) as contract:
        contract.edit(renamed_path)
        assert contract.mock.mock._watcher._task is None
        assert contract.get().status_code == 200
