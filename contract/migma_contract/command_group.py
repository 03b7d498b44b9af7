"""CommandGroup: the commands of a program, whose messages repeat no argument that may be a key."""

from typing import Any

from typer.core import TyperGroup

_UNEXPECTED = "unexpected extra argument"
_HINT = "Quote a value that has spaces, and write none after the = of an option."


class CommandGroup(TyperGroup):
    """The commands of a program; an argument that none of them expects is not shown: ``--api-key= KEY`` has one."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command of a context."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # By its message, since releases of typer have different classes for the error.
            if _UNEXPECTED in getattr(error, "message", ""):
                vars(error)["message"] = f"{_UNEXPECTED}; it is not shown, since it may be a key. {_HINT}"
            raise
