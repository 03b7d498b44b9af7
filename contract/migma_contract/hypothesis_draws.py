"""Seeded runs of Hypothesis that depend on nothing around them, and leave nothing behind.

An ordinary run depends on the user's settings profile and on an enclosing test, and it draws constants that it finds in
the source of whatever local modules are loaded. It also writes caches into the working directory. What is drawn must
be the same in every process, so all of this is shut out here.

That takes more of Hypothesis than it documents: ``HypothesisProvider`` with its ``_maybe_draw_constant``, and the
variable in which ``configuration`` keeps the home. All of it is in this module, and test_drawing.py names what a
release took away.
"""

import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

T = TypeVar("T")


class DeterministicProvider(HypothesisProvider):
    """Hypothesis' own way to draw, without constants from the source of the modules that happen to be loaded."""

    def _maybe_draw_constant(self, *_args: Any, **_options: Any) -> None:
        return None


_BACKEND = "migma-mock"
AVAILABLE_PROVIDERS[_BACKEND] = DeterministicProvider

_HOME = "__hypothesis_home_directory"
_moving_home = threading.Lock()


def draw(strategy: st.SearchStrategy[T], *, number: int, count: int) -> list[T]:
    """``count`` values of a strategy: the same ones for the same number and Hypothesis release.

    They are drawn in a thread of its own, which knows nothing of a test that the caller may be in.
    While it runs (milliseconds), Hypothesis seeds the global ``random`` for each value and then puts its state back.
    """
    with _storage_elsewhere(), ThreadPoolExecutor(1, thread_name_prefix="migma-mock-draw") as elsewhere:
        values = elsewhere.submit(_run, strategy, number, count + 1).result()
    return values[1:] or values  # The first value of every run is the smallest one.


def _run(strategy: st.SearchStrategy[T], number: int, count: int) -> list[T]:
    values: list[T] = []

    # Everything that a user's profile could set is set here.
    @seed(number)
    @settings(
        backend=_BACKEND,
        database=None,
        deadline=None,
        derandomize=False,
        max_examples=count,
        phases=[Phase.generate],
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def run(value: T) -> None:
        values.append(value)

    run()
    return values


@contextmanager
def _storage_elsewhere() -> Iterator[None]:
    """Hypothesis' caches (tables of Unicode, which it writes whatever the settings) go to a folder that is deleted.

    The process has one home, so one run at a time moves it. It is put back as it was kept, which may be not at all:
    to ask ``configuration.storage_directory`` for it would settle it.
    """
    # Another thread's test may write there while the folder is deleted.
    elsewhere = tempfile.TemporaryDirectory(prefix="migma-mock-", ignore_cleanup_errors=True)
    with _moving_home, elsewhere as folder:
        usual = vars(configuration).get(_HOME)
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(usual)
