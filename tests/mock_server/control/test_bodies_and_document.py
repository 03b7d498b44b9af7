"""All routes: bodies are strict JSON, errors have the vendor's envelope, and the OpenAPI document lists every route."""

import json
import re

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

JSON = {"Content-Type": "application/json"}
ACCOUNT = "/accounts/built-in"
WITH_BODY = [
    ("POST", "/accounts", {"name": "x"}),
    ("PUT", f"{ACCOUNT}/rate-limit", {"plan": "unlimited"}),
    ("PUT", f"{ACCOUNT}/campaigns/x", {"id": "x"}),
    ("POST", f"{ACCOUNT}/drafts", {"id": "x"}),
    ("POST", f"{ACCOUNT}/faults", {"kind": "reset"}),
    ("PATCH", f"{ACCOUNT}/clock", {"frozen": False}),
    ("POST", f"{ACCOUNT}/pause-refresh", {"seconds": 0}),
    ("POST", f"{ACCOUNT}/verify", {"times": 0}),
]
NOT_JSON = [
    b"",
    b" \r\n",
    b"{",
    b'{"a":1,}',
    b"{'a': 1}",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": 1, "a": 1}',
    b'{"a": "\\ud800"}',
    b'{"\\udfff": 1}',
    b"[" * 100_000,
    b'{"a":' * 70 + b"1" + b"}" * 70,
    b"\x00",
]


@pytest.fixture(scope="module")
def document(api):
    """The control API's own OpenAPI document."""
    return api("GET", "/openapi.json").json()


@pytest.fixture(scope="module")
def routes(document):
    """Method, path below the prefix, and operation of every documented route."""
    return [
        (method.upper(), path.removeprefix("/__mock__"), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


@pytest.mark.parametrize("content", NOT_JSON, ids=lambda content: repr(content[:24]))
@pytest.mark.parametrize(("method", "path", "_body"), WITH_BODY, ids=lambda value: str(value)[:24])
def test_a_body_that_is_not_strict_json_is_refused(api, method, path, _body, content):
    assert api.problems(method, path, content=content, headers=JSON)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", None])
@pytest.mark.parametrize(("method", "path", "body"), WITH_BODY, ids=lambda value: str(value)[:24])
def test_a_body_without_a_json_content_type_is_refused(api, method, path, body, content_type):
    """A form on another site can send only these types; the message names the missing header."""
    headers = {"Content-Type": content_type} if content_type else {}
    envelope = api.refused(method, path, 415, content=json.dumps(body).encode(), headers=headers)
    assert "Content-Type: application/json" in envelope["error"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_content_type_may_have_parameters_and_capitals(api, content_type):
    api("POST", f"{ACCOUNT}/verify", content=b'{"times": 0}', headers={"Content-Type": content_type})


@pytest.mark.attack("memory")
@pytest.mark.parametrize(("method", "path", "_body"), WITH_BODY, ids=lambda value: str(value)[:24])
def test_a_huge_body_is_refused(api, method, path, _body):
    api.refused(method, path, 413, content=b'"' + b"x" * 2_000_000 + b'"', headers=JSON)


@pytest.mark.attack("memory")
@pytest.mark.parametrize("size", [10_000, 400_000])
@pytest.mark.parametrize(("method", "path", "_body"), WITH_BODY, ids=lambda value: str(value)[:24])
def test_a_large_body_of_the_wrong_type_is_refused_briefly(api, method, path, _body, size):
    # Problems of a draft that is JSON and not too large are the result, not an error.
    status = 200 if path.endswith("/drafts") and size == 10_000 else 422
    response = api(method, path, status=status, content=b"[" + b"1," * size + b"1]", headers=JSON)
    assert len(response.content) < 1_000


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    errors = [(error.instance_path, error.message) for error in OPENAPI_31_VALIDATOR.iter_errors(document)]
    assert errors == []


def test_every_reference_of_the_document_exists(document):
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references <= document["components"]["schemas"].keys()


def test_no_schema_of_a_file_format_replaces_another_of_the_same_name(document):
    """They are added by name, so that a model of the same name would be lost."""
    schemas = document["components"]["schemas"]
    assert schemas["Status"]["properties"]["kind"]["const"] == "status"
    assert schemas["RateLimit"]["properties"].keys() == {"plan"}
    assert schemas["HealthModel"]["properties"].keys() >= {"status", "version"}


def test_every_operation_has_a_unique_id_and_a_description(routes):
    names = [operation["operationId"] for _, _, operation in routes]
    assert len(set(names)) == len(names) > 20
    assert all(re.fullmatch(r"[a-z]+_[a-z_]+", name) for name in names)
    assert all(operation["description"].rstrip().endswith(".") for _, _, operation in routes)


def test_every_route_except_the_checks_documents_its_errors(routes):
    for _, path, operation in routes:
        statuses = operation["responses"].keys()
        assert ({"401", "403", "404", "422"} <= statuses) is (path not in {"/health", "/live", "/ready"})
        assert ("415" in statuses) <= ("requestBody" in operation)
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                schema = {"$ref": "#/components/schemas/ErrorModel"}
                assert response["content"] == {"application/json": {"schema": schema}}, path


def test_event_streams_are_documented_as_such(routes):
    streams = [operation for _, path, operation in routes if path.endswith("/events")]
    assert len(streams) == 3
    for operation in streams:
        assert operation["responses"]["200"]["content"].keys() == {"text/event-stream"}


def test_exactly_the_documented_routes_exist(api, routes):
    """A method that a path does not have gets 405 with the methods that it has."""
    for _, path, _ in routes:
        concrete = path.replace("{account_id}", "built-in").replace("{campaign_id}", "x").replace("{fault_id}", "x")
        methods = {
            method for method, other, _ in routes if re.fullmatch(re.sub(r"\\?{\w+\\?}", "[^/]+", other), concrete)
        }
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"} - methods:
            response = api(method, concrete, status=405)
            assert response.json()["code"] == "METHOD_NOT_ALLOWED"
            assert set(response.headers["allow"].split(", ")) == methods | ({"HEAD"} if "GET" in methods else set()), (
                path
            )


def test_head_is_answered_as_get_without_the_body(api, routes):
    """That includes event streams, which end at once. A path without GET has no HEAD either."""
    for path in {path for method, path, _ in routes if method == "GET"}:
        concrete = path.replace("{account_id}", "built-in").replace("{campaign_id}", "66b2f0a1c4e5d60012a40201")
        with api.client.stream("GET", concrete) as get:
            head = api("HEAD", concrete, status=200)
        assert head.content == b""
        for name in ("content-type", "cache-control"):
            assert head.headers.get(name) == get.headers.get(name), path
    assert api("HEAD", f"{ACCOUNT}/verify", status=405).headers["allow"] == "POST"
    assert api("HEAD", "/accounts/nobody", status=404).content == b""


def test_fields_are_in_camel_case(document):
    ours = {name: schema for name, schema in document["components"]["schemas"].items() if "properties" in schema}
    names = {field for schema in ours.values() for field in schema["properties"]}
    assert len(names) > 50
    assert [name for name in names if not re.fullmatch(r"\$?[a-z]+([A-Z][a-z]+)*", name)] == []


def test_the_error_for_an_unknown_page_names_the_existing_ones(api):
    envelope = api.refused("GET", "/nowhere", 404)
    for page in ("/docs", "/openapi.json", "/__mock__/docs", "/__mock__/openapi.json", "/__mock__/health"):
        assert page in envelope["error"]


def test_the_docs_show_every_route_and_load_no_external_resources(api, document, routes):
    response = api("GET", "/docs")
    assert response.headers["content-type"].startswith("text/html")
    page = response.text
    for method, path, _ in routes:
        assert re.search(rf"<b>{method}</b> <code>/__mock__{re.escape(path)}</code>", page)
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= document["components"]["schemas"].keys()
    assert not re.search(r"""(src|href|url\()\s*=?\s*["']?(https?:)?//""", page)
    assert "<script" not in page
    assert api("HEAD", "/docs").content == b""


def test_the_contract_s_path_and_the_control_api_have_separate_paths(api, newsletter):
    vendor, key = f"/v1/campaigns/{newsletter}/stats", api.mock.auth_headers
    assert api.refused("GET", vendor, 404, headers=key)["code"] == "NOT_FOUND"
    for path in (
        "/accounts",
        "/v1/accounts",
        "/v1/__mock__/accounts",
        "/v1/campaigns/__mock__/stats",
        "//__mock__/health",
    ):
        response = api.client.get(f"{api.mock.base_url}{path}", headers=key)
        assert response.status_code == 404, path
    recorded = api("GET", f"{ACCOUNT}/journal?limit=5").json()["entries"]
    assert {each["path"] for each in recorded} >= {"/accounts", "/v1/__mock__/accounts"}
    assert not any(each["path"].startswith("/__mock__") for each in recorded)


def test_control_calls_are_in_no_journal(api):
    account = api.account()
    account("GET", "/clock")
    account("GET", "/journal", headers={"Authorization": f"Bearer {account.keys['working']}"})
    assert account.journal()["recorded"] == 0
