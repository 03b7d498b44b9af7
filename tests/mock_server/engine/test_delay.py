"""``delay``: every response comes later, whatever it is; in the forms of the fault ``delay`` and as a plain time."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from migma_contract.errors import SettingsError
from migma_mock import MigmaMock, MockTransport
from migma_mock.delays import MAX_SECONDS, Distribution, parse_delay
from migma_mock.engine.finishing import finishing_of
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.settings import Settings

REPLY = Reply(200, (), b"", "a test")


def asks(mock, count=1, path="/v1/campaigns/nobody/stats"):
    """Return the delays of the replies to some requests."""
    headers = [(b"authorization", f"Bearer {mock.example_key}".encode())]
    return [mock.engine.answer(Request("GET", path.encode(), headers)).delay for _ in range(count)]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("200ms", 0.2),
        ("1.5s", 1.5),
        ("2 s", 2.0),
        (".5s", 0.5),
        ("0", 0.0),
        ("60s", 60.0),
        (3, 3.0),
        (0.5, 0.5),
        (None, None),
    ],
)
def test_a_text_has_a_unit_and_a_number_is_seconds(value, seconds):
    assert parse_delay(value) == seconds


@given(st.integers(0, 60_000))
def test_milliseconds_are_thousandths(number):
    assert parse_delay(f"{number}ms") == pytest.approx(number / 1000)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "5",
        "0.25",
        "-1s",
        "61s",
        "60001ms",
        "1m",
        "nan",
        "1e3",
        "1_0s",
        True,
        -1,
        61,
        float("nan"),
        [1],
        "{",
    ],
)
def test_any_other_value_is_refused_with_the_forms(value):
    with pytest.raises(PydanticCustomError, match=r"a time with its unit such as 200ms or 1\.5s, at most 60s, or JSON"):
        parse_delay(value)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ('{"uniform": [0.5, 0.1]}', "the shortest delay before the longest"),
        ('{"uniform": [0.1]}', "at /uniform at least 2 items"),
        ('{"normal": 1}', "unknown field 'normal'"),
        ({"lognormal": {"median": 0}}, "at /lognormal/median a number greater than 0"),
        ("{}", "exactly one of uniform, exponential and lognormal"),
    ],
)
def test_a_mistake_in_a_distribution_is_named_with_its_place(value, where):
    with pytest.raises(SettingsError) as caught:
        Settings(delay=value)
    assert "--delay: expected a distribution" in str(caught.value)
    assert where in str(caught.value)


def test_the_variable_takes_the_same_forms(monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_DELAY", '{"exponential": 0.2}')
    assert Settings().delay == Distribution(exponential=0.2)
    monkeypatch.setenv("MIGMA_MOCK_DELAY", "nonsense")
    with pytest.raises(SettingsError, match=r"MIGMA_MOCK_DELAY: expected a time with its unit .*, got 'nonsense'"):
        Settings()


def test_every_response_is_delayed_also_refusals():
    mock = Mock(reload=False, delay="200ms")
    assert asks(mock, 2) == [0.2, 0.2]
    assert asks(mock, path="/v1/nothing") == [0.2]
    assert mock.engine.answer(Request("GET", b"/v1/campaigns/a/stats", [])).delay == 0.2


@given(st.floats(0, MAX_SECONDS), st.floats(0, MAX_SECONDS), st.integers(-5, 5))
def test_a_distribution_gives_the_same_delays_for_the_same_seed(contract, first, second, seed):
    uniform = sorted((first, second))
    settings = Settings(seed=seed, delay={"uniform": uniform})
    runs = [finishing_of(settings, contract) for _ in range(2)]
    delays = [[run.finish(REPLY, 0).delay for _ in range(3)] for run in runs]
    assert delays[0] == delays[1]
    assert all(uniform[0] <= each <= uniform[1] for each in delays[0])


def test_an_armed_fault_applies_together_with_it():
    """Were the delay an armed fault too, it would be the only one that ever applies."""
    mock = Mock(reload=False, delay="1ms")
    account = MigmaMock(mock)
    account.fail(503, times=1)
    account.fault("delay", seconds=0.5, times=1)
    with httpx.Client(transport=MockTransport(mock)) as client:
        response = client.get(account.stats_url(mock.example_id), headers=account.auth_headers)
    assert response.status_code == 503
    assert asks(mock) == [0.501]


@pytest.mark.parametrize(
    ("given", "shown"),
    [("1ms", "1ms"), ("1.5 s", "1.5s"), (0.25, "250ms"), ('{"uniform": [0.1, 0.5]}', '{"uniform":[0.1,0.5]}')],
)
def test_the_banner_says_so_with_the_delay(given, shown):
    assert Mock(reload=False, delay=given).start_notes == [f"Every response is delayed: {shown} (--delay)."]
    assert Mock(reload=False).start_notes == []
