"""Ids that belong to no campaign: a check asks for them, and a mock that generates stats for ids has none for them."""

NO_SUCH_ID = "0" * 24
"""In the vendor's form; the vendor's SDK uses it so in its live test."""

UNUSUAL_ID = "odd 📈 id/with a slash"
"""Valid in a path when percent-encoded, and no attack: a space, an emoji, a slash."""

IDS_OF_NOBODY = frozenset({NO_SUCH_ID, UNUSUAL_ID})
