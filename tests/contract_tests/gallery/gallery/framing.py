"""Lengths of bodies that are given twice, in contradiction, in invalid forms, and in unusual valid ones."""

from functools import partial

from gallery.api import Change, Reply, Request
from gallery.changes import kind, status, when
from gallery.variant import additive, conforming
from gallery.variant import drift as _drift

_drifted = partial(_drift, category="transport")
_wrong = partial(_drifted, rule="response-length-invalid")
_OK = status(200)


def _framed(*lines: str, chunked: bool = False, interim: str = "", version: str = "1.1") -> Change:
    """Send replies with these lines about the length; ``LENGTH`` in them stands for the right one."""

    def change(reply: Reply, request: Request) -> Reply:
        body = reply.encoded
        headers = [*(f"{name}: {value}" for name, value in reply.headers), *lines, "Connection: close"]
        head = "\r\n".join([f"{interim}HTTP/{version} {reply.status} Some", *headers, "", ""])
        head = head.replace("LENGTH", str(len(body)))
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        return Reply(reply.status, wire=head.encode("latin-1") + (b"" if request.kind == "head" else body))

    return change


_BOTH = _framed("Content-Length: LENGTH", "Transfer-Encoding: chunked", chunked=True)
_HINTS = "HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n"

VARIANTS = (
    _wrong("length-and-chunks", "`Content-Length` beside chunks", _BOTH),
    _wrong(
        "chunks-and-length",
        "chunks before `Content-Length`, in other capitals",
        _framed("TRANSFER-ENCODING: Chunked", "content-length: LENGTH", chunked=True),
    ),
    _wrong(
        "wrong-length-and-chunks",
        "a wrong `Content-Length` beside chunks",
        _framed("Content-Length: 7", "Transfer-Encoding: chunked", chunked=True),
    ),
    _wrong("length-and-chunks-reads-only", "`Content-Length` beside chunks, in a 200 only", when(_OK, _BOTH)),
    _wrong(
        "length-and-chunks-errors-only",
        "`Content-Length` beside chunks, in a 401 only",
        when(status(401), _BOTH),
    ),
    _wrong(
        "length-twice", "the same `Content-Length` twice", _framed("Content-Length: LENGTH", "Content-Length: LENGTH")
    ),
    _wrong("length-list", "`Content-Length` is a list of two equal lengths", _framed("Content-Length: LENGTH, LENGTH")),
    _wrong(
        "length-twice-after-hints",
        "the same `Content-Length` twice, after an interim response",
        _framed("Content-Length: LENGTH", "Content-Length: LENGTH", interim=_HINTS),
    ),
    _wrong("length-differs", "two different `Content-Length`", _framed("Content-Length: LENGTH", "Content-Length: 7")),
    _wrong("length-list-differs", "`Content-Length` is a list of two lengths", _framed("Content-Length: LENGTH, 7")),
    _wrong("length-plus", "`Content-Length` has a plus sign", _framed("Content-Length: +LENGTH")),
    _wrong("length-negative", "`Content-Length` is negative", _framed("Content-Length: -LENGTH")),
    _wrong("length-space", "`Content-Length` has a space in it", _framed("Content-Length: 0 LENGTH")),
    _wrong("length-decimal", "`Content-Length` is a decimal number", _framed("Content-Length: LENGTH.0")),
    _wrong("length-hexadecimal", "`Content-Length` is hexadecimal", _framed("Content-Length: 0xff")),
    _wrong("length-empty", "`Content-Length` is empty", _framed("Content-Length:")),
    _drifted(
        "length-space-before-colon",
        "a 401 has a space before the colon of `Content-Length`",
        when(kind("missing-key"), _framed("Content-Length : LENGTH")),
        "response-not-http",
    ),
    _wrong("coding-identity", "`Transfer-Encoding: identity`", _framed("Transfer-Encoding: identity")),
    _wrong("coding-gzip-last", "chunks are not the last coding", _framed("Transfer-Encoding: chunked, gzip")),
    _wrong(
        "coding-twice",
        "chunks in chunks",
        _framed("Transfer-Encoding: chunked, chunked", chunked=True),
        also=("body-not-json",),
    ),
    _wrong(
        "coding-identity-and-length",
        "`Transfer-Encoding: identity` beside `Content-Length`",
        _framed("Transfer-Encoding: identity", "Content-Length: LENGTH"),
    ),
    additive(
        "length-and-chunks-unusual-id",
        "a proxy answers unusual ids with `Content-Length` beside chunks",
        when(kind("unusual-id"), _BOTH),
        "response-length-invalid",
    ),
    conforming("length-and-chunks-head", "`Content-Length` beside chunks, for HEAD only", when(kind("head"), _BOTH)),
    conforming("length-zeros", "`Content-Length` begins with zeros", _framed("Content-Length: 000LENGTH")),
    conforming("length-spaces", "spaces around `Content-Length`", _framed("Content-Length:   LENGTH  ")),
    conforming("length-capitals", "`CONTENT-length`", _framed("CONTENT-length: LENGTH")),
    conforming("no-length", "the body ends with the connection, in HTTP/1.1", _framed()),
    conforming("chunks-capitals", "`Transfer-Encoding: Chunked`", _framed("Transfer-Encoding: Chunked", chunked=True)),
    conforming(
        "length-after-hints",
        "`Content-Length` after an interim response that has one too",
        _framed("Content-Length: LENGTH", interim=_HINTS),
    ),
    conforming(
        "chunks-for-get-length-for-head",
        "chunks for GET, `Content-Length` for HEAD",
        lambda reply, request: _framed(
            *(["Content-Length: LENGTH"] if request.kind == "head" else ["Transfer-Encoding: chunked"]), chunked=True
        )(reply, request),
    ),
    conforming("head-length-zero", "HEAD has `Content-Length: 0`", when(kind("head"), _framed("Content-Length: 0"))),
)
