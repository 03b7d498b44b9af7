"""Subject: the account and the campaign of a request, before it is answered."""

from typing import NamedTuple

from migma_mock.accounts.account import Account


class Subject(NamedTuple):
    """The account and the campaign of a request.

    Attributes:
        account: The account that its key opens; None if it opens none.
        has_unknown_key: True if it has a key, and no account has that.
        campaign_id: The id in its path; None if its path has none.
        prefers: True if it has the header ``Prefer``, which may name another campaign.
    """

    account: Account | None
    has_unknown_key: bool
    campaign_id: bytes | None
    prefers: bool
