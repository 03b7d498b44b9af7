"""``python -m tools.pictures``: update all pictures in ``docs/images/`` and print their names."""

import sys

from tools.pictures import IMAGES, PICTURES


def main() -> None:
    """Create every picture."""
    IMAGES.mkdir(exist_ok=True)
    for name, take in PICTURES.items():
        (IMAGES / name).write_bytes(take())
        sys.stdout.write(f"docs/images/{name}\n")


if __name__ == "__main__":
    main()
