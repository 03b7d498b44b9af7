"""``python -m migma_contract_tests``: the same as ``migma-contract``."""

from migma_contract_tests.cli.main import main

if __name__ == "__main__":
    main()
