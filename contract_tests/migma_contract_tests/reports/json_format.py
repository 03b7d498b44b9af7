"""The report as JSON, and the JSON Schema of it (docs/report.schema.json)."""

import json

from migma_contract_tests.results.report import Report


def render(report: Report) -> str:
    """Return the report as JSON in ASCII, which no encoding or terminal can change."""
    return json.dumps(report.model_dump(mode="json", by_alias=True), indent=2) + "\n"


def schema_text() -> str:
    """Return the JSON Schema (2020-12) of the report."""
    schema = Report.model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "migma-contract report"}
    return json.dumps(schema, indent=2) + "\n"
