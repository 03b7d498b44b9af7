"""For Python tests: handles of accounts and clocks, recorded requests, and a transport without a socket."""
