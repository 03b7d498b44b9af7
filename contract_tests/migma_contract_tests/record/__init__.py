"""``migma-contract record``: campaign files of what a server answered to the requests of a check."""
