r"""Keep text from being a command of a CI system, which reads the output of a job for commands.

Each of these is broken by an escape of its last character, so the rest stays readable: ``##vso\x5btask.complete]``.

* ``##vso[…]`` and ``##[…]`` of Azure Pipelines and GitHub Actions, ``##teamcity[…]``, ``##octopus[…]`` and the like,
  anywhere in a line.
* ``::name …::`` of GitHub Actions and those that follow it, at the start of a line after any blanks.
* The headings of Buildkite (``---``, ``+++``, ``~~~``, ``^^^``) at the start of a line; the folds of Travis CI
  (``travis_fold:``) and the sections of GitLab (``section_start:``) anywhere.

Runners remove colours before they look for commands, so a line also starts after the colours at its beginning.

Sources: the parsers of actions/runner (ActionCommand.cs) and Azure's agent, and the vendors' pages on logging commands,
service messages, and the management of log output.
"""

import re
from collections.abc import Callable

from migma_contract.safe_text import escaped

Escape = Callable[[str], str]
"""Returns a character as a format writes it if it has no meaning of its own there."""

LONGEST = 32
"""Characters: no command is longer up to the one that is escaped, not counting the blanks before it."""

_LINE_ENDS = r"\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_COLORS = r"\x1b\[[0-9;]*m"
# Compiled when it is first used: most commands print nothing that needs it.
_COMMAND = (
    r"##[\w.-]{0,24}\["
    r"|(?:travis_(?:fold|time)|section_(?:start|end)):"
    rf"|(?:\A|(?<=[{_LINE_ENDS}]))"
    rf"(?:(?:[^\S{_LINE_ENDS}]|{_COLORS})*::|(?:{_COLORS})*(?:---|\+\+\+|~~~|\^\^\^))"
)
_SIGNS = ("##", "::", "---", "+++", "~~~", "^^^", "travis_", "section_")


def without_commands(text: str, escape: Escape = escaped) -> str:
    """Return the text without anything that a CI system would take for a command; most text is returned as it is.

    Args:
        text: Whole lines.
        escape: Writes the character that would complete a command, in a way that fits the format of the text.
    """
    if not any(sign in text for sign in _SIGNS):
        return text
    return re.sub(_COMMAND, lambda found: found[0][:-1] + escape(found[0][-1]), text)


def in_json(char: str) -> str:
    r"""Return a character of a JSON string as an escape: ``\u005b``."""
    return f"\\u{ord(char):04x}"


def in_markup(char: str) -> str:
    """Return a character of HTML or XML text as a reference: ``&#91;``."""
    return f"&#{ord(char)};"
