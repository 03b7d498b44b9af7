"""Puts the exchanges that are judged where the tests of this folder can import them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
