"""The lines of ``migma-mock keys``: each API key, and what a request with it gets."""

from collections.abc import Iterator, Sequence

import typer

from migma_contract.redaction import REDACTED
from migma_contract.safe_text import one_line
from migma_mock.api_keys import PERMISSION, Key
from migma_mock.campaigns.fixtures import public_keys


def key_lines(keys: Sequence[Key], *, show: bool) -> Iterator[str]:
    """Yield a line for each key, and one that says how to see those that are masked.

    Args:
        keys: The keys of the fixtures and of the settings.
        show: True to show the keys that the user set, and not only those of the built-in fixtures, which are public.
    """
    public = public_keys()
    texts = [key.key.reveal() if show or key.key in public else REDACTED for key in keys]
    width = max(map(len, texts), default=0)
    for key, text in zip(keys, texts, strict=True):
        status, effect = _effect(key)
        shown = typer.style(status, fg=typer.colors.GREEN if status == "200" else typer.colors.YELLOW)
        yield f"{text:<{width}}  {shown}  {effect:<16}  {one_line(key.title)}".rstrip()
    if REDACTED in texts:
        yield "Your own keys are masked; --show shows them."


def _effect(key: Key) -> tuple[str, str]:
    """Return the status that a request with a key gets, and why."""
    if key.revoked:
        return "401", "revoked"
    return ("200", "works") if key.may_read else ("403", f"lacks {PERMISSION}")
