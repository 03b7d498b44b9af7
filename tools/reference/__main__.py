"""``python -m tools.reference``: write all generated files in ``docs/`` and print those that changed."""

import sys

from tools.reference import DOCS, PAGES


def main() -> None:
    """Write every generated file that changed."""
    for name, write in PAGES.items():
        path, text = DOCS / name, write()
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
