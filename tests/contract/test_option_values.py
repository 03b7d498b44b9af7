"""Values of command-line options are parsed with messages that name the option, what was expected and what came."""

import pytest

from migma_contract.errors import SettingsError
from migma_contract.option_values import parse_choice, parse_seconds, parse_whole_number


@pytest.mark.parametrize("text", ["1", "7", "1000"])
def test_a_whole_number_in_range_is_taken(text):
    assert parse_whole_number("--count", text, minimum=1, maximum=1000) == int(text)


@pytest.mark.parametrize("text", ["0", "1001", "1.5", "x", "", "1e3"])
def test_any_other_text_is_refused_with_the_range(text):
    with pytest.raises(SettingsError) as caught:
        parse_whole_number("--count", text, minimum=1, maximum=1000)
    assert str(caught.value).endswith(f"--count: expected a whole number, from 1 to 1000, got {text!r}")


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "x", "0"])
def test_seconds_are_finite_and_more_than_0(text):
    with pytest.raises(SettingsError, match=r"--timeout: expected seconds, more than 0, got "):
        parse_seconds("--timeout", text)


def test_seconds_may_be_0_where_that_means_not_to_wait():
    assert parse_seconds("--timeout", "0", zero=True) == 0
    assert parse_seconds("--timeout", "2.5") == 2.5


def test_a_misspelt_choice_gets_the_nearest_one():
    assert parse_choice("--fail-on", "info", ["breaking", "info"]) == "info"
    with pytest.raises(SettingsError, match=r"expected one of breaking, warning, got 'warn'; did you mean 'warning'\?"):
        parse_choice("--fail-on", "warn", ["breaking", "warning"])
