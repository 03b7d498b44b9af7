"""The memory that a value needs, with everything that it refers to."""

import gc
import sys
from types import FunctionType, ModuleType

_SHARED = (type, ModuleType, FunctionType)
"""Types that values refer to and do not keep: their classes, and parts of the program."""

_ROUNDING = 16
"""The allocator rounds each object up to a multiple of this."""


def size_of(value: object) -> int:
    """Return the bytes that a value needs; not less than in reality, since constants of the program count too."""
    seen, pending, size = {id(value)}, [value], 0
    while pending:
        for each in pending:
            size += sys.getsizeof(each) + _ROUNDING
        found = gc.get_referents(*pending)
        pending = []
        for each in found:
            if id(each) not in seen and not isinstance(each, _SHARED):
                seen.add(id(each))
                pending.append(each)
    return size
