"""Replies that depend on no campaign: created and checked once, when the mock starts."""

from dataclasses import replace

from migma_contract.openapi import Contract
from migma_mock.accounts.recorded_request import FORMER_KEY
from migma_mock.api_keys import PERMISSION
from migma_mock.messages.delivery import FORWARD
from migma_mock.messages.reply import Reply, ReplyMaker

ALLOW = b"GET, HEAD, OPTIONS"
"""The methods of the contract's path; HEAD and OPTIONS come with GET (RFC 9110, section 9)."""

UPSTREAM = "upstream"
"""``matched_by`` of responses of the API of ``--upstream``; those with findings have them after it."""

_CHALLENGE = (b"www-authenticate", b'Bearer realm="migma"')
_BAD_TOKEN = (b"www-authenticate", b'Bearer realm="migma", error="invalid_token"')
_BASIC = (b"www-authenticate", b'Basic realm="migma"')
_CLOSE = (b"connection", b"close")


class StaticReplies:
    """The replies that depend on no campaign, one attribute each.

    Attributes:
        make: Creates all other replies.
        forward: Stands for the response of the API of ``--upstream``; transports that cannot forward requests send it.
        by_status: One reply for each status, for ``Prefer: code=``.
    """

    def __init__(self, contract: Contract) -> None:
        self.make = ReplyMaker(contract)
        error = self.make.error
        operation = contract.operation
        how = f"Send {' or '.join(place.how_to('YOUR_API_KEY') for place in operation.key_places)}."
        is_basic = operation.key.form == "basic"
        challenge, bad_token = (_BASIC, _BASIC) if is_basic else (_CHALLENGE, _BAD_TOKEN)
        self.no_key = error(401, "UNAUTHORIZED", f"No API key. {how}", "no key", challenge)
        self.unknown_key = error(401, "UNAUTHORIZED", f"Invalid API key. {how}", "unknown key", bad_token)
        self.former_key = replace(self.unknown_key, matched_by=FORMER_KEY)
        self.revoked_key = error(401, "UNAUTHORIZED", "This API key was revoked.", "revoked key", bad_token)
        missing = f"This API key lacks the permission {PERMISSION}."
        self.no_permission = error(403, "FORBIDDEN", missing, "key without permission")
        self.unknown_id = error(404, "NOT_FOUND", "Campaign not found.", "unknown id")
        wrong_method = f"Use {contract.operation.method} here."
        self.wrong_method = error(405, "METHOD_NOT_ALLOWED", wrong_method, "wrong method", (b"allow", ALLOW))
        not_here = "Only the mock server forwards requests (--upstream); a transport without a socket does not."
        self.forward = replace(error(501, "NOT_IMPLEMENTED", not_here, UPSTREAM), delivery=FORWARD)
        self._invalid_status = operation.invalid_status
        self.options = Reply(204, ((b"allow", ALLOW),), b"", "options")
        self.by_status = {
            reply.status: reply for reply in (self.unknown_key, self.no_permission, self.unknown_id, self.wrong_method)
        }

    def invalid_request(self, message: str) -> Reply:
        """Return the reply to a request with a missing or an invalid parameter, with the documented status for it."""
        return self.make.error(self._invalid_status or 400, "INVALID_REQUEST", message, "invalid parameter")

    def without_connection(self, matched_by: str) -> Reply:
        """Return what a server that cannot break connections sends in place of a reply that needs it."""
        here = "only the mock server and transports without a socket can break a connection or never answer."
        return self.make.error(501, "NOT_IMPLEMENTED", f"{matched_by}: {here}", matched_by, _CLOSE)

    def refusal(self, status: int, code: str, message: str) -> Reply:
        """Return the refusal of an invalid request: an error envelope, after which the connection ends."""
        return self.make.error(status, code, message, "invalid request", _CLOSE)
