"""What writes parts of this project from its code; no part of the wheel."""
