"""Mocks on changed contracts; makes the package of the changes importable for the tests of this folder."""

import sys
from pathlib import Path

import httpx
import pytest

from migma_mock import MigmaMock, Mock, MockTransport

sys.path.insert(0, str(Path(__file__).parent))

from contract_changes import trying
from contract_changes.change import Change


@pytest.fixture
def mock_of(tmp_path):
    """Starts a mock on the built-in contract with an edit; returns the handle of a new account."""

    def start(edit, **options):
        tried = trying.start(Change("edited", edit, "served"), tmp_path)
        mock = Mock(contract=tmp_path / "openapi.json", reload=False, **options) if options else tried.mock
        assert mock is not None, tried.message
        return MigmaMock(mock).new_account()

    return start


@pytest.fixture
def get():
    """Sends a GET to a mock."""

    def send(account, url, **headers):
        with httpx.Client(transport=MockTransport(account)) as client:
            return client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return send
