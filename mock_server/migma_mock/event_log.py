"""EventLog: what shows people the events of a mock."""

from collections.abc import Callable
from typing import Protocol


def no_account() -> str:
    """Return the account of a request that opens none."""
    return ""


class Note(Protocol):
    """Tells people what happened."""

    def __call__(self, text: str, *, is_warning: bool = False) -> object:
        """Tell it, as :meth:`EventLog.note` does."""


class EventLog(Protocol):
    """Receives what happens in a mock, to show it to people."""

    def request(
        self,
        method: str,
        raw_path: bytes,
        status: int | str,
        matched_by: str,
        seconds: float,
        *,
        account: Callable[[], str] = no_account,
    ) -> None:
        """Log one request.

        Args:
            method: In capitals.
            raw_path: Its path, as received, without the query.
            status: The status of the response, or what the client got in place of a complete one.
            matched_by: What chose the reply.
            seconds: How long the mock took.
            account: Returns the id of the account that its key opens; called only if the log shows it.
        """

    def note(self, text: str, *, is_warning: bool = False) -> None:
        """Log any other event.

        Args:
            text: A sentence for people.
            is_warning: True if something does not work as it should, or as the user may think.
        """
