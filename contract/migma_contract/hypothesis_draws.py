"""Reproducible draws from Hypothesis strategies, without side effects.

An ordinary run depends on the user's settings profile and on an enclosing test, and it draws constants from the source
of the local modules that happen to be loaded. It also writes caches into the working directory. Draws must be the same
in every process, so this module turns all of that off.

This needs undocumented parts of Hypothesis: ``HypothesisProvider`` with its ``_maybe_draw_constant``, and the variable
in which ``configuration`` keeps the home directory. They are used in this module only, and test_hypothesis_draws.py
fails with a clear message if a release of Hypothesis removes one.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from migma_contract.fork_lock import ForkLock

T = TypeVar("T")


class DeterministicProvider(HypothesisProvider):
    """Hypothesis' own provider, without constants from the source of loaded modules."""

    def _maybe_draw_constant(self, *_args: Any, **_options: Any) -> None:
        return None


_BACKEND = "migma-mock"
AVAILABLE_PROVIDERS[_BACKEND] = DeterministicProvider

_HOME = "__hypothesis_home_directory"
_home_lock = ForkLock()


def draw(strategy: st.SearchStrategy[T], *, number: int, count: int) -> list[T]:
    """Return ``count`` values of a strategy: the same ones for the same number and Hypothesis release.

    The values are drawn in a separate thread, so that a test around the caller has no influence.
    Meanwhile (milliseconds), Hypothesis seeds the global ``random`` for each value and restores its state afterwards.
    """
    with _storage_elsewhere(), ThreadPoolExecutor(1, thread_name_prefix="migma-mock-draw") as elsewhere:
        values = elsewhere.submit(_run, strategy, number, count + 1).result()
    return values[1:] or values  # The first value of every run is the minimal one.


def _run(strategy: st.SearchStrategy[T], number: int, count: int) -> list[T]:
    values: list[T] = []

    # All settings are given, so that a user's profile has no influence.
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
    """Redirect Hypothesis' caches (Unicode tables, which it writes with any settings) to a temporary folder.

    The process has one home directory, so one run at a time may change it. The previous value is restored, even if
    it was unset: reading it through ``configuration.storage_directory`` would set it.
    """
    # A test in another thread may write there while the folder is deleted.
    elsewhere = tempfile.TemporaryDirectory(prefix="migma-mock-", ignore_cleanup_errors=True)
    with _home_lock.held(), elsewhere as folder:
        usual = vars(configuration).get(_HOME)
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(usual)
