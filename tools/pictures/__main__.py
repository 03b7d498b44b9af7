"""``python -m tools.pictures``: renew every picture of ``docs/images/``, and name them."""

import sys

from tools.pictures import IMAGES, PICTURES


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    for name, take in PICTURES.items():
        (IMAGES / name).write_bytes(take())
        sys.stdout.write(f"docs/images/{name}\n")


if __name__ == "__main__":
    main()
