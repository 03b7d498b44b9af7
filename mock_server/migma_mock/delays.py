"""Delays: a fixed time, or a random one of a distribution, in JSON and as the text of an option."""

import json
import math
import re
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from migma_mock.input_models import Strict, model_problems

MAX_SECONDS = 60.0
"""The longest time, in seconds, by which a fault or a setting delays a response or its body."""

Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS)]
Mean = Annotated[float, Field(gt=0, le=MAX_SECONDS)]


class Lognormal(Strict):
    """Most delays near the median and a few much longer ones, as the latency of real services is."""

    median: Mean = Field(description="Half of the delays are shorter, in seconds.")
    sigma: float = Field(
        gt=0,
        le=5,
        description="Standard deviation of the logarithm: 0.5 varies little, 1.5 varies a lot.",
    )


class Distribution(Strict):
    """A random delay: one of three distributions."""

    # For forms: of these fields, one is given.
    model_config = ConfigDict(json_schema_extra={"x-exclusive": ["lognormal", "exponential", "uniform"]})

    uniform: list[Seconds] | None = Field(
        default=None, min_length=2, max_length=2, description="The shortest and the longest delay, in seconds."
    )
    exponential: Mean | None = Field(default=None, description="The mean delay, in seconds.")
    lognormal: Lognormal | None = Field(default=None, description="The median delay and its spread.")

    @model_validator(mode="after")
    def _require_one_distribution(self) -> Self:
        if sum(shape is not None for shape in (self.uniform, self.exponential, self.lognormal)) != 1:
            raise PydanticCustomError("distribution", "exactly one of uniform, exponential and lognormal")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise PydanticCustomError("order", "the shortest delay before the longest")
        return self

    def seconds(self, random_number: float) -> float:
        """Return the quantile of a number between 0 and 1 (both excluded), at most :data:`MAX_SECONDS`."""
        if self.uniform:
            shortest, longest = self.uniform
            seconds = shortest + (longest - shortest) * random_number
        elif self.lognormal:
            from statistics import NormalDist  # takes longer to import than most starts need

            seconds = self.lognormal.median * math.exp(self.lognormal.sigma * NormalDist().inv_cdf(random_number))
        else:
            seconds = -(self.exponential or 0.0) * math.log1p(-random_number)
        return min(seconds, MAX_SECONDS)


DelayTime = float | Distribution
"""A delay: so many seconds, or a random one."""

_UNITS = {"ms": 0.001, "s": 1.0}
_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9}) ?(ms|s)", re.ASCII)
_FORMS = (
    f'a time with its unit such as 200ms or 1.5s, at most {MAX_SECONDS:g}s, or JSON such as {{"uniform": [0.1, 0.5]}}'
)


def parse_delay(value: object) -> DelayTime | None:
    """Return the delay that a text, a number of seconds or an object describes; None for None.

    Raises:
        PydanticCustomError: It describes none; the message says what is expected, and perhaps what came instead.
    """
    if value is None or isinstance(value, Distribution):
        return value
    if isinstance(value, str):
        return _parse_text(value.strip())
    if isinstance(value, dict):
        return _distribution(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_SECONDS:
        return float(value)
    raise PydanticCustomError("delay", _FORMS)


def describe_delay(delay: DelayTime) -> str:
    """Return a delay as the option takes it: ``200ms``, ``1.5s``, or the distribution in JSON."""
    if isinstance(delay, Distribution):
        return delay.model_dump_json(exclude_none=True)
    return f"{delay:g}s" if delay >= 1 else f"{delay * 1000:g}ms"


def _parse_text(text: str) -> DelayTime:
    if text.startswith("{"):
        try:
            return _distribution(json.loads(text))
        except (json.JSONDecodeError, RecursionError):
            raise PydanticCustomError("delay", _FORMS) from None
    found = _TIME.fullmatch("0s" if text == "0" else text)
    seconds = float(found[1]) * _UNITS[found[2]] if found else math.nan
    if not 0 <= seconds <= MAX_SECONDS:
        raise PydanticCustomError("delay", _FORMS)
    return seconds


def _distribution(document: object) -> Distribution:
    try:
        return Distribution.model_validate(document)
    except ValidationError as error:
        problem = next(model_problems(error, "the distribution", Distribution))
    where = f"at {problem.pointer} " if problem.pointer else ""
    text = problem.message or f"{problem.expected}, not {problem.got}"
    raise PydanticCustomError("delay", "{words}", {"words": f"a distribution; {where}{text}"})
