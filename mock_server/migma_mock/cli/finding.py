"""Finding: one line of what ``migma-mock doctor`` says."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warning", "problem"]


class Finding(NamedTuple):
    """One line of the diagnosis.

    Attributes:
        level: A ``problem`` keeps the mock from starting, a ``warning`` may cause trouble.
        subject: The part of the setup, one word.
        text: What was found.
        remedy: What to do; "" if nothing is wrong.
    """

    level: Level
    subject: str
    text: str
    remedy: str = ""
