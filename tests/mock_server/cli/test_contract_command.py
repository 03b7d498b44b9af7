"""``migma-mock contract`` shows what the mock reads in a contract, to people and to programs."""

import json

import pytest

from migma_contract.resources import openapi_path


def test_it_shows_the_built_in_contract(command):
    shown = command("contract").out
    for part in (
        "Migma.ai API (v1), version 1.0.0",
        "Source     openapi.json",
        "GET /v1/campaigns/{id}/stats (line ",
        "https://api.migma.ai",
        "header Authorization: Bearer YOUR_API_KEY",
        "    401      application/json Unauthorized",
        "Stats (14 members, of which 11 are required)",
        "    lastUpdated              string (date-time)\n",
        "    botOpens                 integer, optional\n",
        "note  'nullable' is not a keyword of OpenAPI 3.1",
    ):
        assert part in shown


def test_programs_get_json(command):
    data = json.loads(command("contract", openapi_path(), "--format", "json").out)
    assert data["operation"]["path"] == "/v1/campaigns/{id}/stats"
    assert list(data["responses"]) == ["200", "401", "404"]
    assert data["security"] == {
        "required": True,
        "places": [{"in": "header", "name": "Authorization", "value": "Bearer YOUR_API_KEY"}],
    }
    openrate = data["stats"]["openRate"]
    lines = openapi_path().read_text("utf-8").splitlines()
    assert lines[openrate["line"] - 1].strip().startswith('"openRate"')
    assert (openrate["required"], openrate["types"]) == (True, ["number"])
    assert data["stats"]["lastUpdated"]["format"] == "date-time"


def test_the_source_may_be_an_argument_an_option_or_a_variable(command, write_contract, document, monkeypatch):
    document["info"]["title"] = "Mine"
    path = write_contract(document)
    monkeypatch.setenv("MIGMA_MOCK_CONTRACT", str(path))
    for arguments in ([], [path], ["--contract", path]):
        assert command("contract", *arguments).out.startswith("Mine, version 1.0.0")
    assert "expected one of SOURCE and --contract, got both" in command("contract", path, "--contract", path).err


@pytest.mark.parametrize("arguments", [["nowhere.json"], ["--format", "xml"]])
def test_what_cannot_be_shown_is_one_line(command, arguments):
    shown = command("contract", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert "Traceback" not in shown.err


@pytest.mark.attack("control-characters")
def test_text_of_the_document_is_shown_without_control_characters(command, write_contract, document):
    document["info"]["title"] = "Mine\n\x1b[2Jready http://evil"
    document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["401"] = {
        **document["components"]["responses"]["Unauthorized"],
        "description": "no\x07\u202e",
    }
    for form in ("text", "json"):
        out = command("contract", write_contract(document), "--format", form).out
        assert not any(char in out for char in "\x07\u202e")
        assert "\x1b[2J" not in out


def test_a_value_of_http_basic_is_shown_as_it_is_built(command, write_contract, document):
    """The encoded form of a placeholder tells nobody what to encode."""
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "basic"}}
    document["security"] = [{"key": []}]
    document["paths"]["/v1/campaigns/{id}/stats"]["get"].pop("security", None)
    assert "header Authorization: Basic BASE64(YOUR_API_KEY:)\n" in command("contract", write_contract(document)).out
