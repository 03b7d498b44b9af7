"""Makes the shared module of these tests importable, and gives a folder for Unix sockets."""

import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def short_folder():
    """A folder with a short path: that of a Unix socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="mm-", dir="/tmp") as folder:
        yield Path(folder)
