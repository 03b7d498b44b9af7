"""BuiltIn: the built-in account in the hands of a test, and from it all others, with or without a server."""

from contextlib import suppress
from datetime import datetime

from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.mock import Mock
from migma_mock.testing.account_handle import Address, Handle
from migma_mock.testing.arguments import a_plan, an_instant, refuse


class BuiltIn(Handle):
    """The handle of the built-in account, the one with the keys of the fixtures; it makes accounts of their own.

    :class:`migma_mock.server.MockServer` is one with a server. In process, without a socket:

    >>> import httpx
    >>> from migma_mock import MockTransport, create_app
    >>> from migma_mock.testing.mock_handle import BuiltIn
    >>> mock = BuiltIn(create_app(), "http://mock")
    >>> account = mock.new_account()
    >>> with httpx.Client(transport=MockTransport(mock.app), headers=account.headers) as client:
    ...     client.get(account.stats_url(account.example_id)).status_code
    200
    >>> len(account.requests), len(mock.requests)
    (1, 0)
    """

    def __init__(self, app: Mock, base_url: Address) -> None:
        super().__init__(app, app.accounts.built_in, base_url)

    def new_account(
        self,
        name: str = "",
        *,
        empty: bool = False,
        plan: str = "unlimited",
        key_seed: str | None = None,
        start: datetime | None = None,
    ) -> Handle:
        """An account of its own, isolated from all others behind keys of its own.

        Args:
            name: For people.
            empty: Without campaigns; else with those of the fixtures.
            plan: Its quota: ``unlimited``, ``free``, ``pro``, ``25/min``.
            key_seed: Derive the keys from this, for runs that are to be repeated: the same keys for the same text,
                and other ones only while another account of the text is there.
            start: Its clock stands still at this instant at first, and all growing campaigns count from it, so that
                runs can be repeated to the byte; None: it begins now, and runs.

        Raises:
            ArgumentError: The plan is none, empty is no truth value, or the start is no instant that a clock can show.
        """
        if not isinstance(empty, bool):
            refuse("new_account(empty)", "True or False", empty)
        per_minute = a_plan("new_account", plan)
        begin = None if start is None else an_instant("new_account(start)", start)
        account = self.app.on_loop(
            lambda: self.app.accounts.create(name, empty=empty, per_minute=per_minute, key_seed=key_seed, start=begin)
        )
        return Handle(self.app, account, self._address)

    def delete_account(self, handle: Handle) -> None:
        """Delete an account that :meth:`new_account` made, if it is still there; its keys are unknown then."""
        with suppress(UnknownAccountError):
            self.app.on_loop(lambda: self.app.accounts.delete(handle.account.id))
