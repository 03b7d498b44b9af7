"""``make watch`` runs the tests that mirror the changed file."""

import pytest

from tools.watch import ROOT, find_tests


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("mock_server/migma_mock/engine/prefer.py", {"tests/mock_server/engine/test_prefer.py"}),
        ("mock_server/migma_mock/engine/router.py", {"tests/mock_server/engine"}),
        ("mock_server/migma_mock/faults/kinds/body.py", {"tests/mock_server/faults"}),
        ("mock_server/migma_mock/settings.py", {"tests/mock_server/test_settings.py"}),
        ("contract/migma_contract/redaction.py", {"tests/contract/test_redaction.py"}),
        ("tests/mock_server/engine/test_cors.py", {"tests/mock_server/engine/test_cors.py"}),
        ("tests/mock_server/engine/conftest.py", {"tests/mock_server/engine"}),
    ],
)
def test_a_file_has_its_tests(changed, tests):
    assert {str(path.relative_to(ROOT)) for path in find_tests(ROOT / changed)} == tests
