"""Makes the sample exchanges of the rules, and the helpers of this folder, importable."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "contract" / "rules")]
