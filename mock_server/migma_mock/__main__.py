"""``python -m migma_mock``: the same as ``migma-mock``."""

from migma_mock.cli.main import main

if __name__ == "__main__":
    main()
