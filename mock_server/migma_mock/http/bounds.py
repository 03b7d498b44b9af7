"""Bounds on the size and time of requests, and the refusals of what exceeds them."""

MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
HEADERS_SECONDS = 10.0
"""Time from the connection to the first byte of a request, and from there to the end of its headers."""

BODY_SECONDS = 10.0
"""Time from the end of the headers to the end of the body."""

READ_SECONDS = 30.0
"""Time for a client to read some of what waits for it: about 48 KB of the 64 KB that may wait."""

STOP_SECONDS = 0.8
"""Time that a connection has left when the server stops; a bit later uvicorn would cancel its tasks with an error."""

HANDSHAKE_SECONDS = 10.0
"""Time from a connection to the end of its TLS handshake."""

MAX_HANDSHAKES = 1000
"""TLS handshakes at once; the oldest one ends for another."""

WAITING_BYTES = 64 * 1024
"""Bytes of responses that may wait for a client; event loops let more wait under TLS."""

LINGER_SECONDS = 1.0
"""Time for which the rest of a refused request is read and dropped."""

TLS_HANDSHAKE = b"\x16"
"""The first byte of a client that speaks TLS: the type of a record."""

REFUSALS = {
    "BAD_REQUEST": (400, "This is not a valid HTTP/1.1 request."),
    "INVALID_HOST": (400, "A request has one Host header, with the name and port of the server; HTTP/1.0 may omit it."),
    "HTTPS_REQUIRED": (400, "This port speaks HTTPS only: begin the URL with https://."),
    "CONTENT_TOO_LARGE": (413, f"The request's body is larger than {MAX_BODY_BYTES} bytes."),
    "REQUEST_TIMEOUT": (408, f"Headers have {HEADERS_SECONDS:g} seconds to arrive, and a body {BODY_SECONDS:g} more."),
    "URI_TOO_LONG": (414, f"The request target is longer than {MAX_TARGET_BYTES} bytes."),
    "HEADERS_TOO_LARGE": (431, f"The request's headers are larger than {MAX_HEADER_BYTES} bytes."),
}
