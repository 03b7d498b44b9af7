"""A check of a server that behaves in some way."""

import pytest

from migma_contract_tests.check.runner import run


@pytest.fixture
def findings(stage, contract):
    """Checks a server that behaves so, with patience, and returns the findings."""

    def check(behave):
        with stage.serve(behave) as server:
            return run(stage.options(server.url, timeout=60.0), contract, sleep=lambda _: None).report(None).findings

    return check
