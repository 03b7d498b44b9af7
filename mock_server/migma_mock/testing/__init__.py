"""What a Python test holds: handles of accounts and clocks, and a transport without a socket."""
