"""Show the code points of characters in a name that look like others, or like nothing."""

_SHOWN = 5


def with_code_points(name: str) -> str:
    """Return a name, and the code points of its characters outside printable ASCII: ``tоtalSent (U+043E)``.

    A space counts if it is at the beginning or the end, where nobody sees it.
    """
    spaces = " " if name.strip(" ") != name else ""
    odd = list(dict.fromkeys(char for char in name if char in spaces or (not " " <= char <= "~" and char != "…")))
    if not odd:
        return name
    points = [f"U+{ord(char):04X}" for char in odd[:_SHOWN]]
    return f"{name} ({', '.join([*points, *(['…'] if len(odd) > _SHOWN else [])])})"
