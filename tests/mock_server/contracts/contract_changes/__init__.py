"""Changes of the vendor's contract, and what the mock and the check make of each."""
