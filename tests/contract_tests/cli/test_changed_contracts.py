"""The plan of a check follows a changed contract: URLs, the place of the key, parameters, and ids."""

import pytest

PATH = "/v1/campaigns/{id}/stats"


@pytest.fixture
def planned(run, document, write_contract):
    """Return the plan of a check with the built-in contract changed by an edit."""

    def plan(edit, *arguments):
        edit(document)
        outcome = run("check", "--plan", "--contract", write_contract(document), *arguments)
        return outcome.returncode, outcome.stdout.decode(), outcome.stderr.decode()

    return plan


def with_servers(*servers, path="/campaigns/{id}/stats"):
    def edit(document):
        document["paths"] = {path: document["paths"][PATH]}
        document["servers"] = list(servers)

    return edit


def with_key(**scheme):
    return lambda document: document["components"]["securitySchemes"].update(apiKeyAuth=scheme)


def need(document, name, where, **schema):
    parameter = {"name": name, "in": where, "required": True, "schema": schema}
    document["paths"][PATH]["get"]["parameters"].append(parameter)


@pytest.mark.parametrize("base", ["https://api.migma.ai", "https://api.migma.ai/v1", "https://api.migma.ai/v1/"])
def test_a_base_url_with_the_path_of_the_server_or_without_it_leads_to_the_same_requests(planned, base):
    code, out, _ = planned(with_servers({"url": "https://api.migma.ai/v1"}), "--base-url", base, "--campaign-id", "a1")
    assert code == 0
    assert "GET https://api.migma.ai/v1/campaigns/a1/stats\n" in out


def test_the_contracts_own_server_is_asked_at_its_path(planned):
    variables = {"region": {"default": "api"}, "version": {"default": "v1"}}
    server = {"url": "https://{region}.migma.ai/{version}", "variables": variables}
    code, out, _ = planned(with_servers(server), "--campaign-id", "a1")
    assert (code, "GET https://api.migma.ai/v1/campaigns/a1/stats\n" in out) == (0, True)


def test_a_server_that_moved_to_another_version_is_a_path_that_moved(run, document, write_contract, stage):
    """A base URL with /v2 would be asked at /v2/v1, so that none is suggested."""
    with_servers({"url": "https://api.migma.ai/v1"})(document)
    target = f"/v2/campaigns/{stage.campaign}/stats"
    with stage.serve(lambda _: stage.answer(308, b"", f"Location: {target}")) as server:
        arguments = ("--base-url", server.url, "--campaign-id", stage.campaign, "--contract", write_contract(document))
        outcome = run("check", *arguments, MIGMA_API_KEY=stage.key)
    assert outcome.returncode == 3
    text = " ".join(outcome.stdout.decode().split())
    assert f"The path has moved to {target} (308)" in text
    assert "--base-url" not in text.partition("what to do next")[2]


def test_a_relative_server_needs_a_base_url(planned):
    code, _, err = planned(with_servers({"url": "/v1"}), "--campaign-id", "a1")
    assert code == 2
    assert "a URL that is not complete: /v1" in err


@pytest.mark.parametrize(
    ("scheme", "shown"),
    [
        ({"type": "apiKey", "in": "query", "name": "api key"}, "/stats?api%20key=YOUR_API_KEY\n"),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "Cookie: sid=YOUR_API_KEY\n"),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, "X-Key: YOUR_API_KEY\n"),
        ({"type": "http", "scheme": "basic"}, "Authorization: Basic WU9VUl9BUElfS0VZOg==\n"),
        ({"type": "http", "scheme": "Bearer"}, "Authorization: Bearer YOUR_API_KEY\n"),
        ({"type": "oauth2", "flows": {}}, "Authorization: Bearer YOUR_API_KEY\n"),
    ],
)
def test_the_key_is_where_the_contract_has_it(planned, scheme, shown):
    code, out, _ = planned(with_key(**scheme), "--campaign-id", "a1")
    assert (code, shown in out) == (0, True)


def test_what_every_request_must_have_is_sent_with_the_examples_of_the_contract(planned):
    def edit(document):
        need(document, "X-Workspace", "header", type="string", example="acme")
        need(document, "range", "query", type="string", enum=["30 d"])

    code, out, _ = planned(edit, "--campaign-id", "a1")
    requests = [line for line in out.splitlines() if line[:1].isdigit() and "://" in line]
    assert code == 0
    assert all(line.endswith("/stats?range=30%20d") for line in requests)
    assert out.count("X-Workspace: acme\n") == len(requests)


def test_an_api_without_keys_is_asked_without_one_and_nothing_about_keys(planned):
    code, out, err = planned(lambda document: document.pop("security"), "--campaign-id", "a1")
    assert (code, err) == (0, "")
    assert "invalid key" not in out
    assert "without a key" not in out


def test_the_id_of_no_campaign_has_the_form_that_the_contract_allows(planned):
    def edit(document):
        document["paths"][PATH]["get"]["parameters"][0]["schema"] = {"type": "string", "pattern": "^cmp_[0-9]{6}$"}

    code, out, _ = planned(edit, "--campaign-id", "cmp_123456")
    ids = {line.rpartition("/campaigns/")[2].removesuffix("/stats") for line in out.splitlines() if "://" in line}
    (unknown,) = {each for each in ids if each.startswith("cmp_")} - {"cmp_123456"}
    assert (code, len(unknown)) == (0, 10)
