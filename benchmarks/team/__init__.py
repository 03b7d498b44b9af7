"""The proof that a mock of many processes and machines counts as one does; and its throughput and its memory."""
