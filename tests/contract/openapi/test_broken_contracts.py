"""Documents that cannot be used as the contract are rejected with file and place."""

import json
from pathlib import Path

import pytest

from migma_contract.errors import ContractError
from migma_contract.openapi import parse_contract
from migma_contract.resources import openapi_path

PATH = "/v1/campaigns/{id}/stats"
GET = "/paths/~1v1~1campaigns~1{id}~1stats/get"
PUBLISHED = openapi_path().read_bytes()


def get_of(document):
    return document["paths"][PATH]["get"]


def schemas(document):
    return document["components"]["schemas"]


def cycle_of_responses(document):
    document["components"]["responses"]["NotFound"] = {"$ref": "#/components/responses/Gone"}
    document["components"]["responses"]["Gone"] = {"$ref": "#/components/responses/NotFound"}


def cycle_of_bare_schemas(document):
    schemas(document)["CampaignStats"] = {"$ref": "#/components/schemas/Other"}
    schemas(document)["Other"] = {"$ref": "#/components/schemas/CampaignStats"}


def without_id(document):
    del get_of(document)["operationId"]
    document["paths"] = {"/v1/emails/{id}/numbers": document["paths"][PATH], "/v1/other": {"get": {"responses": {}}}}


def twice(document):
    document["paths"]["/v2/campaigns/{id}/stats"] = document["paths"][PATH]


def moved(to):
    def edit(document):
        document["paths"] = {to: document["paths"][PATH]}

    return edit


def posted(document):
    document["paths"][PATH] = {"post": get_of(document)}


def swagger(document):
    del document["openapi"]
    document["swagger"] = "2.0"


def nested(document):
    value = {}
    for _ in range(70):
        value = {"properties": {"deeper": value}}
    schemas(document)["CampaignStats"] = value


BYTES = {
    "an empty file": (b"", "", "got nothing"),
    "white space": (b" \n", "", "got nothing"),
    "half a document": (PUBLISHED[:1000], "", "line"),
    "a comma too many": (b'{"openapi": "3.1.0",}', "", "line 1, column"),
    "a comment": (b"// mine\n{}", "", "line 1, column 1"),
    "a duplicate key": (PUBLISHED.replace(b'"info":', b'"paths": {}, "info":'), "/paths", "again"),
    "NaN": (PUBLISHED.replace(b'"default": false', b'"default": NaN'), "/default", "NaN"),
    "a huge integer": (PUBLISHED.replace(b'"default": false', b'"default": ' + b"9" * 9999), "/default", "double"),
    "half a surrogate pair": (PUBLISHED.replace(b"MIT", rb"\ud800"), "/info/license/name", "surrogate"),
    "brackets without end": (b"[" * 100_000, "", "nesting"),
    "null": (b"null", "", "got nothing"),
    "an array": (b"[]", "", "[] (array)"),
    "a string": (b'"openapi"', "", "(string)"),
}

EDITS = {
    "no version": (lambda d: d.pop("openapi"), "/openapi", "got nothing"),
    "swagger 2.0": (swagger, "/swagger", "OpenAPI 3.0 or 3.1, got Swagger"),
    "a version of the future": (lambda d: d.update(openapi="4.0.0"), "/openapi", "OpenAPI 3.0 or 3.1"),
    "a version that is a number": (lambda d: d.update(openapi=3.1), "/openapi", "3.1 (number)"),
    "no info": (lambda d: d.pop("info"), "/info", "got nothing"),
    "no version of the API": (lambda d: d["info"].pop("version"), "/info/version", "got nothing"),
    "no paths": (lambda d: d.pop("paths"), "/paths", "got nothing"),
    "empty paths": (lambda d: d.update(paths={}), "/paths", "operations: none"),
    "paths in an array": (lambda d: d.update(paths=[]), "/paths", "[] (array)"),
    "a path without operations": (lambda d: d.update(paths={PATH: {}}), "/paths", "operations: none"),
    "a path item that is text": (lambda d: d.update(paths={PATH: "x"}), "/paths/~1v1~1campaigns", '"x" (string)'),
    "an operation that is null": (lambda d: d["paths"][PATH].update(get=None), GET, "got nothing"),
    "two operations without the id": (without_id, "/paths", "operationId GetCampaignStats"),
    "two operations with the id": (twice, "/paths", "GET /v2/campaigns/{id}/stats"),
    "a path without a parameter": (moved("/v1/stats"), "/paths/~1v1~1stats", "one parameter"),
    "a path with two parameters": (moved("/v1/{a}/{b}"), "/paths/~1v1~1{a}~1{b}", "one parameter"),
    "a path without a slash": (moved("v1/{id}"), "/paths/v1~1{id}", "one parameter"),
    "a parameter with another name than in the path": (
        moved("/v1/{emailId}"),
        "/parameters/0/name",
        "'emailId', got \"id\"",
    ),
    "a path without its parameter": (lambda d: get_of(d).pop("parameters"), f"{GET}/parameters", "got nothing"),
    "POST": (posted, "/paths", "a GET operation with the operationId GetCampaignStats, got only POST /v1/campaigns"),
    "no responses": (lambda d: get_of(d).pop("responses"), f"{GET}/responses", "got nothing"),
    "no 2xx": (lambda d: get_of(d)["responses"].pop("200"), f"{GET}/responses", "a 2xx response"),
    "a 2xx without a schema": (
        lambda d: get_of(d)["responses"]["200"].pop("content"),
        f"{GET}/responses",
        "a 2xx response with a JSON schema",
    ),
    "content that is an array": (
        lambda d: get_of(d)["responses"]["200"].update(content=[]),
        f"{GET}/responses/200/content",
        "media types",
    ),
    "a status in words": (lambda d: get_of(d)["responses"].update(ok={}), f"{GET}/responses", '"ok" (string)'),
    "a scheme that is not there": (
        lambda d: d["components"].pop("securitySchemes"),
        "/security",
        '"apiKeyAuth" (string)',
    ),
    "components in an array": (
        lambda d: d.update(components=[], security=[{"k": []}]) or get_of(d).update(responses=inline_responses()),
        "/security",
        "in components/securitySchemes",
    ),
    "a key in the body": (
        lambda d: d["components"]["securitySchemes"]["apiKeyAuth"].update({"in": "body"}),
        "/components/securitySchemes/apiKeyAuth",
        "header, query or cookie, the place of the API key",
    ),
    "a header without a name": (
        lambda d: d["components"]["securitySchemes"]["apiKeyAuth"].pop("name"),
        "/components/securitySchemes/apiKeyAuth/name",
        "got nothing",
    ),
    "servers in an object": (lambda d: d.update(servers={}), "/servers", "an array"),
    "a server without a URL": (lambda d: d.update(servers=[{}]), "/servers/0/url", "a URL"),
    "a reference to nothing": (
        lambda d: schemas(d).pop("CampaignStats"),
        "/components/schemas/ApiResponseCampaignStats/allOf/1/properties/data/$ref",
        "an existing place",
    ),
    "a response that refers to nothing": (
        lambda d: d["components"].pop("responses"),
        f"{GET}/responses/401/$ref",
        "an existing place",
    ),
    "a remote reference": (
        lambda d: get_of(d)["responses"]["404"].update({"$ref": "https://example.invalid/x.json#/NotFound"}),
        f"{GET}/responses/404/$ref",
        "within the document",
    ),
    "a remote reference in a schema": (
        lambda d: schemas(d)["CampaignStats"]["properties"].update(botOpens={"$ref": "count.json"}),
        "/components/schemas/CampaignStats/properties/botOpens/$ref",
        "within the document",
    ),
    "responses that refer to each other": (cycle_of_responses, "/components/responses/Gone", "a circle"),
    "schemas that are nothing but each other": (cycle_of_bare_schemas, "/components/schemas/Other", "a circle"),
    "an unknown type": (
        lambda d: schemas(d)["CampaignStats"]["properties"]["totalSent"].update(type="int"),
        "/components/schemas/CampaignStats/properties/totalSent/type",
        "a valid JSON Schema keyword",
    ),
    "a broken keyword": (
        lambda d: schemas(d)["CampaignStats"].update(required="totalSent"),
        "/components/schemas/CampaignStats/required",
        "a valid JSON Schema keyword",
    ),
    "a broken pattern": (
        lambda d: schemas(d)["CampaignStats"]["properties"]["lastUpdated"].update(pattern="("),
        "/components/schemas/CampaignStats/properties/lastUpdated/pattern",
        '"(" is not a "regex"',
    ),
    "a dynamic reference to nothing": (
        lambda d: schemas(d)["CampaignStats"].update({"$dynamicRef": "#nowhere"}),
        f"{GET}/responses/200/content/application~1json/schema",
        "a schema that compiles",
    ),
    "a schema that is text": (
        lambda d: get_of(d)["responses"]["200"]["content"]["application/json"].update(schema="object"),
        f"{GET}/responses/200/content/application~1json/schema",
        "a schema (an object)",
    ),
    "an envelope without data": (
        lambda d: [schemas(d)["ApiResponse"]["properties"].pop("data"), schemas(d)["ApiResponseCampaignStats"].clear()],
        f"{GET}/responses/200/content/application~1json/schema",
        "the field 'data'",
    ),
    "nesting without end": (nested, "", "64 levels"),
}


def inline_responses():
    content = {"application/json": {"schema": {"properties": {"data": {}}}}}
    return {status: {"description": "", "content": content} for status in ("200", "404")}


def refused(command, path, place, text):
    """Return the message of a refused start, after checks of the exit code, the outputs, the file and the place."""
    # Not serve, which would go on if the contract were not refused.
    outcome = command("fixtures", "--contract", path)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("migma-mock: the contract cannot be used")
    assert str(path) in outcome.err
    assert place in outcome.err
    assert text in outcome.err
    assert "expected" in outcome.err or "not valid JSON at" in outcome.err
    return outcome.err


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("kind", BYTES)
def test_a_file_that_is_not_json_is_rejected(command, write_contract, kind):
    content, place, text = BYTES[kind]
    refused(command, write_contract(content), place, text)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("kind", EDITS)
def test_an_unusable_document_is_rejected_with_the_place(command, write_contract, document, kind):
    edit, place, text = EDITS[kind]
    edit(document)
    refused(command, write_contract(document), place, text)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda path: None])
def test_a_path_that_is_not_a_file_is_rejected(command, tmp_path, make):
    path = tmp_path / "contract.json"
    make(path)
    refused(command, path, "", "a readable OpenAPI document")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that exists and cannot be read")
def test_an_unreadable_file_is_rejected(command, tmp_path):
    path = tmp_path / "contract.json"
    path.symlink_to("/proc/self/mem")
    refused(command, path, "", "a readable OpenAPI document")


def test_the_process_exits_with_2_and_without_a_traceback(run_mock, write_contract):
    outcome = run_mock("serve", "--port", "0", "--contract", write_contract(b"openapi: 3.1.0"))
    assert (outcome.code, outcome.out) == (2, "")
    assert "contract.json" in outcome.err


def test_the_error_has_the_problems_as_data(document):
    document["info"]["version"] = 1
    with pytest.raises(ContractError) as caught:
        parse_contract(json.dumps(document).encode(), source="mine.json")
    (problem,) = caught.value.problems
    place = (1, json.dumps(document).index('"version"') + 1)
    assert problem == ("mine.json", "/info/version", "the version of the API (a string)", "1 (integer)", "", place)
