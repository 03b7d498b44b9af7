"""Announcements in headers are told with their date, and nothing else is taken for one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import JSON, exchange

from migma_contract.rules import judge
from migma_contract.rules.analysis.announcements import announcements

LONG = 100_000


def announced(*headers: tuple[str, str]) -> list[str]:
    """Return the sentences on these headers, received on 31 January 2026."""
    return [sentence for _, sentence in announcements(exchange(headers=headers))]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("@1688169599", "is deprecated since 30 June 2023, 23:59 UTC."),
        ("@1769853600", "is deprecated since 31 January 2026, 10:00 UTC."),
        ("@1769853601", "will be deprecated on 31 January 2026, 10:00 UTC."),
        ("@1688169599;a=1", "is deprecated since 30 June 2023, 23:59 UTC."),
        ("1688169599", "is deprecated since 30 June 2023, 23:59 UTC."),
        ("Sun, 11 Nov 2018 23:59:59 GMT", "is deprecated since 11 November 2018, 23:59 UTC."),
        ("Sunday, 11-Nov-18 23:59:59 GMT", "is deprecated since 11 November 2018, 23:59 UTC."),
        ("2027-01-01", "will be deprecated on 1 January 2027, 00:00 UTC."),
        ("2027-01-01T01:00:00+02:00", "will be deprecated on 31 December 2026, 23:00 UTC."),
        ("true", "is deprecated."),
        ("?1", "is deprecated."),
        ("@99999999999999", "is deprecated. The date cannot be read."),
        ("2027-13-01", "is deprecated. The date cannot be read."),
        ('version="v1"', "is deprecated. The date cannot be read."),
    ],
)
def test_a_deprecation_has_its_date_in_words(value, sentence):
    assert announced(("deprecation", value)) == [f"The API says that this operation {sentence}"]


@pytest.mark.parametrize("value", ["false", "False", "?0", "", "  "])
def test_a_deprecation_that_is_none_is_not_announced(value):
    assert announced(("deprecation", value)) == []


def test_a_sunset_in_the_past_is_called_past():
    (past,) = announced(("sunset", "Sat, 31 Jan 2026 09:59:59 GMT"))
    (future,) = announced(("sunset", "Sat, 31 Jan 2026 10:00:01 GMT"))
    assert past.endswith("was to stop working on 31 January 2026, 09:59 UTC, which is in the past.")
    assert future.endswith("will stop working on 31 January 2026, 10:00 UTC.")


def test_the_first_of_several_sunsets_counts():
    (sentence,) = announced(("sunset", "Wed, 01 Jul 2099 00:00:00 GMT"), ("sunset", "Thu, 02 Jul 2099 00:00:00 GMT"))
    assert "1 July 2099" in sentence


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('299 - "Use v2"', "Use v2"),
        ('299 api.migma.ai:443 "Use \\"v2\\"" "Wed, 01 Jul 2026 00:00:00 GMT"', 'Use "v2" (on 1 July 2026, 00:00 UTC)'),
        ("299 - Use v2", "Use v2"),
        ('299 "Use v2"', "Use v2"),
        ("299", "299"),
        ('110 a "Stale", 299 b "Use v2", 199 c "Estimates"', "Use v2"),
        ('199 - "Data is delayed"', ""),
        ('110 - "Stale"', ""),
        ('214 - "changed, 299 - bytes"', ""),
        ("2990 - x", ""),
    ],
)
def test_only_warnings_of_the_api_itself_are_told(value, told):
    assert announced(("warning", value)) == ([f"The API sends a warning: {told}"] if told else [])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (['<https://a/v2,x?a=1;b>; rel="successor-version"'], "the successor of this operation: https://a/v2,x?a=1;b"),
        (["</a>; rel=next", "</b>;rel=Sunset"], "a page about the end of this operation: /b"),
        (['</a>; title="a, <b>; rel=x"; REL = "x deprecation"'], "a page about the deprecation of this operation: /a"),
        (['</a>; title="x; rel=sunset"; rel=up'], ""),
        (["</a>; rev=sunset", "</a>; relation=sunset", "</a>; rel=sunset-policy", "rel=sunset"], ""),
        (["</a>; rel=latest-version", "</a.css>; rel=preload; as=style"], ""),
    ],
)
def test_only_links_to_a_successor_or_about_the_end_are_told(values, told):
    sentences = announced(*(("link", value) for value in values))
    assert sentences == ([f"The API links to {told}"] if told else [])


@given(st.text('<>";,=\\ 129-@re:GMT', max_size=60), st.sampled_from(["deprecation", "sunset", "warning", "link"]))
def test_no_value_is_an_error(value, name):
    for sentence in announced((name, value)):
        assert sentence.startswith("The API ")


@pytest.mark.parametrize("piece", ["<", '<a>;a="', "<a> ; a", ";a=", ', 299 x "', ', 299 x "\\"', "299 ", " "])
def test_the_longest_header_takes_no_time(piece):
    value, start = piece * (LONG // len(piece)), time.thread_time()
    announced(("link", value), ("warning", value), ("sunset", value), ("deprecation", value))
    assert time.thread_time() - start < 5


SHARED = [
    ("public", True),
    ("public, max-age=300", True),
    ('PUBLIC, Max-Age="60"', True),
    ("s-maxage=60", True),
    ("max-age=0, s-maxage=60", True),
    ("max-age=60, must-revalidate", True),
    ('public, no-cache="set-cookie"', True),
    ("max-age=60", False),
    ("private", False),
    ("no-store", False),
    ("public, private", False),
    ("public, no-store", False),
    ("public, no-cache", False),
    ("public, max-age=0, must-revalidate", False),
    ("public, max-age=60, s-maxage=0", False),
    ("public, max-age=soon", False),
    ("must-revalidate", False),
    ("max-age=60, stale-while-revalidate=30", False),
    ('extension="public"', False),
    ("", False),
]


def is_shared(contract, *headers, purpose="campaign"):
    findings = judge([exchange(), exchange(purpose, headers=(JSON, *headers))], contract)
    return "response-shared-by-caches" in {finding.rule for finding in findings}


@pytest.mark.parametrize(("value", "shared"), SHARED)
def test_a_directive_that_lets_caches_share_a_response_is_found(value, shared, contract):
    assert is_shared(contract, ("cache-control", value)) is shared
    assert is_shared(contract, ("cdn-cache-control", value)) is shared


def test_several_cache_control_headers_count_as_one(contract):
    assert not is_shared(contract, ("cache-control", "public"), ("cache-control", "no-store"))
    assert is_shared(contract, ("cache-control", "private"), ("cdn-cache-control", "public"))


@pytest.mark.parametrize(
    ("vary", "shared"), [("authorization", False), ("Origin, Authorization", False), ("*", False), ("Accept", True)]
)
def test_a_response_that_varies_by_key_is_not_shared(vary, shared, contract):
    assert is_shared(contract, ("cache-control", "public"), ("vary", vary)) is shared


@pytest.mark.parametrize(("purpose", "shared"), [("invalid-key", True), ("unknown-id", True), ("missing-key", False)])
def test_only_answers_to_requests_with_a_key_count(purpose, shared, contract):
    assert is_shared(contract, ("cache-control", "public"), purpose=purpose) is shared
