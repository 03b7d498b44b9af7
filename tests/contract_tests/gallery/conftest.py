"""Makes the package of the gallery importable for the tests of this folder, which are too many to measure."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _unmeasured(unmeasured):
    """Each of a thousand checks runs the same code."""
