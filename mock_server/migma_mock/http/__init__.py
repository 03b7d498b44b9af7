"""HTTP on a socket: uvicorn, ASGI, protocol bounds, the fast path and connection faults."""
