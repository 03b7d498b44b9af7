"""The generated files in ``docs/``: each is made by a function from the code.

``python -m tools.reference`` writes them. A test in tests/docs fails if one is out of date.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from migma_contract_tests.reports.json_format import schema_text
from tools.reference.change_rules import change_rules_page
from tools.reference.commands import contract_page, mock_page
from tools.reference.control_api import control_api_page
from tools.reference.faults import faults_page
from tools.reference.fixture_format import fixture_page, fixture_schema
from tools.reference.meaning import meaning_page
from tools.reference.rules import rules_page
from tools.reference.scenarios import scenarios_page
from tools.reference.settings import settings_page

DOCS = Path(__file__).resolve().parents[2] / "docs"

COMMAND = "python -m tools.reference"
"""Command that updates them, run in the root of the checkout."""

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/settings.md": settings_page,
    "reference/migma-mock.md": mock_page,
    "reference/migma-contract.md": contract_page,
    "reference/control-api.md": control_api_page,
    "reference/faults.md": faults_page,
    "reference/fixture-format.md": fixture_page,
    "reference/meaning.md": meaning_page,
    "reference/rules.md": rules_page,
    "reference/change-rules.md": change_rules_page,
    "scenarios.md": scenarios_page,
    "fixture.schema.json": fixture_schema,
    "report.schema.json": schema_text,
}
"""Each generated file below ``docs/`` with the function that returns its text."""
