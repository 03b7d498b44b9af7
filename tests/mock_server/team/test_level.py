"""The verdict of the soak: what grows is told from what is only noisy."""

from random import Random

import pytest

from benchmarks.team.level import judge


def samples(rise, noise, count=240, base=80.0):
    """Return values that rise by so much in all, with noise around them."""
    random = Random(7)
    return [(5.0 * n, base + rise * n / count + random.uniform(-noise, noise)) for n in range(count)]


@pytest.mark.parametrize(("rise", "noise"), [(0, 0), (0, 5), (0.5, 0), (3, 5), (-20, 1)])
def test_a_level_figure_is_level(rise, noise):
    """With or without noise, when it falls, and when it rises by less than the noise or a small share."""
    verdict = judge(samples(rise, noise))
    assert not verdict.grows
    assert str(verdict).endswith("level")


@pytest.mark.parametrize(("rise", "noise"), [(10, 0), (20, 5), (80, 5)])
def test_a_growing_figure_grows(rise, noise):
    verdict = judge(samples(rise, noise))
    assert verdict.grows
    assert verdict.first < verdict.last
    assert str(verdict).endswith("GROWS")


def test_the_first_third_may_rise():
    """Buffers and caches fill up at the beginning."""
    warm = [(5.0 * n, 40.0 + n) for n in range(80)]
    assert not judge(warm + [(400.0 + 5.0 * n, 120.0) for n in range(160)]).grows


def test_a_small_rise_may_be_allowed():
    """An open file or two are no leak."""
    assert judge(samples(2, 0, base=10)).grows
    assert not judge(samples(2, 0, base=10), least=3.0).grows
