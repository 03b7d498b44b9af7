"""The live API behind the mock: what is sent to it, what comes back, and what the rules say about that."""
