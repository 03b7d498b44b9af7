"""Integers that are written as decimals, which typed clients do not read, and numbers that every client reads."""

import re
from functools import partial
from typing import Any

from gallery.api import Reply, Request
from gallery.changes import both, data, errors, fields, read, spliced, text, when
from gallery.variant import additive, conforming
from gallery.variant import drift as _drift

_additive = partial(additive, rule="integer-written-as-decimal")
_drifted = partial(_drift, category="structural")
_NOTHING_SENT = data(
    lambda s: {
        name: value if name == "lastUpdated" else 0.0 if name.endswith("Rate") else 0 for name, value in s.items()
    }
)


def _every_count(form: str) -> Any:
    """Write every integer of a success in another form; ``{}`` stands for its digits."""
    return text(lambda body: re.sub(rb"(?<=: )(\d+)(?=[,}])", lambda n: form.format(n[0].decode()).encode(), body))


def _in_the_second_read(reply: Reply, request: Request) -> Reply:
    return when(read(2), spliced("totalSent", "1200.0"))(reply, request)


VARIANTS = (
    _additive("whole-floats", "`totalSent` is written `1200.0`", spliced("totalSent", "1200.0")),
    _additive("exponents", "`totalSent` is written `1.2e3`", spliced("totalSent", "1.2e3")),
    _additive("exponent-capital", "`totalSent` is written `12E2`", spliced("totalSent", "12E2")),
    _additive("exponent-plus", "`totalSent` is written `1.200e+03`", spliced("totalSent", "1.200e+03")),
    _additive("exponent-negative", "`totalSent` is written `120000e-2`", spliced("totalSent", "120000e-2")),
    _additive("every-count-decimal", "every count is written with `.0`", _every_count("{}.0")),
    _additive("every-count-exponent", "every count is written with `e0`", _every_count("{}e0")),
    _additive("optional-count-decimal", "`mppOpens` is written `120.00`", spliced("mppOpens", "120.00")),
    _additive("decimal-now-and-then", "`totalSent` is `1200.0` in the second read only", _in_the_second_read),
    _additive("minus-zero", "`botClicks` is written `-0`", both(fields(botClicks=0), spliced("botClicks", "-0"))),
    _additive("zero-decimal", "`botClicks` is written `0.0`", spliced("botClicks", "0.0")),
    _additive(
        "zeros-decimal", "nothing was sent: every count is written `0.0`", both(_NOTHING_SENT, _every_count("{}.0"))
    ),
    _drifted("count-fraction", "`totalOpens` is written `812.5`", spliced("totalOpens", "812.5"), "wrong-type"),
    _drifted("count-tiny-exponent", "`totalOpens` is written `8e-2`", spliced("totalOpens", "8e-2"), "wrong-type"),
    _drifted("count-quoted", '`totalOpens` is written `"812"`', spliced("totalOpens", '"812"'), "wrong-type"),
    _drifted("count-plus", "`totalOpens` is written `+812`", spliced("totalOpens", "+812"), "body-not-json"),
    _drifted("count-leading-zero", "`totalOpens` is written `0812`", spliced("totalOpens", "0812"), "body-not-json"),
    _drifted("count-bare-point", "`totalOpens` is written `812.`", spliced("totalOpens", "812."), "body-not-json"),
    _drifted("count-hexadecimal", "`totalOpens` is written `0x32c`", spliced("totalOpens", "0x32c"), "body-not-json"),
    _drifted(
        "count-beyond-doubles",
        "`totalOpens` is written `1e400`",
        spliced("totalOpens", "1e400"),
        "body-not-a-number",
    ),
    _drifted(
        "count-unsafe-exponent",
        "`totalOpens` is written `1e16`, above the largest safe integer",
        spliced("totalOpens", "1e16"),
        "unsafe-integer",
        "warning",
    ),
    conforming("zero-counts", "nothing was sent: every count is `0`, the rates are `0.0`", _NOTHING_SENT),
    conforming(
        "rates-as-integers",
        "both rates are written `0`",
        fields(uniqueOpens=0, totalOpens=31, mppOpens=0, openRate=0, uniqueClicks=0, totalClicks=4, clickRate=0),
    ),
    conforming(
        "rates-zero-exponent",
        "both rates are written `0e0`",
        both(
            fields(uniqueOpens=0, totalOpens=31, mppOpens=0, uniqueClicks=0, totalClicks=4, clickRate=0),
            spliced("openRate", "0e0"),
        ),
    ),
    conforming("rate-long", "a rate has 20 decimals", spliced("openRate", "0.38173913043478260870")),
    conforming("rate-trailing-zeros", "a rate is written `0.3817000`", spliced("openRate", "0.3817000")),
    conforming("rate-capital-exponent", "a rate is written `3817E-4`", spliced("openRate", "3817E-4")),
    conforming(
        "error-data-decimal",
        "errors have `data` with a decimal number",
        errors(lambda body: {**body, "data": {"retryIn": 2.0}}),
    ),
    conforming(
        "large-count-digits", "`totalOpens` is written with 16 digits", spliced("totalOpens", "9007199254740991")
    ),
)
