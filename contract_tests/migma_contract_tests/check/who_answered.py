"""Describe a response that is not the API's: what it is, and which server sent it."""

from migma_contract.exchange import Exchange, FailureKind
from migma_contract.rules.analysis.server_message import clean_line, page_title, server_message
from migma_contract.rules.evidence import is_html

_BROKEN: dict[FailureKind, str] = {
    "protocol": "a response that is not HTTP",
    "reset": "a response that ended within the body",
}
_DETAIL_LIMIT = 160
_SERVER_LIMIT = 40
_START_LIMIT = 60
_LOCATION_LIMIT = 120


def answered_in_place(exchange: Exchange) -> str:
    """Return a clause: ``an HTML page from nginx, titled “Welcome”, answered in place of the API``.

    It may quote the server.
    """
    return f"{_response(exchange)} answered in place of the API"


def _response(exchange: Exchange) -> str:
    if exchange.failure is not None:
        what = _BROKEN.get(exchange.failure.kind, "a response that is unreadable")
        return f"{what}{_from(exchange)} ({clean_line(exchange.failure.detail, _DETAIL_LIMIT)})"
    if not exchange.body.strip():
        return f"an empty response{_from(exchange)}"
    if is_html(exchange):
        title = page_title(exchange)
        return f"an HTML page{_from(exchange)}{f', titled “{title}”,' if title else ''}"
    start = clean_line(exchange.body[:1024].decode("utf-8", "replace"), _START_LIMIT)
    if exchange.json.readable and start.endswith("…"):
        start = server_message(exchange) or start  # and no object that is cut
    return f"{_kind(exchange)}{_from(exchange)} (“{start}”)"


def redirect_target(exchange: Exchange) -> str:
    """Return where a redirect points to, on one line; "" if nowhere."""
    return clean_line(exchange.header("location") or "", _LOCATION_LIMIT)


def _kind(exchange: Exchange) -> str:
    if exchange.json.readable:
        return "JSON of another API"
    return "an XML document" if exchange.body.lstrip().startswith(b"<") else "a text"


def _from(exchange: Exchange) -> str:
    """Return `` from SERVER``, as the response names it; "" if it does not."""
    name = clean_line(exchange.header("server") or exchange.header("via") or "", _SERVER_LIMIT)
    return f" from {name}" if name else ""
