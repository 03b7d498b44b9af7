"""Requests as bytes: valid beginnings, invalid HTTP, and valid but unusual HTTP."""

END = b"Connection: close\r\n\r\n"
CAMPAIGN = b"/v1/campaigns/66b2f0a1c4e5d60012a40101/stats"
GET = (
    b"GET "
    + CAMPAIGN
    + b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer mgma_sk_test_local_development_0001\r\n"
)
POST = GET.replace(b"GET", b"POST")
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
WEBSOCKET = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n"

BROKEN = {
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "words": b"hello there, is this an HTTP server?\r\n\r\n",
    "an unknown method": b"FOO / HTTP/1.1\r\n\r\n",
    "a method in small letters": GET.lower() + END,
    "no target": b"GET HTTP/1.1\r\n\r\n",
    "a blank in the target": b"GET /a b HTTP/1.1\r\n\r\n",
    "NUL in the target": b"GET /\x00 HTTP/1.1\r\n\r\n",
    "raw bytes in the target": b"GET /v1/campaigns/\xff\xfe/stats HTTP/1.1\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\x00b\r\n" + END,
    "NUL in a header name": GET + b"X\x00A: a\r\n" + END,
    "a header without a colon": GET + b"nonsense\r\n" + END,
    "a header without a name": GET + b": value\r\n" + END,
    "a blank before the colon": GET + b"X-A : value\r\n" + END,
    "a folded header": GET + b"X-A: a\r\n b\r\n" + END,
    "a lone CR": GET + b"X-A: a\rb\r\n" + END,
    "another protocol": b"GET / FTP/1.1\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.7\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "CONNECT": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
    "an absolute target without a path": b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "Content-Length twice": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "Content-Length that is no number": POST + b"Content-Length: 1e3\r\n\r\n",
    "a negative Content-Length": POST + b"Content-Length: -1\r\n\r\n",
    "a Content-Length beyond 64 bits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "Content-Length with Transfer-Encoding": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding not ending in chunked": POST + b"Transfer-Encoding: chunked, identity\r\n\r\nabc",
    "a chunk size that is no number": POST + CHUNKED + b"zz\r\nabc\r\n",
    "a chunk size beyond 64 bits": POST + CHUNKED + b"fffffffffffffffffff\r\n",
    "a chunk longer than it says": POST + CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
}
UNUSUAL = {
    "whole": GET + END,
    "HTTP/1.0": GET.replace(b"1.1", b"1.0") + b"\r\n",
    "HTTP/0.9": b"GET /\r\n",
    "absolute": GET.replace(b"GET /", b"GET http://localhost:4010/") + END,
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n" + END,
    "many headers": GET + b"X: y\r\n" * 5000 + END,
    "huge header": GET + b"X-A: " + b"a" * 100_000 + b"\r\n" + END,
    "huge target": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "pipelined": (GET + b"\r\n") * 20,
    "pipelined and garbage": (GET + b"\r\n") * 3 + b"\x00\x01\x02",
    "chunked": POST + CHUNKED + b"3;extension=1\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
    "body": POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000,
    "body that never comes": POST + b"Content-Length: 100000\r\n\r\n",
    "h2c": GET + H2C + b"\r\n",
    "websocket": GET + WEBSOCKET + b"\r\n",
    "expect": POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "two hosts": GET + b"Host: elsewhere\r\n" + END,
    "empty lines": b"\r\n" * 100 + GET + END,
    "held": GET + b"Prefer: wait=0.05\r\n" + END,
    "docs": b"GET /docs HTTP/1.1\r\nHost: \"><script>'[\r\n" + END,
    "nothing": b"",
}
