"""A store for the tests of a module."""

import pytest
from valkey_server import ValkeyServer
from worker_pair import url_of


@pytest.fixture(scope="module")
def server():
    """A store that all tests of a module share; those that kill it have one of their own."""
    with ValkeyServer() as started:
        yield started


@pytest.fixture
def url(server):
    """The URL of the store, with a prefix that no other test has."""
    return url_of(server)
