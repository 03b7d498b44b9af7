"""One long word, run of blanks or run of digits takes no more than linear work, in every field that a server controls.

Regular expressions do their work within one call, so calls cannot be counted. Instead all of it has to fit in a part
of the CPU time after which a check gives up: quadratic work on inputs of this size takes many times as much.
"""

import json
import signal
from contextlib import contextmanager

import pytest

from migma_contract_tests.check import work_limit
from tests.contract_tests.check.hostile_bodies import STATS_WITHOUT_RATES
from tests.contract_tests.check.test_bounded_work import judged  # noqa: F401 - a fixture

pytestmark = [pytest.mark.usefixtures("unmeasured"), pytest.mark.attack("hostile-bodies")]

UNITS = {
    "word": "a",
    "capitals": "A",
    "hyphens": "-",
    "digits": "9",
    "blanks": " ",
    "line breaks": "\n",
    "openings": "<title ",
    "quotes": '\\"',
    "pairs": 'a="',
    "links": "<a>; ",
    "escapes": "&#x0",
    "commands": "##a",
    "at": "a@",
    "near keys": "sk_live_",
}
HEADER_NAMES = (
    *("content-type", "location", "www-authenticate", "link", "warning", "cache-control", "retry-after", "date"),
    *("deprecation", "sunset", "age", "vary", "etag", "server", "x-request-id", "x-cache", "set-cookie", "via"),
)
_HEADER = 60_000
_BODY = 150_000


def _envelope(**fields):
    return json.dumps({"success": False, **fields}).encode()


def _stats(**fields):
    return json.dumps({"success": True, "data": STATS_WITHOUT_RATES | fields}).encode()


def _bodies(text):
    """Return bodies with the text in each place by name."""
    return {
        "error": _envelope(error=text, code="UNAUTHORIZED"),
        "code": _envelope(error="No key.", code=text),
        "message": _envelope(message=text),
        "errors": _envelope(errors=[{"message": text}]),
        "count": _stats(totalSent=text),
        "lastUpdated": _stats(lastUpdated=text),
        "fraction of lastUpdated": _stats(lastUpdated=f"2026-01-31T09:30:00.{text}Z"),
        "name": _stats(**{text: 1}),
        "name like a declared one": _stats(**{f"openRate{text}": 0.5}),
        "title": f"<html><title>{text}</title></html>".encode(),
        "open title": f"<title>{text}".encode(),
        "text": text.encode(),
        "text after success": f"success{text}".encode(),
        "text after an envelope": f'{{"success":true{text}'.encode(),
        "string": json.dumps(text).encode(),
    }


@contextmanager
def bounded():
    """Fail after a third of the CPU time of a check."""

    def fail(_number, _frame):
        pytest.fail("quadratic work: a third of the CPU time of a check is used up")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, work_limit.SECONDS / 3)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


QUICK = ("word", "digits")


@pytest.mark.parametrize(
    "unit", [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in UNITS if one not in QUICK)]
)
def test_a_long_run_in_a_body_is_judged_in_linear_time(judged, unit):  # noqa: F811
    """The text is in the error, the code, a count, a date, a name, a title and a page."""
    for body in _bodies(UNITS[unit] * (_BODY // len(UNITS[unit]))).values():
        with bounded():
            judged(body).report(None)


@pytest.mark.parametrize(
    "unit", [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in UNITS if one not in QUICK)]
)
def test_a_long_run_in_a_header_is_judged_in_linear_time(judged, unit):  # noqa: F811
    """The text is in the value of each header that has a meaning, and in the name of one."""
    text = json.loads(f'"{UNITS[unit]}"') if unit == "quotes" else UNITS[unit]
    run = (text * (_HEADER // len(text))).replace("\n", "\t")
    with bounded():
        judged(b"{}", [*((name, run) for name in HEADER_NAMES), (f"x-{run}", "1")]).report(None)
